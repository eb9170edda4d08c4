/*
 * The program of an image, started with what V8 has compiled of it already (tools/compile.ts). Without that, or with that of
 * another Node, V8 compiles it anew: a third of a start.
 */
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

// Its name changes with every character of it, so the code beside it is its own.
const program = `${import.meta.dirname}/PROGRAM`;
const command = process.argv[2];

const compiled = () => {
  try {
    return readFileSync(`${program}.${command}.v8`);
  } catch {
    return undefined;
  }
};

const filename = `${program}.cjs`;
const cachedData = ['COMMANDS'].includes(command) ? compiled() : undefined;
// All of it is ASCII.
const script = new Script(readFileSync(filename, 'latin1'), { filename, cachedData });
const exports = {};
const require = (name) => {
  throw new Error(`${name} is not in the program`);
};
script.runInThisContext()(exports, require, { exports }, filename, import.meta.dirname);
