/**
 * Writes the program as an image has it: quiniela.mjs starts it with what V8 has compiled of it already, which saves a
 * third of a start. That is of this very Node: elsewhere the program runs too, and takes longer to start.
 *
 *     node tools/compile.ts ENTRY FOLDER
 */
import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { freePort } from '../src/demo/free-port.ts';
import { AGENCY_NODE_OPTIONS, SERVER_NODE_OPTIONS } from '../src/runtime/node-options.ts';
import { SHEBANG, settings, TOO_OLD } from './bundle-settings.ts';

const [entry = '', output = ''] = process.argv.slice(2);
const folder = resolve(output);

/** What a container runs: with Node's options there, which V8 wants to be the same, and a file of configuration. */
const COMMANDS = { server: SERVER_NODE_OPTIONS, agency: AGENCY_NODE_OPTIONS, echo: [] } as const;
type Command = keyof typeof COMMANDS;

/** Milliseconds within which a small draw is over, also on a slow machine that does much else: it takes 2 s. */
const DRAW_MS = 300_000;

const launcher = join(folder, 'quiniela.mjs');

/** @returns the program's name, which nothing else has */
async function writeProgram(): Promise<string> {
  const late = new Map<string, Buffer>();
  const { outputFiles } = await build({
    ...settings((file, bytes) => late.set(file, bytes)),
    entryPoints: [resolve(entry)],
    format: 'cjs',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
    banner: { js: '(function(exports,require,module,__filename,__dirname){' },
    footer: { js: '})' },
    charset: 'ascii',
    write: false,
  }).catch(() => process.exit(1)); // esbuild has said what is wrong by then
  const [{ contents } = { contents: new Uint8Array() }] = outputFiles;
  const name = `program-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}`;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old.startsWith('program-')) rmSync(join(folder, old));
  writeFileSync(join(folder, `${name}.cjs`), contents);
  for (const [file, bytes] of late) writeFileSync(join(folder, `${name}.${file}`), bytes);
  const launch = readFileSync(join(import.meta.dirname, 'launch.mjs'), 'utf8')
    .replace('PROGRAM', name)
    .replace("['COMMANDS']", JSON.stringify(Object.keys(COMMANDS)));
  writeFileSync(launcher, `${SHEBANG}\n${TOO_OLD}\n${launch}`, { mode: 0o755 });
  return name;
}

/** What is recorded of a draw. */
type Recorded = 'program' | 'program with TLS' | 'inspection';

/**
 * One small draw: what its processes have had compiled by their end is written beside the program. The next draw begins
 * with it, and adds its own: of one that is watched also what was loaded late for that.
 */
async function runDraw(name: string, recorded: Recorded): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'quiniela-compile-'));
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH,
    ...{ AGENCIES: '1', STORE_DIR: join(work, 'draw'), SERVER_HOST: '127.0.0.1', CLI_ID: '1' },
  };
  const certificates = {
    ...tlsOf('TLS', 'server'),
    ...tlsOf('TLS_HEALTH', 'health'),
    ...tlsOf('CLI_TLS', 'agency-1'),
  };
  const withTls = recorded === 'program with TLS';
  const isWatched = recorded === 'inspection';
  const options = (command: Command) => ({
    cwd: work,
    env: {
      ...env,
      ...(withTls && certificates),
      CODE: join(folder, `${name}.${command}.v8`),
      ...(isWatched && {
        CODE_LATE: join(folder, name),
        INSPECT_URL: `http://127.0.0.1:${inspectorPort}`,
      }),
    },
    timeout: DRAW_MS,
  });
  const record = join(import.meta.dirname, 'record-code.mjs');
  const argsOf = (command: Command) => {
    const config = command === 'agency' ? 'agency.yaml' : 'server.yaml';
    return [...COMMANDS[command], '--import', record, launcher, command, '--config', config];
  };
  const run = promisify(execFile);
  const children: ChildProcess[] = [];
  try {
    writeFileSync(join(work, 'server.yaml'), `SERVER_PORT: ${port}\n`);
    writeFileSync(join(work, 'agency.yaml'), `server:\n  address: "127.0.0.1:${port}"\n`);
    const make = (...args: string[]) => run(process.execPath, [launcher, ...args], { cwd: work });
    await make('data', '--agencies', '1', '--bets', '3000', '--out', '.data');
    if (withTls) await make('certs', '--agencies', '1', '--out', '.');
    const begin = (args: readonly string[], more: SpawnOptions = {}) => {
      const child = spawn(process.execPath, args, { ...more, stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      return child;
    };
    try {
      if (isWatched) await says(begin([launcher, 'inspector', '--port', `${inspectorPort}`]), 'http://');
      const server = begin(argsOf('server'), options('server'));
      const ended = once(server, 'exit');
      await says(server, 'accept_connections');
      await run(process.execPath, argsOf('echo'), options('echo'));
      await run(process.execPath, argsOf('agency'), options('agency'));
      await ended;
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** In the folder that a process runs in. */
const tlsOf = (prefix: string, name: string): Record<string, string> => ({
  [`${prefix}_CERT`]: `${name}.pem`,
  [`${prefix}_KEY`]: `${name}.key`,
  [`${prefix}_CA`]: 'ca.pem',
});

/** Its log is read on: it would wait for that. */
const says = ({ stdout, spawnargs }: ChildProcess, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stdout?.on('data', (text) => String(text).includes(what) && resolve());
    stdout?.once('end', () => reject(new Error(`it does not say ${what}: ${spawnargs.join(' ')}`)));
  });

const name = await writeProgram();
for (const recorded of ['program', 'program with TLS', 'inspection'] as const) {
  await runDraw(name, recorded).catch((error) => {
    console.error(`cannot compile the program: a draw of it failed: ${error}\n${error.stdout ?? ''}`);
    process.exit(1);
  });
}
