import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { agencyAt, rowEnd, skipRows } from '../../src/store/csv.ts';
import { csvRow } from './helpers.ts';

const name = fc.string({
  unit: fc.constantFrom('a', 'é', '"', ',', '\r', '\n', ' '),
  minLength: 1,
  maxLength: 8,
});
const row = fc.tuple(fc.nat(99), name, name, fc.constant('12345678'), fc.nat(9999)).map(csvRow);

test('skipRows leaves exactly the later rows, whatever quoted fields hold', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 8 }), fc.nat(8), (rows, skipped) => {
      fc.pre(skipped <= rows.length);
      const left = skipRows(Buffer.from(rows.join('')), skipped);
      assert.equal(left.toString(), rows.slice(skipped).join(''));
    }),
  );
});

test('skipRows refuses to skip rows that are not there', () => {
  assert.throws(() => skipRows(Buffer.from('1,a\r\n'), 2), RangeError);
  assert.throws(() => skipRows(Buffer.from('1,"a\r\n'), 1), RangeError);
});

test('rowEnd and agencyAt say so where there is no row or no number', () => {
  assert.equal(rowEnd(Buffer.from('1,"a\r\n'), 0), -1);
  assert.equal(rowEnd(Buffer.from('1,a\r\n2,b\r\n'), 5), 10);
  assert.equal(agencyAt(Buffer.from('12,a\r\n'), 0), 12);
  for (const text of ['', ',a', 'x,a', '1x,a', '12']) assert.equal(agencyAt(Buffer.from(text), 0), -1, text);
});
