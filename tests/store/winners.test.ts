import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sameWinners } from '../../src/store/winners.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { findWinners } from '../support/winners.ts';
import { csvRow, parseCsv, rowsOf } from './helpers.ts';

const PATH = '/bets.csv';

const scan = async (bytes: Buffer, end = bytes.length) =>
  findWinners(await FaultDisk.holding(new Map([[PATH, bytes]])).open(PATH, 'read'), PATH, end);

/** Winners as the exercise's own loop over a CSV reader finds them. */
function naiveWinners(bytes: Buffer): Map<number, string[]> {
  const winners = new Map<number, string[]>();
  for (const [agency, , , document, , number] of parseCsv(bytes)) {
    if (Number(number) !== 7574) continue;
    winners.set(Number(agency), [...(winners.get(Number(agency)) ?? []), document!]);
  }
  return new Map([...winners].sort(([a], [b]) => a - b));
}

const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '7574'), minLength: 1, maxLength: 8 }),
  fc.constantFrom('x,7574\r\n', '"\r\n1,7574\r\n', 'plain'),
);
const row = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    name,
    name,
    fc.constantFrom('00000001', '12345678', '99997574'),
    fc.constantFrom('1999-03-17', '2004-02-29'),
    fc.constantFrom(7574, 757, 574, 0, 9999, 17574, 75747574),
  )
  .map(csvRow);

test('the winners are those that a plain CSV reader finds, whatever the names hold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (rows) => {
      const bytes = Buffer.from(rows.join(''));
      assert.deepEqual([...(await scan(bytes))], [...naiveWinners(bytes)]);
    }),
    { numRuns: 1000 },
  );
});

test('rows that lie across reads of the file are found', async () => {
  const bytes = Buffer.concat([1, 2, 3].map((agency) => rowsOf(agency, 0, 15_000)));
  assert.ok(bytes.length > 2 * 1024 * 1024);
  assert.deepEqual([...(await scan(bytes))], [...naiveWinners(bytes)]);
  const plain = Buffer.from(csvRow([1, 'Ana', 'Pérez', '12345678', '1999-03-17', 7574]).repeat(50_000));
  assert.equal((await scan(plain)).get(1)!.length, 50_000);
});

test('only what was committed is scanned', async () => {
  const bytes = rowsOf(1, 0, 26);
  const end = rowsOf(1, 0, 13).length;
  assert.deepEqual([...(await scan(bytes, end))], [[1, ['10000012']]]);
  assert.deepEqual([...(await scan(bytes, 0))], []);
});

test('a file that ends inside a row is damage', async () => {
  const damagedAt = (offset: number) => ({ code: 'DAMAGED', place: { file: PATH, offset } });
  await assert.rejects(scan(rowsOf(1, 0, 2).subarray(0, -1)), damagedAt(rowsOf(1, 0, 1).length));
  await assert.rejects(scan(Buffer.from('1,"'.repeat(1_000_000))), damagedAt(0));
});

test('draws are the same whatever the order of the agencies', () => {
  const one = new Map([
    [1, ['a', 'b']],
    [2, []],
  ]);
  assert.ok(sameWinners(one, new Map([[1, ['a', 'b']]])));
  const another = new Map([
    [2, []],
    [3, ['c']],
    [1, ['a', 'b']],
  ]);
  assert.ok(sameWinners(another, new Map([...another].reverse())));
  assert.ok(!sameWinners(one, new Map([[1, ['b', 'a']]])));
  assert.ok(!sameWinners(one, new Map()));
});
