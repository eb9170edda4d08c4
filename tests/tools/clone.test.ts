/** `./quiniela`: what the pages call `quiniela`, in a clone, whatever Node the user has. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nextSteps } from '../../src/demo/next-steps.ts';
import { REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';

const SCRIPT = join(REPOSITORY, 'quiniela');

test('it runs the program, with paths as they are where it is typed, and ends with its exit code', (t) => {
  const cwd = temporaryFolder(t, "it's a folder ");
  const old = join(cwd, 'node');
  run('sh', ['-c', `printf '#!/bin/sh\\nexit 9\\n' > "$1" && chmod +x "$1"`, 'sh', old]);
  const env = { PATH: `${cwd}:${process.env.PATH}` };
  const made = run(SCRIPT, ['data', '--agencies', '1', '--bets', '3', '--out', 'here'], { cwd, env });
  assert.deepEqual([made.status, made.stderr], [0, '']);
  assert.match(run(SCRIPT, ['check-data', 'here'], { cwd, env }).stdout, /3 of 3 rows are bets/);
  const refused = run(SCRIPT, ['verify', 'no where'], { cwd, env });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /^quiniela: no draw in "no where"/);
});

test('it runs also by links to it, such as one in ~/bin', (t) => {
  const cwd = temporaryFolder(t, "it's ~ bin ");
  symlinkSync(SCRIPT, join(cwd, 'straight'));
  symlinkSync('straight', join(cwd, 'quiniela'));
  const { status, stdout, stderr } = run(join(cwd, 'quiniela'), ['--version'], { cwd });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("make ends with 2, and has the program's code in its last line", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'agency-1.csv'), 'no bet\n');
  for (const [words, code] of [
    [['data-check', `DATA=${folder}`], 1],
    [['verify', `DIR=${folder}`], 2],
  ] as const) {
    const { status, stderr } = run('make', [...words]);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`^make.* Error ${code}\\n$`, 'm'));
  }
});

test('it is what a demo that was started by it says to type next', () => {
  const [entry, env] = [join(REPOSITORY, 'src/main.ts'), { MAKELEVEL: undefined }];
  const said = nextSteps({ entry, env, store: '.data/demo', agencies: 5, isInspected: false, ca: undefined });
  const [, command = ''] = /^ {2}(\S+quiniela) verify \.data\/demo /m.exec(said.join('\n')) ?? [];
  assert.equal(run('sh', ['-c', `${command} --version`], { cwd: process.cwd() }).status, 0, command);
});

test('a clone may have any name: no source takes the path of a URL, in which a space is %20', () => {
  for (const folder of ['machines', 'src', 'tests', 'tools']) {
    for (const name of readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const source = readFileSync(join(REPOSITORY, folder, name), 'utf8');
      assert.doesNotMatch(source, /import\.meta\.url\)\.path/, join(folder, name));
    }
  }
});
