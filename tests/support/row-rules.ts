/** The rules of bets.csv once more, written another way: strings and expressions instead of byte loops. */
import assert from 'node:assert/strict';

const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;

/** The rows of a CSV text, which must be in the one form that csv.writer gives them. */
const parse = (csv: string): string[][] => {
  const rows: string[][] = [];
  let row: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < csv.length) {
    const at = FIELD.lastIndex;
    const match = FIELD.exec(csv);
    assert.ok(match, `no field at ${at} of ${JSON.stringify(csv)}`);
    const [, quoted, plain, end] = match;
    if (quoted !== undefined) assert.match(quoted, /[,"\r\n]/, 'quoted without need');
    row.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  assert.deepEqual(row, [], 'a row without its end');
  return rows;
};

/** Throws unless `csv` is `count` rows of valid bets of the agency. @returns the rows' fields */
export const assertRows = (csv: Buffer, agency: number, count: number): string[][] => {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(csv);
  const rows = parse(text);
  assert.equal(rows.length, count);
  for (const row of rows) {
    const [own, first, last, document, birthdate, number, ...others] = row as [string, ...string[]];
    assert.equal(own, `${agency}`);
    for (const name of [first!, last!]) {
      assert.ok(name !== '' && Buffer.byteLength(name) <= 64 && !name.includes('\0'));
    }
    assert.match(document!, /^\d{8}$/);
    assert.match(birthdate!, /^(?!0000)\d{4}-\d\d-\d\d$/);
    assert.equal(new Date(`${birthdate}T00:00:00Z`).toISOString().slice(0, 10), birthdate);
    assert.match(number!, /^(0|[1-9]\d{0,3})$/);
    assert.deepEqual(others, []);
  }
  return rows;
};
