/** Tells whether a session's first line is of the original: echo messages have commas and digits too. */
import { isBirthdate } from '../lottery/rules.ts';
import { COMMA, find, isDigit, SEMICOLON, startsWith } from './ascii.ts';

export const DONE = Buffer.from('DONE:');

/** Commas of a bet's six fields. */
const COMMAS = 5;
/** Digits of an agency's number: 10,000 at most. */
const AGENCY_DIGITS = 5;

/** `DONE:<digits>`, nothing after it. */
export const isDone = (bytes: Buffer, from: number, to: number): boolean =>
  to - from > DONE.length &&
  startsWith(bytes, from, to, DONE) &&
  bytes.subarray(from + DONE.length, to).every(isDigit);

/** Whether `bytes[from, to)`, a whole line without its end, is bets of the original, good or bad, or its DONE. */
export const isTp0Line = (bytes: Buffer, from: number, to: number): boolean => {
  if (isDone(bytes, from, to)) return true;
  // A `;` may also end the last bet.
  const stop = to > from && bytes[to - 1] === SEMICOLON ? to - 1 : to;
  let first: Buffer | undefined;
  for (let at = from; at <= stop; ) {
    const end = find(bytes, SEMICOLON, at, stop);
    const bet = bytes.subarray(at, end);
    if (commasOf(bet) !== COMMAS || !beginsWithAgency(bet)) return false;
    first ??= bet;
    at = end + 1;
  }
  return first !== undefined && looksLikeBet(first);
};

/** Exercise 5's bet, whole without a newline: `…,7574;`. */
export const isEndedBet = (rest: Buffer): boolean =>
  rest.length > 0 && rest.indexOf(SEMICOLON) === rest.length - 1 && isTp0Line(rest, 0, rest.length);

/** Whether a begun line may still become one of the original: perhaps its sender is only slow. */
export const mayBecomeTp0 = (rest: Buffer): boolean => {
  if (startsWith(DONE, 0, DONE.length, rest.subarray(0, DONE.length))) {
    return rest.subarray(DONE.length).every(isDigit);
  }
  for (let at = 0; at <= rest.length; ) {
    const end = find(rest, SEMICOLON, at, rest.length);
    const bet = rest.subarray(at, end);
    const isOpen = end === rest.length;
    if (isOpen ? commasOf(bet) > COMMAS : commasOf(bet) !== COMMAS) return false;
    if (!beginsWithAgency(bet) && !(isOpen && isAgency(bet))) return false;
    at = end + 1;
  }
  return true;
};

const commasOf = (bet: Buffer): number => {
  let commas = 0;
  for (const byte of bet) if (byte === COMMA) commas++;
  return commas;
};

const beginsWithAgency = (bet: Buffer): boolean => {
  const comma = bet.indexOf(COMMA);
  return comma > 0 && isAgency(bet.subarray(0, comma));
};

const isAgency = (text: Buffer): boolean => text.length <= AGENCY_DIGITS && text.every(isDigit);

const isDocument = (text: Buffer): boolean => (text.length === 7 || text.length === 8) && text.every(isDigit);

/** Six fields may also be a list of numbers: a bet with a bad field still has a date, or document and number. */
const looksLikeBet = (bet: Buffer): boolean => {
  const fields: Buffer[] = [];
  for (let at = 0; at <= bet.length; ) {
    const end = find(bet, COMMA, at, bet.length);
    fields.push(bet.subarray(at, end));
    at = end + 1;
  }
  const [, , , document, birthdate, number] = fields as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  return isBirthdate(birthdate) || (isDocument(document) && number.length > 0 && number.every(isDigit));
};
