import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Receipts } from '../../src/input/receipts.ts';
import { parseReceipt } from '../../src/store/receipt.ts';
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
  assert.deepEqual(await readdir(folder), ['agency-2-draw-noche.json']);
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
