/** Generated bets whose names hold everything that a format could stumble over. */
import fc from 'fast-check';
import { damageOf } from '../../src/input/damage.ts';
import type { Bet } from '../../src/lottery/bet.ts';

const PIECES = [
  ...[
    ',',
    ';',
    '%',
    '"',
    '""',
    '\r',
    '\n',
    '\r\n',
    '\t',
    '\x7f',
    ' ',
    ':',
    "'",
    '%2C',
    '%zz',
    '\\',
    '-',
    '0',
  ],
  ...['Ana', 'ñ', 'é', 'e\u0301', 'Ö', '李', '🎉', '👩‍👩‍👧', '\u202e', '\u2028', '\u0085', '\u{10ffff}'],
];

/** The longest beginning of whole characters in 64 bytes. */
const cutTo64Bytes = (text: string): string => {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > 64) break;
    cut += character;
  }
  return cut;
};

const nameOf = (piece: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(piece, { minLength: 1, maxLength: 20 }).map((pieces) => cutTo64Bytes(pieces.join('')));

const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });

/** 1 to 64 bytes of UTF-8; no NUL, which is refused, no BOM, which belongs to a file's start, and none that is damaged. */
export const anyName = fc
  .oneof(
    { weight: 2, arbitrary: nameOf(fc.oneof(fc.constantFrom(...PIECES), anyCharacter)) },
    { weight: 1, arbitrary: nameOf(fc.constantFrom('Ana ', 'José', 'Núñez', 'Lautaro', ' de ')) },
  )
  .map((text) => text.replace(/[\0\ufeff]/g, 'x'))
  .filter((text) => damageOf(Buffer.from(text), 'utf-8') === undefined);

/** A name that the TP0 dialect can say. */
export const plainName = anyName.map((text) => text.replace(/[,;\p{Cc}]/gu, '_'));

const digits = (length: number) =>
  fc.integer({ min: 0, max: 10 ** length - 1 }).map((value) => `${value}`.padStart(length, '0'));

const birthdate = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

export const anyBet = (names: fc.Arbitrary<string> = anyName): fc.Arbitrary<Bet> =>
  fc.record({
    agency: fc.constant(7),
    firstName: names,
    lastName: names,
    document: digits(8),
    birthdate,
    number: fc.integer({ min: 0, max: 9999 }),
  });
