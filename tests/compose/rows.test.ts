/** `make up` says what is wrong with the agencies' files before it starts anything, in the words of `make data-check`. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkRows } from '../../src/compose/up/rows.ts';
import { readWanted } from '../../src/compose/up/wanted.ts';
import { loadRowConfig } from '../../src/config/agency.ts';
import { UserError } from '../../src/errors.ts';
import { run, temporaryFolder } from './shell.ts';

const ROW = 'Ana,Paz,12345678,1999-03-17,7574\n';
const ACCENT = 'José;Paz;12.345.678;17/3/1999;7574\r\n';

function folderOf(t: TestContext, files: readonly (string | Buffer)[]): string {
  const folder = temporaryFolder(t);
  files.forEach((content, at) => {
    writeFileSync(join(folder, `agency-${at + 1}.csv`), content);
  });
  return folder;
}

/** What is said of a folder, and why nothing starts. */
async function look(folder: string, agencies: number, mode: 'lottery' | 'batches' = 'lottery') {
  const lines: string[] = [];
  const wanted = readWanted({ AGENCIES: String(agencies), DATA: folder });
  const { config } = loadRowConfig({ env: {} });
  const say = (line: string) => void lines.push(line);
  const refusal = await checkRows(wanted, folder, { config, mode, say }).catch((error) => error);
  if (refusal) assert.ok(refusal instanceof UserError, String(refusal));
  return { lines, refusal: refusal?.message as string | undefined };
}

test('good files of any form are nothing to speak of', async (t) => {
  const excel = Buffer.from(`sep=;\r\n${ACCENT.repeat(3)}`, 'latin1');
  const shell = Buffer.from(`\ufeff${ROW}`, 'utf16le');
  assert.deepEqual(await look(folderOf(t, [ROW, excel, shell, '']), 4), { lines: [], refusal: undefined });
});

test('what is wrong is said as data-check says it; what no agency could upload stops everything', async (t) => {
  const fair = `${ROW.repeat(99)}Ana,Paz,1,1999-03-17,7574\n`;
  const bad = `${ROW}${'Ana;Paz;1\n'.repeat(50)}`;
  const folder = folderOf(t, [ROW, fair, bad, Buffer.from('PK\x03\x04...')]);
  const checked = run('make', ['-s', 'data-check', `DATA=${folder}`])
    .stdout.trimEnd()
    .split('\n');
  // Of the good one `data-check` says so.
  assert.match(checked.slice(0, 2).join(), /agency-1\.csv: .*1 of 1 row is a bet/);
  const { lines, refusal } = await look(folder, 4);
  assert.deepEqual(lines, checked.slice(2));
  assert.match(refusal ?? '', /could not upload .*agency-3\.csv and 1 more, for the reasons above: nothing/);
  assert.match(lines.at(-1) ?? '', /agency-4\.csv": it is a ZIP archive, as an Excel \(\.xlsx\)/);

  assert.equal(
    (await look(folder, 2)).refusal,
    undefined,
    'some rows are left out, as data.maxInvalid allows',
  );
  assert.equal((await look(folder, 3, 'batches')).refusal, undefined);
  assert.match((await look(folder, 4, 'batches')).refusal ?? '', /could not upload .*agency-4\.csv,/);
});

test('of large files the beginning is looked at, and nothing is said of the rest', async (t) => {
  const large = 28_000_000;
  const rows = Math.ceil(large / ROW.length);
  const goodAtFirst = `${ROW.repeat(rows)}${'x\n'.repeat(rows)}`;
  const strangeAtFirst = `${`${'x'.repeat(499)}\n`.repeat(large / 500)}${ROW.repeat(rows)}`;
  const folder = folderOf(t, [goodAtFirst, strangeAtFirst, '', '', '']);
  const { lines, refusal } = await look(folder, 5);
  assert.match(lines[1] ?? '', /^ {2}0 of the first [\d,]+ rows are bets; the others were not looked at$/);
  assert.match(refusal ?? '', /could not upload .*agency-2\.csv,/);
  assert.ok(!lines.some((line) => /agency-1\.csv/.test(line)));
});

test('of short rows that are no bets, few enough are looked at for nobody to wait', async (t) => {
  const folder = folderOf(t, ['x\n'.repeat(300_000), '', '', '', '']);
  const { lines, refusal } = await look(folder, 5);
  assert.match(lines[1] ?? '', /^ {2}0 of the first 200,000 rows are bets; the others were not looked at$/);
  assert.match(refusal ?? '', /could not upload .*agency-1\.csv,/);
});

test("one agency's file in place of another's is told, and stops nothing", async (t) => {
  const { lines, refusal } = await look(folderOf(t, [ROW, `${ROW}${ROW}`, ROW]), 3);
  assert.equal(refusal, undefined);
  assert.match(
    lines.join('\n'),
    /^\S*agency-3\.csv: .*\n.*\n {2}it has the same bytes as \S*agency-1\.csv: /,
  );
});

test('a thousand bad files are no message', async (t) => {
  const folder = folderOf(
    t,
    Array.from({ length: 30 }, () => 'nothing\n'),
  );
  const { lines, refusal } = await look(folder, 30);
  assert.equal(lines.at(-1), 'and 25 more files with something to say');
  assert.match(refusal ?? '', /agency-1\.csv and 29 more, for the reasons above/);
});

test('the check of make up finds nothing in what make data makes', async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(run('make', ['-s', 'data', 'AGENCIES=2', 'BETS=50', `DATA=${folder}`]).status, 0);
  assert.deepEqual(await look(folder, 2), { lines: [], refusal: undefined });
});
