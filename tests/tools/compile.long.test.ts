/** The program as an image has it: V8 takes what it has compiled of it, and only of it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AGENCY_NODE_OPTIONS, SERVER_NODE_OPTIONS } from '../../src/runtime/node-options.ts';
import { REPOSITORY } from '../compose/shell.ts';

const image = mkdtempSync(join(tmpdir(), 'quiniela-'));
after(() => rmSync(image, { recursive: true, force: true }));
execFileSync(process.execPath, [join(REPOSITORY, 'tools/compile.ts'), 'src/main.ts', image], {
  cwd: REPOSITORY,
});

const launcher = join(image, 'quiniela.mjs');
const fileOf = (end: string): string =>
  join(image, readdirSync(image).find((name) => name.endsWith(end)) ?? end);

// Says what V8 has made of the code that the launcher found.
const tell = join(image, 'tell.mjs');
writeFileSync(
  tell,
  `import vm from 'node:vm';
   vm.Script = class extends vm.Script {
     constructor(source, options) {
       super(source, options);
       console.error(options.cachedData ? (this.cachedDataRejected ? 'rejected' : 'taken') : 'none');
     }
   };`,
);

/** Starts a command that cannot do what it is for, and ends at once. */
function start(command: string, options: readonly string[], args: readonly string[] = [], env = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...options, '--import', tell, launcher, command, ...args],
    { cwd: image, env: { STORE_DIR: '/dev/null/draw', SERVER_PORT: '0', ...env }, encoding: 'utf8' },
  );
  const [code, late] = stderr.match(/^(?:taken|rejected|none)$/gm) ?? [];
  return { status, code, late, said: stdout + stderr };
}

const server = () => start('server', SERVER_NODE_OPTIONS);
const MISSING = /cannot make the folder|action: store \| result: fail/;

test('V8 takes what is compiled of each command that a container runs, with the options that it has there', () => {
  const permitted = ['--permission', '--allow-net', `--allow-fs-read=${image}/`];
  assert.equal(start('server', [...SERVER_NODE_OPTIONS, ...permitted]).code, 'taken');
  assert.equal(start('agency', [...AGENCY_NODE_OPTIONS, ...permitted]).code, 'taken');
  assert.equal(start('echo', permitted, ['--port', '1']).code, 'taken');
});

test('V8 takes what is compiled of the HTTP client too, which a process that is watched loads later', () => {
  const watched = { INSPECT_URL: 'http://127.0.0.1:1' };
  const taken = { code: 'taken', late: 'taken' };
  assert.partialDeepStrictEqual(start('server', SERVER_NODE_OPTIONS, [], watched), taken);
  const env = { ...watched, CLI_SERVER_ADDRESS: '127.0.0.1:1', CLI_CONNECTION_MAXATTEMPTS: '1' };
  assert.partialDeepStrictEqual(start('agency', AGENCY_NODE_OPTIONS, ['--id', '1'], env), taken);
});

test('a draw with TLS has been recorded too', () => {
  // V8 keeps the names that a function uses once it has run: this one reads a private key.
  for (const command of ['server', 'agency', 'echo'])
    assert.ok(readFileSync(fileOf(`.${command}.v8`)).includes('checkPrivateKey'), command);
});

test('every other command runs too', () => {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
  const asked = start('--version', []);
  assert.deepEqual([asked.status, asked.code], [0, 'none']);
  assert.match(asked.said, new RegExp(`^${version.replaceAll('.', '\\.')}$`, 'm'));
  assert.equal(start('data', [], ['--agencies', '1', '--bets', '3', '--out', 'made']).status, 0);
  assert.match(start('../server', []).said, /unknown command/);
});

test('without what was compiled, or with that of other options of V8, it only starts more slowly', () => {
  const other = start('server', ['--no-allocation-site-pretenuring']);
  assert.equal(other.code, 'rejected');
  assert.match(other.said, MISSING);
  const code = fileOf('.server.v8');
  renameSync(code, `${code}.aside`);
  const without = server();
  assert.equal(without.code, 'none');
  assert.match(without.said, MISSING);
  writeFileSync(code, 'no code at all');
  const broken = server();
  assert.equal(broken.code, 'rejected');
  assert.match(broken.said, MISSING);
  rmSync(code);
  renameSync(`${code}.aside`, code);
  assert.equal(server().code, 'taken');
});

test('the name of the program is that of its content: what was compiled of another one is never taken for its own', () => {
  const program = fileOf('.cjs');
  const hash = createHash('sha256').update(readFileSync(program)).digest('hex');
  assert.equal(program, join(image, `program-${hash.slice(0, 12)}.cjs`));
});
