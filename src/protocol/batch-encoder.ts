/** From the bytes of an agency's CSV file to batches that are ready to be written. */
import { crc32 } from 'node:zlib';
import type { BetFault, Dialect } from '../../machines/events.ts';
import { LINE_BYTES } from '../limits.ts';
import { isSeparator, NOT_IN_TP0, writeCsvName, writeRawName, writeWireName } from '../lottery/row.ts';
import { type BetFields, betNumber, EXPECTED, FIELD_NAMES, faultOf } from '../lottery/rules.ts';
import { COMMA, CR, LF, SEMICOLON } from './ascii.ts';
import { copyPlainBet } from './bet-bytes.ts';
import { readRecord } from './csv-record.ts';
import { FileWindow } from './file-window.ts';

export type BatchEncoderOptions = {
  agency: number;
  dialect: Dialect;
  /** Bets of a batch, from 1. */
  maxAmount: number;
  /** Bytes of a batch's line with its header and `\n`: LINE_BYTES, or TP0_READ_BYTES. */
  maxBytes: number;
  /** Valid rows that the server has: they only count for the CRC, and `positioned` follows them. */
  skip?: number;
};

export type BatchStep =
  /**
   * `line` is ready to be written; the first of its `count` bets is the `offset`-th of the upload (from 0),
   * `position` bets and the CRC-32 `crc` are those of the upload up to and with this batch.
   */
  | { kind: 'batch'; offset: number; count: number; line: Buffer; crc: number; position: number }
  /** `line` is where the row begins in the file, from 1. The row is left out; it takes no place in the upload. */
  | { kind: 'invalidRow'; line: number; fault: BetFault; text: string }
  /** Once, where `skip` was given; `count` is less than `skip` where the file is shorter. */
  | { kind: 'positioned'; count: number; crc: number }
  /** The whole file: all its valid rows, those skipped too. */
  | { kind: 'end'; count: number; crc: number };

/** Bytes of the longest `BATCH:<offset>:` and the `\n`: what fits must not depend on where a row stands. */
const FRAME_BYTES = Buffer.byteLength(`BATCH:${Number.MAX_SAFE_INTEGER}:\n`);

const COLUMNS = '5: first name, last name, document, birthdate and number';

/** Bytes that a row can take beyond what its batch has room for; a name takes at most 3 a byte. */
const ROW_BYTES = 1_024;

/**
 * Takes the file in chunks of any size (`push`, `end`) and gives one step at a time (`next`). The file has
 * `first,last,document,birthdate,number` a row, CRLF or LF, quotes as in RFC 4180, a BOM or none.
 */
export class BatchEncoder {
  readonly #options: BatchEncoderOptions;
  readonly #agency: Buffer;
  readonly #file = new FileWindow();
  /** The batch at hand: its rows as in bets.csv, and its line so far, a `;` after each bet. */
  readonly #rows: Buffer;
  #rowsBytes = 0;
  readonly #line: Buffer;
  #lineBytes = 0;
  #count = 0;
  /** Valid rows so far, those of the batch at hand too; the CRC is that of the rows before it. */
  #position = 0;
  #crc = 0;
  #isPositioned: boolean;
  #isOver = false;

  constructor(options: BatchEncoderOptions) {
    this.#options = options;
    this.#agency = Buffer.from(`${options.agency},`);
    this.#rows = Buffer.allocUnsafeSlow(3 * options.maxBytes + ROW_BYTES);
    this.#line = Buffer.allocUnsafeSlow(options.maxBytes + ROW_BYTES);
    this.#isPositioned = options.skip === undefined;
  }

  /** Takes bytes of the file; they are copied. */
  push(chunk: Buffer): void {
    this.#file.push(chunk);
  }

  /** The file has no more bytes. */
  end(): void {
    this.#file.hasEnded = true;
  }

  /** The next step, or undefined where more bytes are needed, and after `end`. */
  next(): BatchStep | undefined {
    const file = this.#file;
    while (!this.#isOver) {
      if (!this.#isPositioned && this.#position === this.#options.skip) return this.#sayPosition();
      if (this.#count === this.#options.maxAmount) return this.#batch();
      if (file.isEmpty) return file.hasEnded ? this.#finish() : undefined;
      const step = this.#plainRow() ?? this.#anyRow();
      if (step === 'more') return undefined;
      if (step !== 'taken') return step;
    }
    return undefined;
  }

  /** Nearly every row: copied by the hot loop, with no object made. */
  #plainRow(): 'taken' | BatchStep | undefined {
    const { bytes, from, textTo } = this.#file;
    const fields = this.#rowsBytes + this.#agency.length;
    const end = from < textTo ? copyPlainBet(bytes, from, textTo, this.#rows, fields) : -1;
    if (end === -1) return undefined;
    const lineEnd = bytes[end] === CR ? end + 1 : end;
    if (bytes[lineEnd] !== LF) return undefined;

    const rows = this.#rows;
    const agency = this.#agency;
    for (let i = 0; i < agency.length; i++) rows[this.#rowsBytes + i] = agency[i]!;
    const rowEnd = fields + end - from;
    this.#writeHeader();
    const line = this.#line;
    let at = this.#lineBytes;
    for (let i = this.#rowsBytes; i < rowEnd; i++) line[at++] = rows[i]!;
    const step = this.#take(rowEnd, at);
    if (step === 'taken') this.#file.advanceLine(lineEnd + 1);
    return step === 'tooLong' ? this.#tooLong(lineEnd + 1) : step;
  }

  /** Every other row: quoted, without its line end, not valid, or not all there. */
  #anyRow(): 'taken' | 'more' | BatchStep {
    const { bytes, from, to, hasEnded } = this.#file;
    const limit = Math.min(to, from + LINE_BYTES);
    const record = readRecord(bytes, from, limit, hasEnded && limit === to);
    if (record === undefined && limit === to) return 'more';
    if (record === undefined) return this.#dropLine(`the row is over ${LINE_BYTES} bytes`);
    if ('malformed' in record) return this.#dropLine(record.malformed);
    const { fields, end } = record;
    if (fields.length === 1 && fields[0]!.length === 0) {
      this.#file.advance(end); // a blank line
      return 'taken';
    }
    if (fields.length !== 5) {
      return this.#invalid('FIELDS', `the row has ${fields.length} fields, expected ${COLUMNS}`, end);
    }
    return this.#row(fields as unknown as BetFields, end);
  }

  #row(fields: BetFields, end: number): 'taken' | BatchStep {
    const [first, last, document, birthdate, number] = fields;
    const fault = faultOf(fields);
    if (fault !== undefined)
      return this.#invalid(fault, `${FIELD_NAMES[fault]} is not ${EXPECTED[fault]}`, end);
    const isTp0 = this.#options.dialect === 'tp0';
    if (isTp0 && first.some(isSeparator))
      return this.#invalid('FIRST_NAME', `${FIELD_NAMES.FIRST_NAME} ${NOT_IN_TP0}`, end);
    if (isTp0 && last.some(isSeparator))
      return this.#invalid('LAST_NAME', `${FIELD_NAMES.LAST_NAME} ${NOT_IN_TP0}`, end);

    const tail = `,${document},${birthdate},${betNumber(number)}`;
    this.#writeHeader();
    const rowEnd = this.#write(this.#rows, this.#rowsBytes, writeCsvName, fields, tail);
    const lineEnd = this.#write(
      this.#line,
      this.#lineBytes,
      isTp0 ? writeRawName : writeWireName,
      fields,
      tail,
    );
    const step = this.#take(rowEnd, lineEnd);
    if (step === 'taken') this.#file.advance(end);
    return step === 'tooLong' ? this.#tooLong(end) : step;
  }

  #writeHeader(): void {
    if (this.#count > 0 || !this.#isPositioned || this.#options.dialect === 'tp0') return;
    this.#lineBytes = this.#line.write(`BATCH:${this.#position}:`, 'latin1');
  }

  #write(
    out: Buffer,
    at: number,
    writeName: typeof writeCsvName,
    [first, last]: BetFields,
    tail: string,
  ): number {
    at += this.#agency.copy(out, at);
    at = writeName(first, out, at);
    out[at++] = COMMA;
    at = writeName(last, out, at);
    return at + out.write(tail, at, 'latin1');
  }

  /**
   * Takes in the row that was written up to `rowEnd` and `lineEnd`. Where it has no room it is not taken: the
   * batch so far is given, and the row is read again for the next one.
   */
  #take(rowEnd: number, lineEnd: number): 'taken' | 'tooLong' | BatchStep {
    const { maxBytes } = this.#options;
    if (lineEnd - this.#lineBytes > maxBytes - FRAME_BYTES) return 'tooLong';
    if (this.#isPositioned) {
      if (lineEnd + 1 > maxBytes) return this.#batch();
      this.#line[lineEnd] = SEMICOLON;
      this.#lineBytes = lineEnd + 1;
      this.#count++;
    }
    this.#rows[rowEnd] = CR;
    this.#rows[rowEnd + 1] = LF;
    this.#rowsBytes = rowEnd + 2;
    this.#position++;
    if (!this.#isPositioned && this.#rowsBytes > maxBytes) this.#countRows();
    return 'taken';
  }

  /** The rows at hand go into the CRC. */
  #countRows(): void {
    this.#crc = crc32(this.#rows.subarray(0, this.#rowsBytes), this.#crc);
    this.#rowsBytes = 0;
  }

  #batch(): BatchStep {
    this.#countRows();
    this.#line[this.#lineBytes - 1] = LF;
    const line = Buffer.allocUnsafe(this.#lineBytes);
    this.#line.copy(line, 0, 0, this.#lineBytes);
    const count = this.#count;
    this.#count = this.#lineBytes = 0;
    const position = this.#position;
    return { kind: 'batch', offset: position - count, count, line, crc: this.#crc, position };
  }

  #sayPosition(): BatchStep {
    this.#countRows();
    this.#isPositioned = true;
    return { kind: 'positioned', count: this.#position, crc: this.#crc };
  }

  #finish(): BatchStep {
    if (!this.#isPositioned) return this.#sayPosition();
    if (this.#count > 0) return this.#batch();
    this.#isOver = true;
    return { kind: 'end', count: this.#position, crc: this.#crc };
  }

  #tooLong(end: number): BatchStep {
    return this.#invalid('FIELDS', `the bet does not fit a line of ${this.#options.maxBytes} bytes`, end);
  }

  #invalid(fault: BetFault, text: string, end: number): BatchStep {
    const { line } = this.#file;
    this.#file.advance(end);
    return { kind: 'invalidRow', line, fault, text };
  }

  /** What follows is read as of the next line: a stray quote costs one row, not the rest of the file. */
  #dropLine(text: string): BatchStep {
    const { line } = this.#file;
    this.#file.dropLine();
    return { kind: 'invalidRow', line, fault: 'FIELDS', text };
  }
}
