/** A row that is longer than any bet counts for several: so lost line ends are noticed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONGEST_ROW_BYTES, SHORT_ROW_BYTES } from '../../src/limits.ts';
import { rowsIn } from '../../src/protocol/invalid-row.ts';

test('the longest bet is one row, and a byte more counts by its length', () => {
  assert.equal(rowsIn(LONGEST_ROW_BYTES), 1);
  assert.equal(rowsIn(LONGEST_ROW_BYTES + 1), Math.ceil((LONGEST_ROW_BYTES + 1) / SHORT_ROW_BYTES));
});
