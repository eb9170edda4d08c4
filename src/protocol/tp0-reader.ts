/**
 * Reads what an agency of the original sends: lines of bets, which get their count as an answer; exercise 5's single
 * bet, `…,7574;`, which gets its number; and `DONE:<agency>`. The last two need no newline. The session's agency is
 * that of its first bet.
 */
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { AN_INTEGER, COMMA, find, integerAt, isDigit, LF, SEMICOLON, startsWith } from '../bytes.ts';
import { MOST_AGENCIES } from '../limits.ts';
import { type BetRules, isBirthdate } from '../lottery/rules.ts';
import { type BetSource, betRows, typedBet } from './bet-rows.ts';
import { malformed, violation } from './violation.ts';

const DONE = Buffer.from('DONE:');

/** Commas of a bet's six fields. */
const COMMAS = 5;
/** Digits of an agency's number. */
const AGENCY_DIGITS = `${MOST_AGENCIES}`.length;

/** `DONE:<digits>`, nothing after it. */
export const isDone = (bytes: Buffer, from: number, to: number): boolean =>
  to - from > DONE.length &&
  startsWith(bytes, from, to, DONE) &&
  bytes.subarray(from + DONE.length, to).every(isDigit);

/**
 * Whether `bytes[from, to)`, a whole line without its end, is bets of the original, good or bad, or its DONE. Echo
 * messages have commas and digits too.
 */
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

/** The agency of a session whose first bet names none: no line has a newline in it, so no bet begins with this. */
const NO_AGENCY = Buffer.of(LF);
const UNKNOWN = -1;

export class Tp0Reader {
  #agency = UNKNOWN;
  readonly #rules: BetRules;
  #source: BetSource;
  /** The text that was taken as whole without its newline, which may still follow. */
  #open: 'bet' | 'done' | undefined;

  constructor(rules: BetRules) {
    this.#rules = rules;
    this.#source = { agency: NO_AGENCY, escaped: false, rules };
  }

  /** The message of the line `bytes[from, to)`, without its `\n`; undefined for the late end of a message that was told
   * before. */
  line(bytes: Buffer, from: number, to: number): ClientEvent | undefined {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined && from === to) return undefined;
    if (open === 'done') return this.#beyondDone(bytes, from, to);
    if (startsWith(bytes, from, to, DONE)) return this.#done(bytes, from + DONE.length, to);
    if (isSingle(bytes, from, to)) return this.#bet(bytes, from, to);
    return this.#batch(bytes, from, to);
  }

  /** The message of a begun line that is whole without its newline. */
  begun(bytes: Buffer): ClientEvent | undefined {
    const message = this.line(bytes, 0, bytes.length);
    this.#open = startsWith(bytes, 0, bytes.length, DONE) ? 'done' : 'bet';
    return message;
  }

  /** Whether a begun line needs no end: `DONE:12` of the session of agency 12, or a text that cannot become that. */
  isWhole(rest: Buffer): boolean {
    if (this.#open === 'done') return rest.length > 0;
    if (this.#agency === UNKNOWN || rest.length === DONE.length) return false;
    if (!startsWith(rest, 0, rest.length, DONE)) return false;
    const own = `${this.#agency}`;
    const said = rest.toString('latin1', DONE.length);
    return said.length >= own.length || !own.startsWith(said);
  }

  /** Whether a begun line is whole if nothing more follows. */
  isWholeAfterPause(rest: Buffer): boolean {
    return (this.#agency === UNKNOWN && isDone(rest, 0, rest.length)) || isEndedBet(rest);
  }

  #done(bytes: Buffer, from: number, to: number): ClientEvent {
    const agency = integerAt(bytes, from, to);
    if (agency < 0) return malformed('DONE', 'agency', bytes, from, to, AN_INTEGER);
    return this.#agency !== UNKNOWN && agency !== this.#agency
      ? this.#foreignDone(agency)
      : { type: 'client.tp0Done', agency };
  }

  /** More of a DONE that was complete: its number had further digits, or it was none. */
  #beyondDone(bytes: Buffer, from: number, to: number): ClientEvent {
    const said = bytes.toString('latin1', from, to);
    return /^\d+$/.test(said)
      ? this.#foreignDone(`${this.#agency}${said}`)
      : malformed('DONE', 'agency', bytes, from, to, AN_INTEGER);
  }

  #foreignDone(agency: number | string): ClientEvent {
    return violation(
      'AGENCY',
      `Cannot end the upload of agency ${this.#agency} with DONE of agency ${agency}`,
    );
  }

  #bet(bytes: Buffer, from: number, to: number): ClientEvent {
    this.#learnAgency(bytes, from, to);
    const agency = this.#agency;
    const read = betRows(bytes, from, to - 1, this.#source);
    return read.fault === undefined
      ? { type: 'client.tp0Bet', agency, row: read.rows, ...typedBet(read.rows) }
      : { type: 'client.badTp0Bet', agency, fault: read.fault };
  }

  #batch(bytes: Buffer, from: number, to: number): ClientEvent {
    this.#learnAgency(bytes, from, to);
    const read = betRows(bytes, from, to, this.#source);
    const batch = { dialect: 'tp0', agency: this.#agency, offset: -1, count: read.count } as const;
    return read.fault === undefined
      ? { type: 'client.batch', ...batch, rows: read.rows }
      : { type: 'client.badBatch', ...batch, position: read.position, fault: read.fault };
  }

  #learnAgency(bytes: Buffer, from: number, to: number): void {
    if (this.#agency !== UNKNOWN) return;
    const agency = integerAt(bytes, from, find(bytes, COMMA, from, to));
    if (agency < 0) return;
    this.#agency = agency;
    this.#source = { agency: Buffer.from(`${agency},`), escaped: false, rules: this.#rules };
  }
}

/** One bet that ends in `;`. */
const isSingle = (bytes: Buffer, from: number, to: number): boolean =>
  to - from > 1 && find(bytes, SEMICOLON, from, to) === to - 1;
