/** Rows are cut into pieces that an entry can hold, and no smaller ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { piecesOf } from '../../src/cluster/load.ts';
import { ENTRY_BYTES } from '../../src/limits.ts';

test('a piece may be as long as an entry, to the byte, and one more row begins the next', () => {
  const row = Buffer.from(`${'x'.repeat(63)}\n`);
  const most = ENTRY_BYTES / row.length;
  assert.ok(Number.isInteger(most));
  const counts = (count: number) => {
    const rows = Buffer.concat(Array.from({ length: count }, () => row));
    return [...piecesOf({ count, rows: [rows], bytes: rows.length })].map((piece) => {
      assert.equal(Buffer.concat(piece.rows).length, piece.bytes);
      return piece.count;
    });
  };
  assert.deepEqual(counts(most), [most]);
  assert.deepEqual(counts(most + 1), [most, 1]);
  assert.deepEqual(counts(2 * most + 1), [most, most, 1]);
});
