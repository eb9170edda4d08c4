/** What a process loads at its start it pays for with each of its starts: only what it uses, that is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { build } from 'esbuild';
import { bundledProgram } from '../support/bundle.ts';
import { temporaryFolder } from '../support/system.ts';

const BUNDLE = await bundledProgram();

/** Of Node's modules those that our code or a package could load by mistake, for all that they have. */
const UNUSED = [
  'child_process',
  'crypto',
  'internal/perf/performance',
  'internal/util/parse_args/parse_args',
  'timers/promises',
  'tls',
  'worker_threads',
];

/** What a program of the bundle has loaded by its end, which comes soon. */
const loadedBy = (t: TestContext, args: readonly string[], env: Record<string, string>, said: RegExp) => {
  const folder = temporaryFolder(t);
  const [tell, told] = [join(folder, 'tell.cjs'), join(folder, 'modules')];
  writeFileSync(
    tell,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(told)}, process.moduleLoadList.join('\\n')));`,
  );
  const { status, stdout } = spawnSync(process.execPath, ['--require', tell, BUNDLE, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  assert.match(stdout, said);
  assert.notEqual(status, 0);
  const loaded = new Set(readFileSync(told, 'utf8').split('\n'));
  assert.ok(loaded.has('NativeModule net'), 'the list has what is used');
  return (names: readonly string[]) => names.filter((name) => loaded.has(`NativeModule ${name}`));
};

test('an agency of the bundle loads no module of Node that it does not use', (t) => {
  // It has no file of bets, so this is all that it does.
  const loaded = loadedBy(t, ['agency', '--id', '1'], {}, /action: open_file \| result: fail/);
  assert.deepEqual(loaded(UNUSED), []);
});

test('a server without TLS and METRICS_PORT loads nothing of Node’s that only they use', (t) => {
  const env = { STORE_DIR: '/dev/null/draw', SERVER_HOST: '127.0.0.1', SERVER_PORT: '0' };
  const loaded = loadedBy(t, ['server'], env, /action: store \| result: fail/);
  assert.deepEqual(loaded(['tls', 'internal/tls/wrap', 'internal/perf/performance', 'http']), []);
});

/** Our files that a command's own file needs at once, and those that they need, and so on. */
const neededBy = async (command: string): Promise<string[]> => {
  const entry = `src/commands/${command}.ts`;
  const { metafile } = await build({
    absWorkingDir: join(import.meta.dirname, '../..'),
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    splitting: true,
    outdir: 'dist',
    write: false,
    metafile: true,
  });
  const found = new Set<string>();
  const find = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    for (const { kind, path, external } of metafile.inputs[file]?.imports ?? [])
      if (kind === 'import-statement' && !external) find(path);
  };
  find(entry);
  return [...found];
};

/** Of certificates, handshakes and metrics: for who asks for them. */
const ASKED_FOR =
  /^src\/(metrics|identity\/(.*certificates|credentials|pem|peer|trust|words|authority)|net\/(secured|tls|handshakes))/;

test('what is there for TLS and METRICS_PORT alone no server and no agency needs at once', async () => {
  for (const command of ['server', 'agency']) {
    const files = await neededBy(command);
    assert.ok(files.includes('src/runtime/run-root.ts'), `${files}`);
    assert.deepEqual(
      files.filter((file) => ASKED_FOR.test(file)),
      [],
      command,
    );
  }
});
