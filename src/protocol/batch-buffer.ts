/** The batch that grows: its line for the wire, and its rows as they will stand in bets.csv. */
import type { Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Dialect } from '../../machines/vocabulary/wire.ts';
import { COMMA, CR, copyShort, LF, SEMICOLON } from '../bytes.ts';
import { writeCsvName, writeRawName, writeWireName } from '../lottery/row.ts';
import { type BetFields, type BetRules, betNumber, freeDigits } from '../lottery/rules.ts';
import { keep } from '../slab.ts';
import { copyWords, plainBetEnd, type Viewed, viewed } from './plain-bet.ts';

export type Batch = { offset: number; count: number; line: Buffer; crc: number; position: number };

/** Bytes of the longest `BATCH:<offset>:` and the `\n`: whether a row fits must not depend on its place in the file. */
const FRAME_BYTES = Buffer.byteLength(`BATCH:${Number.MAX_SAFE_INTEGER}:\n`);

/** Bytes that a row can take beyond the room of its batch; a name takes at most 3 for each of its bytes. */
const ROW_BYTES = 1_024;

/**
 * The caller writes a row first (`writePlain` or `write`) and then takes it in; if it does not, the next row is written
 * over it. Bets that are only counted go into the CRC and the position, and make no line.
 */
export class BatchBuffer {
  /** Bets of the batch at hand. */
  count = 0;
  /** Bets so far, with those of the batch at hand. */
  position = 0;
  /** Whether bets make batches; before, they are only counted. */
  isSending = false;

  readonly #agency: Buffer;
  readonly #dialect: Dialect;
  readonly #maxBytes: number;
  readonly #rules: BetRules;
  readonly #digits: number;
  readonly #rows: Viewed;
  #rowsBytes = 0;
  #rowEnd = 0;
  /** A `;` follows each bet; the last one becomes the `\n`. */
  readonly #line: Viewed;
  #lineBytes = 0;
  #lineEnd = 0;
  /** CRC-32 of the rows before the batch at hand. */
  #crc = 0;
  readonly #digest: Hash | undefined;

  constructor({
    agency,
    dialect,
    maxBytes,
    rules,
    digest,
  }: {
    agency: number;
    dialect: Dialect;
    maxBytes: number;
    rules: BetRules;
    digest?: Hash | undefined;
  }) {
    this.#digest = digest;
    this.#agency = Buffer.from(`${agency},`);
    this.#dialect = dialect;
    this.#maxBytes = maxBytes;
    this.#rules = rules;
    this.#digits = freeDigits(rules);
    this.#rows = viewed(Buffer.allocUnsafeSlow(3 * maxBytes + ROW_BYTES));
    this.#line = viewed(Buffer.allocUnsafeSlow(maxBytes + ROW_BYTES));
  }

  /** Writes the plain row that `bytes[from, to)` begins with; returns where its fields end, or -1 if it is none. */
  writePlain(window: Viewed, from: number, to: number): number {
    const rows = this.#rows;
    const agency = this.#agency;
    const fields = this.#rowsBytes + agency.length;
    const end = plainBetEnd(window, from, to, this.#digits);
    if (end === -1) return -1;
    copyShort(agency, rows.bytes, this.#rowsBytes);
    copyWords(window.words, from, end, rows.words, fields);
    this.#rowEnd = fields + end - from;
    this.#writeHeader();
    copyWords(rows.words, this.#rowsBytes, this.#rowEnd, this.#line.words, this.#lineBytes);
    this.#lineEnd = this.#lineBytes + this.#rowEnd - this.#rowsBytes;
    return end;
  }

  /** Writes any valid row. */
  write(fields: BetFields): void {
    this.#writeHeader();
    const writeName = this.#dialect === 'tp0' ? writeRawName : writeWireName;
    this.#rowEnd = this.#writeBet(this.#rows.bytes, this.#rowsBytes, writeCsvName, fields);
    this.#lineEnd = this.#writeBet(this.#line.bytes, this.#lineBytes, writeName, fields);
  }

  /** Takes in what was written, unless this batch, or any batch, has no room for it. */
  take(): 'taken' | 'full' | 'tooLong' {
    if (this.#lineEnd - this.#lineBytes > this.#maxBytes - FRAME_BYTES) return 'tooLong';
    if (this.isSending) {
      if (this.#lineEnd + 1 > this.#maxBytes) return 'full';
      this.#line.bytes[this.#lineEnd] = SEMICOLON;
      this.#lineBytes = this.#lineEnd + 1;
      this.count++;
    }
    this.#rows.bytes[this.#rowEnd] = CR;
    this.#rows.bytes[this.#rowEnd + 1] = LF;
    this.#rowsBytes = this.#rowEnd + 2;
    this.position++;
    if (!this.isSending && this.#rowsBytes > this.#maxBytes) this.crc();
    return 'taken';
  }

  /** The batch at hand, ready to send; the next one begins. */
  seal(): Batch {
    const crc = this.crc();
    this.#line.bytes[this.#lineBytes - 1] = LF;
    const line = keep(this.#line.bytes, this.#lineBytes);
    const { count, position } = this;
    this.count = this.#lineBytes = 0;
    return { offset: position - count, count, line, crc, position };
  }

  /** The CRC-32 of all rows so far. Afterwards seal the batch at hand. */
  crc(): number {
    const rows = this.#rows.bytes.subarray(0, this.#rowsBytes);
    this.#crc = crc32(rows, this.#crc);
    this.#digest?.update(rows);
    this.#rowsBytes = 0;
    return this.#crc;
  }

  #writeHeader(): void {
    if (this.count > 0 || !this.isSending || this.#dialect === 'tp0') return;
    this.#lineBytes = this.#line.bytes.write(`BATCH:${this.position}:`, 'latin1');
  }

  #writeBet(out: Buffer, at: number, writeName: typeof writeCsvName, fields: BetFields): number {
    const [first, last, document, birthdate, number] = fields;
    at += this.#agency.copy(out, at);
    at = writeName(first, out, at);
    out[at++] = COMMA;
    at = writeName(last, out, at);
    return at + out.write(`,${document},${birthdate},${betNumber(number, this.#rules)}`, at, 'latin1');
  }
}
