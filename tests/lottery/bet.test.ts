import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { type BetText, checkBet, wireBet } from '../../src/lottery/bet.ts';
import { hasWon } from '../../src/lottery/draw.ts';
import { csvRow } from '../support/bet-row.ts';

const GOOD: BetText = {
  firstName: 'Santiago Lionel',
  lastName: 'Lorca',
  document: '30904465',
  birthdate: '1999-03-17',
  number: '7574',
};

const faultOf = (changes: Partial<BetText>): BetFault | undefined => {
  const check = checkBet(1, { ...GOOD, ...changes });
  return check.ok ? undefined : check.fault;
};

test('a good bet is taken as it is, its number as a number', () => {
  assert.deepEqual(checkBet(3, GOOD), { ok: true, bet: { agency: 3, ...GOOD, number: 7574 } });
});

describe('each rule, at its edges', () => {
  const cases: [field: keyof BetText, fault: BetFault, good: string[], bad: string[]][] = [
    [
      'firstName',
      'FIRST_NAME',
      ['A', 'x'.repeat(64), 'ñ'.repeat(32), '🎉'.repeat(16), '"', ' '],
      ['', 'x'.repeat(65), 'ñ'.repeat(33), '\ud800', '\0', 'a\0b'],
    ],
    [
      'lastName',
      'LAST_NAME',
      ['A', 'x'.repeat(64), ',;%\r\n'],
      ['', 'x'.repeat(65), '🎉'.repeat(17), 'a\udfff', 'a\0'],
    ],
    [
      'document',
      'DOCUMENT',
      ['00000000', '99999999'],
      ['', '1234567', '123456789', '1234567a', '-1234567', ' 1234567', '１２３４５６７８'],
    ],
    [
      'birthdate',
      'BIRTHDATE',
      ['0001-01-01', '9999-12-31', '2000-02-29', '2024-02-29'],
      [
        '',
        '0000-01-01',
        '1900-02-29',
        '2023-02-29',
        '2023-04-31',
        '2023-00-10',
        '2023-13-01',
        '2023-01-00',
        '2023-1-01',
        '2023/01/01',
        '01-01-2023',
        '2023-01-01 ',
        '+023-01-01',
      ],
    ],
    [
      'number',
      'NUMBER',
      ['0', '9999', '0042', '7574'],
      ['', '10000', '-1', '+1', '1.0', '1e3', ' 7', '00042', '٣'],
    ],
  ];
  for (const [field, fault, good, bad] of cases) {
    test(`${field} is taken or refused as ${fault}`, () => {
      for (const value of good) assert.equal(faultOf({ [field]: value }), undefined, JSON.stringify(value));
      for (const value of bad) assert.equal(faultOf({ [field]: value }), fault, JSON.stringify(value));
    });
  }
});

test('a refusal names the field, the value and what is allowed', () => {
  assert.deepEqual(checkBet(1, { ...GOOD, document: '123' }), {
    ok: false,
    fault: 'DOCUMENT',
    field: 'document',
    text: 'the document is "123", expected exactly 8 digits',
  });
});

test('the first broken rule is told, in the order of the fields', () => {
  const broken = { firstName: '', lastName: '', document: '', birthdate: '', number: '' };
  assert.equal(faultOf(broken), 'FIRST_NAME');
  assert.equal(faultOf({ ...broken, firstName: 'A', lastName: 'B' }), 'DOCUMENT');
});

test('names that TP0 cannot say are refused for it only', () => {
  for (const lastName of ['a,b', 'a;b', 'a\nb', 'a\x7f']) {
    assert.equal(checkBet(1, { ...GOOD, lastName }).ok, true);
    const check = checkBet(1, { ...GOOD, lastName }, 'tp0');
    assert.equal(!check.ok && check.fault, 'LAST_NAME');
  }
  assert.equal(checkBet(1, { ...GOOD, lastName: '100% "Pérez"' }, 'tp0').ok, true);
});

test('a row is quoted where it has to be, a wire bet encoded where it has to be', () => {
  const bet = {
    agency: 5,
    firstName: 'Ana, "Nené"; 5%',
    lastName: 'a\r\nb\x7f',
    document: '01234567',
    birthdate: '2000-02-29',
    number: 42,
  };
  assert.equal(csvRow(bet).toString(), '5,"Ana, ""Nené""; 5%","a\r\nb\x7f",01234567,2000-02-29,42\r\n');
  assert.equal(wireBet(bet).toString(), '5,Ana%2C "Nené"%3B 5%25,a%0D%0Ab%7F,01234567,2000-02-29,42');
  assert.equal(
    wireBet({ ...bet, firstName: '5%', lastName: 'b' }, 'tp0').toString(),
    '5,5%,b,01234567,2000-02-29,42',
  );
});

test('each byte that csv.writer quotes for is enough by itself', () => {
  const bet = { agency: 5, lastName: 'b', document: '01234567', birthdate: '2000-02-29', number: 42 };
  const rowOf = (firstName: string) =>
    csvRow({ ...bet, firstName })
      .toString()
      .slice(2, -',01234567,2000-02-29,42\r\n'.length);
  assert.deepEqual(
    ['a,b', 'a\rb', 'a\nb', 'a"b', 'a;b', "a'b\t%"].map(rowOf),
    ['"a,b"', '"a\rb"', '"a\nb"', '"a""b"', 'a;b', "a'b\t%"].map((field) => `${field},b`),
  );
});

test('7574 wins, and nothing else', () => {
  const winning = Array.from({ length: 10_000 }, (_, number) => number).filter(hasWon);
  assert.deepEqual(winning, [7574]);
});
