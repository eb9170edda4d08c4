import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateAgencies } from '../../src/data/generate.ts';
import { ROW_BYTES } from '../../src/data/rows.ts';
import { MEN, WOMEN } from '../../src/data/vocabulary.ts';
import { REAL_FILES } from '../support/real-files.ts';
import { largestDifference, mean, type Row, readRows, rowBytes, share, temporaryFolder } from './helpers.ts';

const accented = (name: string): boolean => /[^\x20-\x7e]/.test(name);
const words = (name: string): number => name.split(' ').length;

describe("rows are like the real agencies'", () => {
  const folder = temporaryFolder();
  let rows: Row[] = [];
  before(async () => {
    await generateAgencies({ agencies: 1, bets: 100_000, seed: 7, dir: folder.path });
    rows = readRows(join(folder.path, 'agency-1.csv'));
  });
  after(() => folder[Symbol.dispose]());

  test('every row is valid: names, 8 digits, a real date, 0 to 9999', () => {
    for (const row of rows) {
      assert.match(row.first, /^[A-Z\u00c0-\u00dd][\p{L}' ]*\p{L}$/u);
      assert.match(row.last, /^[A-Z\u00c0-\u00dd][\p{L}' ]*\p{L}$/u);
      assert.match(row.document, /^[1-9]\d{7}$/);
      assert.equal(new Date(`${row.birthdate}T00:00:00Z`).toISOString().slice(0, 10), row.birthdate);
      assert.match(row.number, /^(0|[1-9]\d{0,3})$/);
      assert.ok(rowBytes(row) <= ROW_BYTES);
    }
  });

  test('120 of them fit into 8 kB', () => {
    for (let i = 0; i + 120 <= rows.length; i += 120) {
      const bytes = rows.slice(i, i + 120).reduce((sum, row) => sum + rowBytes(row) + 'agency,'.length, 0);
      assert.ok(bytes < 8_192 - 32);
    }
  });

  test('names: one, two or more, accents, ñ, of the measured shares', () => {
    assert.ok(Math.abs(share(rows, ({ first }) => words(first) === 1) - 0.2845) < 0.01);
    assert.ok(Math.abs(share(rows, ({ first }) => words(first) === 2) - 0.7105) < 0.01);
    assert.ok(Math.abs(share(rows, ({ first }) => accented(first)) - 0.051) < 0.015);
    assert.ok(Math.abs(share(rows, ({ last }) => accented(last)) - 0.25) < 0.04);
    assert.ok(Math.abs(share(rows, ({ last }) => words(last) === 2) - 0.0164) < 0.01);
    assert.ok(share(rows, ({ last }) => last.includes('ñ')) > 0.01);
    assert.ok(share(rows, ({ last }) => last.includes("'")) > 0.001);
    assert.ok(new Set(rows.map(({ first }) => first)).size > 1_000);
  });

  test('two first names are different ones, both of a woman or both of a man', () => {
    for (const { first } of rows) {
      const parts = first.split(' ');
      assert.equal(new Set(parts).size, parts.length);
      if (parts.length === 2) {
        assert.ok(
          [WOMEN, MEN].some((names) => parts.every((part) => names.includes(part))),
          first,
        );
      }
    }
  });

  test('lengths: as measured', () => {
    assert.ok(Math.abs(mean(rows, rowBytes) - 46.47) < 0.15);
    assert.ok(Math.abs(mean(rows, ({ first }) => first.length) - 11.85) < 0.1);
    assert.ok(Math.abs(mean(rows, ({ last }) => last.length) - 6.43) < 0.05);
    assert.equal(Math.max(...rows.map(({ first }) => first.length)), 23);
    assert.equal(Math.max(...rows.map(({ last }) => last.length)), 10);
  });

  test('documents, birthdates and numbers: spread evenly over their ranges', () => {
    const tenths = (value: number) => Math.floor(value * 10);
    const even = (values: number[]) => {
      for (let tenth = 0; tenth < 10; tenth += 1) {
        assert.ok(Math.abs(share(values, (value) => tenths(value) === tenth) - 0.1) < 0.006);
      }
    };
    even(rows.map(({ document }) => (Number(document) - 20_000_000) / 20_000_000));
    even(rows.map(({ number }) => Number(number) / 10_000));
    const [first, last] = [Date.parse('1980-01-01'), Date.parse('2004-08-24')];
    even(rows.map(({ birthdate }) => (Date.parse(birthdate) - first) / (last - first)));
    const dates = rows.map(({ birthdate }) => birthdate).sort();
    assert.deepEqual([dates[0], dates.at(-1)], ['1980-01-01', '2004-08-23']);
  });

  test('about one in ten thousand has won', () => {
    const winners = rows.filter(({ number }) => number === '7574').length;
    assert.ok(winners >= 1 && winners <= 30, `${winners} winners`);
  });

  test('beside the real files', { skip: !existsSync(REAL_FILES) && 'the real files are not here' }, () => {
    const real = readdirSync(REAL_FILES)
      .filter((name) => /^agency-\d+\.csv$/.test(name))
      .flatMap((name) => readRows(join(REAL_FILES, name)));
    const differ = (property: (row: Row) => number) => largestDifference(rows, real, property);
    assert.ok(differ(({ first }) => first.length) < 0.005);
    assert.ok(differ(({ last }) => last.length) < 0.01);
    assert.ok(differ(rowBytes) < 0.01);
    assert.ok(differ(({ first }) => words(first)) < 0.01);
    assert.ok(differ(({ last }) => words(last)) < 0.01);
    assert.ok(differ(({ first, last }) => Number(accented(first) || accented(last))) < 0.04);
    assert.ok(differ(({ birthdate }) => Number(birthdate.slice(0, 4))) < 0.006);
    assert.ok(differ(({ document }) => Math.floor(Number(document) / 1_000_000)) < 0.006);
    assert.ok(differ(({ number }) => number.length) < 0.006);

    const text = (row: Row) => Object.values(row).join();
    const known = new Set(real.map(text));
    assert.ok(!rows.some((row) => known.has(text(row))), 'no row is a real one');
  });
});
