import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Receipts } from '../../src/input/receipts.ts';
import { parseReceipt } from '../../src/store/receipt.ts';
import { makeFifo } from '../support/plant.ts';
import { temporaryFolder } from '../support/system.ts';

const RECEIPT = { draw: 'noche', agency: 2, bets: 50, crc: 7, winners: 3, head: 'c0ffee00'.repeat(8) };

test('a draw that was entered is known to the next process, until its receipt is kept', async (t) => {
  const folder = join(temporaryFolder(t), 'receipts');
  const receipts = () => new Receipts(folder, () => 0);
  assert.equal(await receipts().drawOf(2), undefined);
  for (const draw of ['1', 'noche']) await receipts().enter(2, draw);
  assert.equal(await receipts().drawOf(2), 'noche');
  assert.equal(await receipts().drawOf(22), undefined);
  const path = await receipts().keep(RECEIPT);
  assert.equal(await receipts().drawOf(2), undefined);
  assert.deepEqual(parseReceipt(await readFile(path, 'utf8')), RECEIPT);
  const signed = { ...RECEIPT, agency: 3, sha: 'ab'.repeat(32) };
  assert.deepEqual(parseReceipt(await readFile(await receipts().keep(signed), 'utf8')), signed);
  assert.deepEqual((await readdir(folder)).sort(), ['agency-2-draw-noche.json', 'agency-3-draw-noche.json']);
});

test('a receipt is never written over by one that says something else', async (t) => {
  const folder = temporaryFolder(t);
  const receipts = new Receipts(folder);
  const other = { ...RECEIPT, head: '0'.repeat(64) };
  const paths: string[] = [];
  for (const receipt of [RECEIPT, other, RECEIPT, other]) paths.push(await receipts.keep(receipt));
  assert.deepEqual([paths[0], paths[1]], [paths[2], paths[3]]);
  assert.deepEqual((await readdir(folder)).sort(), [
    'agency-2-draw-noche.2.json',
    'agency-2-draw-noche.json',
  ]);
});

test('a file that holds no name of a draw is refused, not guessed at', async (t) => {
  const folder = temporaryFolder(t);
  await writeFile(join(folder, 'agency-2.draw'), 'La Noche\n');
  await assert.rejects(new Receipts(folder).drawOf(2), { name: 'UserError', code: 'RECEIPTS' });
});

test('what is no file in the place of a draw or a receipt is named, and nothing waits for it', async (t) => {
  const folder = temporaryFolder(t);
  const receipts = new Receipts(folder);
  const at = (agency: number) => ({ ...RECEIPT, agency });
  const path = (name: string) => join(folder, name);
  for (const name of ['agency-3.draw', 'agency-3-draw-noche.json']) makeFifo(path(name));
  for (const name of ['agency-4.draw', 'agency-4-draw-noche.json']) await mkdir(path(name));
  makeFifo(path('agency-5.draw.new'));
  const refused = (name: string, why: string) => ({
    ...{ name: 'UserError', exitCode: 2 },
    message: new RegExp(`^cannot (use|read) "${path(name)}": it is ${why}`),
  });
  for (const [agency, why] of [
    [3, 'a FIFO'],
    [4, 'a folder'],
  ] as const) {
    await assert.rejects(receipts.drawOf(agency), refused(`agency-${agency}.draw`, why));
    await assert.rejects(receipts.keep(at(agency)), refused(`agency-${agency}-draw-noche.json`, why));
  }
  await assert.rejects(receipts.enter(5, '1'), refused('agency-5.draw.new', 'a FIFO'));
});

test('a disk that takes no receipt is named in words; when it has room again, it may', async (t) => {
  const full = join(temporaryFolder(t), 'full');
  mkdirSync(full);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=1', 'tmpfs', full]).status !== 0)
    return t.skip('may not mount a tmpfs');
  try {
    const at = (exitCode: number, message: string) => ({ name: 'UserError', exitCode, message });
    const path = join(full, 'agency-2');
    await assert.rejects(
      new Receipts(full).enter(2, '1'),
      at(1, `cannot write "${path}.draw": no space left`),
    );
    await assert.rejects(
      new Receipts(full).keep(RECEIPT),
      at(1, `cannot write "${path}-draw-noche.json": no space left`),
    );
    const below = join(full, 'receipts');
    await assert.rejects(
      new Receipts(below).enter(2, '1'),
      at(1, `cannot make the folder "${below}": no space left`),
    );
  } finally {
    spawnSync('umount', [full]);
  }
  const none = join(temporaryFolder(t), 'file', 'receipts');
  await writeFile(join(none, '..'), '');
  await assert.rejects(new Receipts(none).enter(2, '1'), {
    ...{ name: 'UserError', exitCode: 2 },
    message: `cannot make the folder "${none}": what should be a folder is none`,
  });
});

test('what a process that was killed had begun to write is no part of what is kept', async (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['agency-2.draw', 'agency-2-draw-noche.json'])
    await writeFile(join(folder, `${name}.new`), 'tarde\n'.repeat(100));
  const receipts = new Receipts(folder);
  await receipts.enter(2, 'noche');
  assert.equal(await readFile(join(folder, 'agency-2.draw'), 'utf8'), 'noche\n');
  assert.deepEqual(parseReceipt(await readFile(await receipts.keep(RECEIPT), 'utf8')), RECEIPT);
  assert.deepEqual(await readdir(folder), ['agency-2-draw-noche.json']);
});
