import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agencyAt, endOfRows, lastRows, rowEnd } from '../../src/store/csv.ts';
import { csvRow } from './helpers.ts';

const name = fc.string({
  unit: fc.constantFrom('a', 'é', '"', ',', '\r', '\n', ' '),
  minLength: 1,
  maxLength: 8,
});
const row = fc.tuple(fc.nat(99), name, name, fc.constant('12345678'), fc.nat(9999)).map(csvRow);

test('the first rows end, and the last ones begin, where they do, whatever quoted fields hold', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.nat(8), (rows, count) => {
      fc.pre(count <= rows.length);
      const bytes = Buffer.from(rows.join(''));
      assert.equal(bytes.subarray(0, endOfRows(bytes, count)).toString(), rows.slice(0, count).join(''));
      assert.deepEqual(lastRows(bytes, count).map(String), rows.slice(rows.length - count));
    }),
  );
});

test('rows that are not there have no end', () => {
  assert.throws(() => endOfRows(Buffer.from('1,a\r\n'), 2), RangeError);
  assert.throws(() => endOfRows(Buffer.from('1,"a\r\n'), 1), RangeError);
});

test('rowEnd and agencyAt say so where there is no row or no number', () => {
  assert.equal(rowEnd(Buffer.from('1,"a\r\n'), 0), -1);
  assert.equal(rowEnd(Buffer.from('1,a\r\n2,b\r\n'), 5), 10);
  assert.equal(agencyAt(Buffer.from('12,a\r\n'), 0), 12);
  for (const text of ['', ',a', 'x,a', '1x,a', '12']) assert.equal(agencyAt(Buffer.from(text), 0), -1, text);
});
