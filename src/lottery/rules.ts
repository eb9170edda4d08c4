/**
 * The rules of a bet's fields, on bytes. Bets from a socket, from a file and from the environment follow the same ones.
 */
import { isUtf8 } from 'node:buffer';
import type { BetFault } from '../../machines/vocabulary/wire.ts';
import { DASH, isDigit, NUL } from '../bytes.ts';
import { NAME_BYTES } from '../limits.ts';
import { isSeparator } from './row.ts';

/** What each fault is about, for messages. */
export const FIELD_NAMES: Readonly<Record<BetFault, string>> = {
  FIELDS: 'the bet',
  AGENCY: 'the agency',
  FIRST_NAME: 'the first name',
  LAST_NAME: 'the last name',
  DOCUMENT: 'the document',
  BIRTHDATE: 'the birthdate',
  NUMBER: 'the number',
};

/** What a lottery may allow beyond the exercise; agencies and server must agree, or the server refuses the bet. */
export type BetRules = {
  /** The highest number that can be bet on. */
  maxNumber: number;
  /** Documents of 7 digits too, as Argentina's older ones have. */
  shortDocuments: boolean;
};

/** The exercise's. */
export const STANDARD_RULES: BetRules = { maxNumber: 9_999, shortDocuments: false };

export const areSame = (some: BetRules, others: BetRules): boolean =>
  some.maxNumber === others.maxNumber && some.shortDocuments === others.shortDocuments;

/** No lottery goes beyond these: for a reader of bets that does not know the lottery's rules, as `verify`. */
export const WIDEST_RULES: BetRules = { maxNumber: 999_999_999, shortDocuments: true };

/** What a field must be, for messages: `the document is not exactly 8 digits`. */
export const expected = (fault: BetFault, { maxNumber, shortDocuments } = STANDARD_RULES): string => {
  switch (fault) {
    case 'FIELDS':
      return 'agency, first name, last name, document, birthdate and number';
    case 'AGENCY':
      return "the session's own agency";
    case 'FIRST_NAME':
    case 'LAST_NAME':
      return `1 to ${NAME_BYTES} bytes of UTF-8 without NUL`;
    case 'DOCUMENT':
      return shortDocuments ? '7 or 8 digits' : 'exactly 8 digits';
    case 'BIRTHDATE':
      return 'a real date, YYYY-MM-DD';
    case 'NUMBER':
      return `0 to ${maxNumber}`;
  }
};

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a year of the Gregorian calendar has a 29 February. */
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Whether the calendar has this day; years from 1, as Python's `date` has them. */
export const isRealDate = (year: number, month: number, day: number): boolean =>
  year >= 1 &&
  month >= 1 &&
  month <= 12 &&
  day >= 1 &&
  (day <= DAYS[month - 1]! || (day === 29 && month === 2 && isLeap(year)));

/** Programs that read bets.csv choke on a NUL. */
const isName = (name: Buffer): boolean =>
  name.length > 0 && name.length <= NAME_BYTES && isUtf8(name) && !name.includes(NUL);

const isDocument = (text: Buffer, { shortDocuments }: BetRules): boolean =>
  (text.length === 8 || (shortDocuments && text.length === 7)) && text.every(isDigit);

export const isBirthdate = (text: Buffer): boolean => {
  if (text.length !== 10 || text[4] !== DASH || text[7] !== DASH) return false;
  const [year, month, day] = text.toString('latin1').split('-') as [string, string, string];
  if (!/^\d{8}$/.test(year + month + day)) return false;
  return isRealDate(Number(year), Number(month), Number(day));
};

/** So many digits always make an allowed number: 4 for a highest number of 9999, and for 50000 as well. */
export const freeDigits = ({ maxNumber }: BetRules): number => String(maxNumber + 1).length - 1;

/** The number of a bet, with no more digits than the highest has (`0042` is 42), or -1. */
export const betNumber = (text: Buffer, { maxNumber }: BetRules): number => {
  if (text.length < 1 || text.length > String(maxNumber).length || !text.every(isDigit)) return -1;
  const number = Number(text.toString('latin1'));
  return number <= maxNumber ? number : -1;
};

/** The faults of what a person fills in. */
export type TypedFault = Exclude<BetFault, 'FIELDS' | 'AGENCY'>;

/** The five fields that a person fills in, as bytes. */
export type BetFields = readonly [
  first: Buffer,
  last: Buffer,
  document: Buffer,
  birthdate: Buffer,
  number: Buffer,
];

export const areBetFields = (fields: readonly Buffer[]): fields is BetFields => fields.length === 5;

/** The first rule that the fields break, in the order of the fields. */
export const faultOf = (
  [first, last, document, birthdate, number]: BetFields,
  rules: BetRules,
): TypedFault | undefined => {
  if (!isName(first)) return 'FIRST_NAME';
  if (!isName(last)) return 'LAST_NAME';
  if (!isDocument(document, rules)) return 'DOCUMENT';
  if (!isBirthdate(birthdate)) return 'BIRTHDATE';
  if (betNumber(number, rules) < 0) return 'NUMBER';
  return undefined;
};

/** What is wrong with a name that has a separator, if the dialect cannot encode it. */
export const NOT_IN_TP0 = 'holds a comma, a semicolon or a control character, which TP0 cannot say';

/** Whether a valid bet has a name that the TP0 dialect cannot say. */
export const tp0FaultOf = ([first, last]: BetFields): 'FIRST_NAME' | 'LAST_NAME' | undefined => {
  if (first.some(isSeparator)) return 'FIRST_NAME';
  return last.some(isSeparator) ? 'LAST_NAME' : undefined;
};
