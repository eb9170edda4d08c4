/** `check-data` says nothing good of a file that is another one by now. */
import assert from 'node:assert/strict';
import { appendFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkFile } from '../../src/input/check.ts';
import { openInputFile } from '../../src/input/input-file.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

const ROW = 'Ana,Paz,12345678,2000-02-29,42\n';
const config = { ...STANDARD_RULES, maxInvalid: { rows: 0 } };

const CHANGES: [name: string, change: (path: string) => void, told: RegExp][] = [
  ['grows', (path) => appendFileSync(path, ROW), /had 310 bytes and has 341 now/],
  ['shrinks', (path) => truncateSync(path, 31), /had 310 bytes and has 31 now/],
  [
    'is replaced',
    (path) => {
      writeFileSync(`${path}.new`, ROW.repeat(10));
      renameSync(`${path}.new`, path);
    },
    /was replaced by another file/,
  ],
  ['is removed', (path) => rmSync(path), /was removed/],
];

for (const [name, change, told] of CHANGES) {
  test(`a file that ${name} while it is checked is not good`, async (t) => {
    const path = join(temporaryFolder(t), 'agency-1.csv');
    writeFileSync(path, ROW.repeat(10));
    const open = async () => {
      const file = await openInputFile(path);
      change(path);
      return file;
    };
    const { verdict, lines, exitCode } = await checkFile(path, { agency: 1, config, open });
    assert.deepEqual([verdict, exitCode], ['unread', 1], 'the next look may find it whole');
    assert.match(lines.join('\n'), told);
    assert.match(lines.join('\n'), /: it was changed while it was read$/);
  });
}

test('a name that is no way to a file is said to be none, and the others are checked', async (t) => {
  const folder = temporaryFolder(t);
  const [loop, file] = [join(folder, 'loop'), join(folder, 'agency-1.csv')];
  symlinkSync('loop', loop);
  writeFileSync(file, ROW);
  const program = new Program(['check-data', loop, join(file, 'agency-2.csv'), file]);
  await program.expectExit(2);
  assert.match(program.lines[0]!, /^cannot read ".*loop": too many links$/);
  assert.match(program.lines[1]!, /^cannot read ".*agency-2\.csv": what should be a folder is none$/);
  assert.match(program.lines[3]!, /1 of 1 row is a bet/);
});

test('of a folder the agencies’ files are checked, and no copy that somebody has put beside them', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'agency-1.csv'), ROW);
  for (const name of ['old-agency-2.csv', 'agency-3.csv.bak', 'agency-.csv', 'agency-100000.csv'])
    writeFileSync(join(folder, name), 'no bet\n');
  const program = new Program(['check-data', folder]);
  await program.expectExit(0);
  assert.equal(program.lines.filter((line) => line.includes('.csv')).length, 1);
});

test('what is odd in the configuration is said before the files, and not among the answers', async (t) => {
  const folder = temporaryFolder(t);
  const [file, config] = [join(folder, 'agency-1.csv'), join(folder, 'agency.yaml')];
  writeFileSync(file, ROW);
  writeFileSync(config, 'lottery:\n  maxNumbr: 99\n');
  const program = new Program(['check-data', '--config', config, file]);
  assert.deepEqual(await program.exited, { code: 0, signal: null });
  assert.match(program.stderr, /^quiniela: [^\n]*lottery\.maxNumbr[^\n]*\n$/);
  assert.ok(!program.lines.join('\n').includes('maxNumbr'));
});
