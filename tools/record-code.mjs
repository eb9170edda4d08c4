/*
 * Loaded before a program of tools/compile.ts: when it ends it leaves behind what V8 has compiled: of itself in the file
 * that CODE names, of a text that it loads late (late-packages.ts) in one whose name begins as CODE_LATE says. What is
 * not named is not kept.
 */
import { writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';

const { CODE, CODE_LATE } = process.env;

const LATE = 'late:';

/** What src/runtime/v8-options.ts changes meanwhile. */
const STANDARD_OPTIONS = [
  '--allocation-site-pretenuring',
  '--heap-growing-percent=0',
  '--wasm-tiering-budget=13000000',
];

const placeOf = (filename) =>
  filename.startsWith(LATE) ? CODE_LATE && `${CODE_LATE}.${filename.slice(LATE.length)}.v8` : CODE;

vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    const place = placeOf(options.filename);
    if (!place) return;
    process.once('exit', () => {
      // V8 takes code only if its options are those that it was made with: here as at the next start.
      for (const option of STANDARD_OPTIONS) v8.setFlagsFromString(option);
      writeFileSync(place, this.createCachedData());
    });
  }
};
