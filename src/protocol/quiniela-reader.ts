/** Reads the lines of an agency of this project, from its HELLO on. */
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { AN_INTEGER, COLON, find, integerAt, startsWith } from '../bytes.ts';
import { isSha256, isSignature } from '../identity/statement.ts';
import { SIGNATURE_BYTES } from '../limits.ts';
import { A_DRAW_NAME, isDrawName } from '../lottery/draw.ts';
import type { BetRules } from '../lottery/rules.ts';
import { type BetSource, betRows, typedBet } from './bet-rows.ts';
import { malformed, violation } from './violation.ts';

export const HELLO = Buffer.from('HELLO:');
const BATCH = Buffer.from('BATCH:');
const DONE = Buffer.from('DONE:');
const BET = Buffer.from('BET:');
/** Bytes of an unknown word that an error repeats: it may be somebody's bet. */
const WORD_BYTES = 16;
const MAX_CRC = 0xffff_ffff;
const A_CRC = 'a CRC-32, an integer from 0 to 4294967295 without sign or leading zeros';

const A_SIGNATURE = `: and base64 of at most ${SIGNATURE_BYTES} bytes`;

type Done = Extract<ClientEvent, { type: 'client.done' }>;

export class QuinielaReader {
  /** -1 before HELLO. */
  #agency = -1;
  readonly #rules: BetRules;
  readonly #certificate: () => string | undefined;
  #source: BetSource;

  /** @param certificate the peer's, DER in base64; undefined if it has shown none */
  constructor(rules: BetRules, certificate: () => string | undefined = () => undefined) {
    this.#rules = rules;
    this.#certificate = certificate;
    this.#source = { agency: HELLO, escaped: true, rules };
  }

  /** The message of the line `bytes[from, to)`, without its `\n`. */
  line(bytes: Buffer, from: number, to: number): ClientEvent {
    if (startsWith(bytes, from, to, BATCH)) return this.#batch(bytes, from + BATCH.length, to);
    if (startsWith(bytes, from, to, BET)) return this.#bet(bytes, from + BET.length, to);
    if (startsWith(bytes, from, to, DONE)) return this.#done(bytes, from + DONE.length, to);
    if (startsWith(bytes, from, to, HELLO)) return this.#hello(bytes, from + HELLO.length, to);
    const word = Math.min(find(bytes, COLON, from, to), from + WORD_BYTES);
    return malformed('a message', 'word', bytes, from, word, 'HELLO, BATCH, BET or DONE and a colon');
  }

  #hello(bytes: Buffer, from: number, to: number): ClientEvent {
    if (this.#agency !== -1) {
      return violation('OUT_OF_ORDER', `HELLO was said before, by agency ${this.#agency}`);
    }
    const colon = find(bytes, COLON, from, to);
    const agency = integerAt(bytes, from, colon);
    if (agency < 0) return malformed('HELLO', 'agency', bytes, from, colon, AN_INTEGER);
    const draw = colon === to ? undefined : bytes.toString('latin1', colon + 1, to);
    if (draw !== undefined && !isDrawName(draw)) {
      return malformed('HELLO', 'draw', bytes, colon + 1, to, A_DRAW_NAME);
    }
    this.#agency = agency;
    this.#source = { agency: Buffer.from(`${agency},`), escaped: true, rules: this.#rules };
    return { type: 'client.hello', agency, draw };
  }

  #batch(bytes: Buffer, from: number, to: number): ClientEvent {
    const colon = find(bytes, COLON, from, to);
    const offset = integerAt(bytes, from, colon);
    if (offset < 0) return malformed('BATCH', 'offset', bytes, from, colon, AN_INTEGER);
    if (to - colon < 2) {
      return malformed('BATCH', 'list of bets', bytes, colon, to, ': and at least one bet');
    }
    const read = betRows(bytes, colon + 1, to, this.#source);
    const { count } = read;
    if (!Number.isSafeInteger(offset + count)) {
      return malformed('BATCH', 'offset', bytes, from, colon, 'one whose last bet has a safe integer too');
    }
    const agency = this.#agency;
    const dialect = 'quiniela';
    if (read.fault === undefined) {
      return { type: 'client.batch', dialect, agency, offset, count, rows: read.rows };
    }
    const { position, fault } = read;
    return { type: 'client.badBatch', dialect, agency, offset, count, position, fault };
  }

  #bet(bytes: Buffer, from: number, to: number): ClientEvent {
    const colon = find(bytes, COLON, from, to);
    const id = bytes.toString('latin1', from, colon);
    if (!/^[\w-]{1,64}$/.test(id)) {
      return malformed('BET', 'id', bytes, from, colon, '1 to 64 characters of A-Z, a-z, 0-9, _ and -');
    }
    if (colon === to) return malformed('BET', 'bet', bytes, to, to, ': and a bet');
    const read = betRows(bytes, colon + 1, to, this.#source);
    if (read.fault !== undefined) return { type: 'client.badBet', id, fault: read.fault };
    if (read.count > 1) return { type: 'client.badBet', id, fault: 'FIELDS' };
    return { type: 'client.bet', id, row: read.rows, ...typedBet(read.rows) };
  }

  #done(bytes: Buffer, from: number, to: number): ClientEvent {
    const first = find(bytes, COLON, from, to);
    const agency = integerAt(bytes, from, first);
    if (agency < 0) return malformed('DONE', 'agency', bytes, from, first, AN_INTEGER);
    const second = find(bytes, COLON, Math.min(first + 1, to), to);
    const count = integerAt(bytes, first + 1, second);
    if (count < 0) return malformed('DONE', 'count', bytes, first + 1, second, AN_INTEGER);
    const third = find(bytes, COLON, Math.min(second + 1, to), to);
    const crc = integerAt(bytes, second + 1, third);
    if (crc < 0 || crc > MAX_CRC) return malformed('DONE', 'CRC', bytes, second + 1, third, A_CRC);
    const done = { type: 'client.done', agency, count, crc } as const;
    return third === to ? done : this.#proven(done, bytes, third + 1, to);
  }

  /** `<sha>:<signature>` */
  #proven(done: Done, bytes: Buffer, from: number, to: number): ClientEvent {
    const colon = find(bytes, COLON, from, to);
    const sha = bytes.toString('latin1', from, colon);
    if (!isSha256(sha)) return malformed('DONE', 'SHA-256', bytes, from, colon, '64 hex digits');
    const signature = bytes.toString('latin1', Math.min(colon + 1, to), to);
    if (!isSignature(signature)) return malformed('DONE', 'signature', bytes, colon, to, A_SIGNATURE);
    const certificate = this.#certificate();
    return certificate === undefined ? done : { ...done, proof: { sha, signature, certificate } };
  }
}
