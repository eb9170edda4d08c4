import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBirthdate, isRealDate } from '../../src/lottery/rules.ts';

/** The calendar of JavaScript's Date, which is the Gregorian one for all years. */
const isInCalendar = (year: number, month: number, day: number): boolean => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

test('exactly the days of the calendar are real, in common, leap and century years', () => {
  for (const year of [1, 4, 100, 400, 1582, 1600, 1700, 1900, 1999, 2000, 2023, 2024, 2100, 9996, 9999]) {
    for (let month = 0; month <= 13; month++) {
      for (let day = 0; day <= 32; day++) {
        const text = [
          `${year}`.padStart(4, '0'),
          `${month}`.padStart(2, '0'),
          `${day}`.padStart(2, '0'),
        ].join('-');
        const expected = isInCalendar(year, month, day);
        assert.equal(isRealDate(year, month, day), expected, text);
        assert.equal(isBirthdate(Buffer.from(text)), expected, text);
      }
    }
  }
});

test('there is no year 0, as in Python', () => {
  assert.equal(isBirthdate(Buffer.from('0000-02-29')), false);
});
