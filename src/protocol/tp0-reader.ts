/**
 * Reads what an agency of the original sends: lines of bets, which get their count as an answer; exercise 5's single
 * bet, `…,7574;`, which gets its number; and `DONE:<agency>`. The last two need no newline. The session's agency is
 * that of its first bet.
 */
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import type { BetRules } from '../lottery/rules.ts';
import { AN_INTEGER, COMMA, find, integerAt, LF, SEMICOLON, startsWith } from './ascii.ts';
import { type BetSource, betRows, typedBet } from './bet-rows.ts';
import { DONE, isDone, isEndedBet } from './tp0-line.ts';
import { malformed, violation } from './violation.ts';

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
