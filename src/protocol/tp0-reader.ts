/**
 * Reads what an agency of the original sends: lines of bets, each answered with its count, then
 * `DONE:<agency>` without a newline. The session's agency is that of its first bet.
 */
import type { ClientMessage } from '../../machines/events.ts';
import type { BetRules } from '../lottery/rules.ts';
import { AN_INTEGER, COMMA, find, integerAt, isDigit, LF, startsWith } from './ascii.ts';
import { type BetSource, betRows } from './bet-rows.ts';
import { malformed, violation } from './violation.ts';

export const DONE = Buffer.from('DONE:');
/** No line has a newline in it, so no bet begins with this: the agency of a session whose first bet names none. */
const NO_AGENCY = Buffer.of(LF);

/** Whether a session that begins with this line, or with this beginning of one, is of the original. */
export const isTp0 = (bytes: Buffer, from: number, to: number): boolean => {
  if (startsWith(bytes, from, to, DONE)) return true;
  let at = from;
  while (at < to && isDigit(bytes[at])) at++;
  return at > from && at < to && bytes[at] === COMMA;
};

export class Tp0Reader {
  /** 0 while unknown. */
  #agency = 0;
  readonly #rules: BetRules;
  #source: BetSource;
  /** Digits of the `DONE:<agency>` that were already told, while its end is open. */
  #told = 0;
  /** Whether the open `DONE:<agency>` was told as complete. */
  #settled = false;

  constructor(rules: BetRules) {
    this.#rules = rules;
    this.#source = { agency: NO_AGENCY, escaped: false, rules };
  }

  /** Whether the begun line is a DONE that may be complete as it stands: nothing more is owed. */
  get isDone(): boolean {
    return this.#told > 0;
  }

  /** The message of the line `bytes[from, to)`, without its `\n`; undefined for the end of a DONE already told. */
  line(bytes: Buffer, from: number, to: number): ClientMessage | undefined {
    if (!startsWith(bytes, from, to, DONE)) return this.#batch(bytes, from, to);
    const message = this.#done(bytes, from + DONE.length, to, true);
    this.#told = 0;
    this.#settled = false;
    return message;
  }

  /** The message of a begun line; `isLast` when the peer will send no more. */
  rest(bytes: Buffer, isLast: boolean): ClientMessage | undefined {
    if (!startsWith(bytes, 0, bytes.length, DONE)) return undefined;
    if (bytes.length === DONE.length) return undefined;
    return this.#done(bytes, DONE.length, bytes.length, isLast);
  }

  #done(bytes: Buffer, from: number, to: number, isEnded: boolean): ClientMessage | undefined {
    const agency = integerAt(bytes, from, to);
    if (agency < 0) return malformed('DONE', 'agency', bytes, from, to, AN_INTEGER);
    const known = this.#agency > 0;
    const isOwn = agency === this.#agency;
    if (known && !isOwn && (isEnded || !`${this.#agency}`.startsWith(`${agency}`))) {
      return violation(
        'AGENCY',
        `Cannot end the upload of agency ${this.#agency} with DONE of agency ${agency}`,
      );
    }
    if (isEnded || (known && isOwn)) {
      if (this.#settled) return undefined;
      this.#settled = true;
    } else if (known || to - from === this.#told) {
      return undefined; // the beginning of a longer number, or nothing new
    }
    this.#told = to - from;
    return { type: 'tp0.done.received', agency, settled: this.#settled };
  }

  #batch(bytes: Buffer, from: number, to: number): ClientMessage {
    if (this.#agency === 0) this.#learnAgency(bytes, from, to);
    const read = betRows(bytes, from, to, this.#source);
    const batch = { dialect: 'tp0', agency: this.#agency, offset: -1, count: read.count } as const;
    return read.fault === undefined
      ? { type: 'batch.received', ...batch, rows: read.rows }
      : { type: 'batch.invalid', ...batch, position: read.position, fault: read.fault };
  }

  #learnAgency(bytes: Buffer, from: number, to: number): void {
    const agency = integerAt(bytes, from, find(bytes, COMMA, from, to));
    if (agency <= 0) return;
    this.#agency = agency;
    this.#source = { agency: Buffer.from(`${agency},`), escaped: false, rules: this.#rules };
  }
}
