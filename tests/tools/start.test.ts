/** What a process loads at its start it pays for with each of its starts: only what it uses, that is. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/system.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Of Node's modules those that our code or a package could load by mistake, for all that they have. */
const UNUSED = [
  'child_process',
  'crypto',
  'internal/perf/performance',
  'internal/util/parse_args/parse_args',
  'timers/promises',
  'worker_threads',
];

test('an agency of the bundle loads no module of Node that it does not use', (t) => {
  const folder = temporaryFolder(t);
  const [file, tell, told] = ['quiniela.mjs', 'tell.cjs', 'modules'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  execFileSync(process.execPath, [join(ROOT, 'tools/bundle.ts'), join(ROOT, 'src/main.ts'), file]);
  writeFileSync(
    tell,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(told)}, process.moduleLoadList.join('\\n')));`,
  );
  // It has no file of bets, so this is all that it does.
  const { status, stdout } = spawnSync(process.execPath, ['--require', tell, file, 'agency', '--id', '1'], {
    cwd: folder,
    env: {},
    encoding: 'utf8',
  });
  assert.match(stdout, /action: open_file \| result: fail/);
  assert.notEqual(status, 0);
  const loaded = new Set(readFileSync(told, 'utf8').split('\n'));
  assert.ok(loaded.has('NativeModule net'), 'the list has what is used');
  assert.deepEqual(
    UNUSED.filter((name) => loaded.has(`NativeModule ${name}`)),
    [],
  );
});
