/** From the bytes of an agency's CSV file to batches that are ready to send. */
import type { Hash } from 'node:crypto';
import type { BetFault, Dialect } from '../../machines/vocabulary/wire.ts';
import { CR, LF, QUOTE } from '../bytes.ts';
import { CANONICAL, type FileForm, hasCanonicalRows, leadingRows } from '../input/form.ts';
import { checkRowsAround } from '../input/header.ts';
import { isBlankRow, type TidyOptions, tidyRow } from '../input/tidy.ts';
import { Transcoder } from '../input/transcoder.ts';
import { LINE_BYTES, MOST_AGENCIES, ROWS_AT_ONCE } from '../limits.ts';
import {
  type BetFields,
  type BetRules,
  FIELD_NAMES,
  NOT_IN_TP0,
  STANDARD_RULES,
  tp0FaultOf,
} from '../lottery/rules.ts';
import { type Batch, BatchBuffer } from './batch-buffer.ts';
import { FileWindow, readRecord } from './csv-file.ts';
import { counted, type InvalidRow, rowsIn, rowsOfFields, SHOWN_BYTES } from './invalid-row.ts';

export type BatchEncoderOptions = {
  /** Undefined if the file is only read: it may be any agency's. The highest has the longest rows. */
  agency: number | undefined;
  dialect: Dialect;
  /** Bets of a batch, from 1. */
  maxAmount: number;
  /** Bytes of a batch's line with its header and `\n`: LINE_BYTES, or TP0_READ_BYTES. */
  maxBytes: number;
  /** Valid rows that the server has already: they only count for the CRC, and `positioned` follows them. */
  skip?: number;
  /** CANONICAL unless told, and then no row says anything of the others. */
  form?: FileForm | undefined;
  /** The exercise's unless told. */
  rules?: BetRules;
  /** Takes in all rows, if they are to be signed. */
  digest?: Hash | undefined;
};

export type BatchStep =
  /**
   * `line` is ready to send. The first of its `count` bets is the `offset`-th of the upload (from 0); `position` (bets)
   * and `crc` (CRC-32) are those of the upload with this batch.
   */
  | ({ kind: 'batch' } & Batch)
  | InvalidRow
  /** Comes once, if `skip` was given; `count` is less than `skip` if the file is shorter. */
  | { kind: 'positioned'; count: number; crc: number }
  /** Others should have their turn: reading so many rows took a while. */
  | { kind: 'pause' }
  /** The whole file: all its valid rows, with those that were skipped; `sha`, in hex, if there is a digest. */
  | { kind: 'end'; count: number; crc: number; sha?: string };

const REST = 'the row may be the rest of the one before, whose quotes are wrong';

/**
 * Takes the file in chunks of any size (`push`, `end`) and gives one step at a time (`next`). A row of the file is
 * `first,last,document,birthdate,number` with CRLF or LF, quotes as in RFC 4180, and a BOM or none before the first; or
 * whatever `form` says.
 */
export class BatchEncoder {
  readonly #options: BatchEncoderOptions;
  readonly #tidying: TidyOptions;
  readonly #separator: number;
  readonly #transcoder: Transcoder;
  readonly #file = new FileWindow();
  readonly #batch: BatchBuffer;
  /** Whether a row that is plain may be copied as it stands. */
  #isPlain: boolean;
  readonly #isPlainLater: boolean;
  /** Rows before the first bet that are left to read. */
  #leading: number;
  /** Rows since the last pause that the hot loop left. */
  #slowRows = 0;
  /** The row whose line is being dropped: how long it is, is known at its end. */
  #dropping: InvalidRow | undefined;
  /** The line, if what came before it may be a row whose quotes are wrong, and which goes on in it. */
  #perhapsRest = 0;
  #isOver = false;
  /** Whether the last row has no line end, as if the file were cut in its middle. */
  isCut = false;

  constructor(options: BatchEncoderOptions) {
    const { form = CANONICAL, rules = STANDARD_RULES, agency, skip } = options;
    this.#options = options;
    this.#tidying = { form, rules, agency };
    this.#separator = form.separator;
    this.#transcoder = new Transcoder(form);
    this.#leading = leadingRows(form);
    this.#isPlainLater = hasCanonicalRows(form);
    this.#isPlain = this.#isPlainLater && this.#leading === 0;
    this.#batch = new BatchBuffer({ ...options, agency: agency ?? MOST_AGENCIES, rules });
    this.#batch.isSending = skip === undefined;
  }

  /** Takes a copy of bytes of the file. */
  push(chunk: Buffer): void {
    this.#file.push(this.#transcoder.push(chunk));
  }

  /** The file has no more bytes. */
  end(): void {
    const rest = this.#transcoder.end();
    if (rest.length > 0) this.#file.push(rest);
    this.#file.hasEnded = true;
  }

  /** The bets that were read so far, and their CRC-32. */
  standing(): { count: number; crc: number } {
    return { count: this.#batch.position, crc: this.#batch.crc() };
  }

  /** The next step, or undefined if more bytes are needed, and after the step `end`. */
  next(): BatchStep | undefined {
    const file = this.#file;
    const batch = this.#batch;
    if (this.#dropping) return this.#dropped(this.#dropping);
    while (!this.#isOver) {
      if (!batch.isSending && batch.position === this.#options.skip) return this.#sayPosition();
      if (batch.count === this.#options.maxAmount) return this.#seal();
      if (file.isEmpty) return file.hasEnded ? this.#finish() : undefined;
      const step = (this.#isPlain ? this.#plainRow() : undefined) ?? this.#anyRow();
      if (step === 'more') return undefined;
      if (step !== 'taken') return step;
    }
    return undefined;
  }

  /** Nearly every row: the hot loop copies it and makes no object. */
  #plainRow(): 'taken' | BatchStep | undefined {
    const { bytes, window, from, textTo } = this.#file;
    const end = from < textTo ? this.#batch.writePlain(window, from, textTo) : -1;
    if (end === -1) return undefined;
    const lineEnd = bytes[end] === CR ? end + 1 : end;
    return bytes[lineEnd] === LF ? this.#take(lineEnd + 1, 1) : undefined;
  }

  /** Every other row: of another form, quoted, without its line end, not valid, or not all there. */
  #anyRow(): 'taken' | 'more' | BatchStep {
    if (this.#slowRows === ROWS_AT_ONCE) {
      this.#slowRows = 0;
      return { kind: 'pause' };
    }
    const { bytes, from, to, hasEnded } = this.#file;
    const limit = Math.min(to, from + LINE_BYTES);
    const record = readRecord(bytes, from, limit, hasEnded && limit === to, this.#separator);
    if (record === undefined && limit === to) return 'more';
    this.#slowRows++;
    if (record === undefined) return this.#dropLine(`the row is over ${LINE_BYTES} bytes`);
    if ('malformed' in record) return this.#dropLine(record.malformed);
    const { fields, end, hasStrayQuote } = record;
    const isPerhapsRest = this.#file.line === this.#perhapsRest;
    this.isCut = end === to && hasEnded && bytes[end - 1] !== LF && bytes[end - 1] !== CR;
    if (this.#leading > 0 && !isBlankRow(fields)) return this.#lead(end);
    const row = tidyRow(fields, this.#tidying);
    switch (row.kind) {
      case 'blank':
        this.#file.advance(end);
        if (isPerhapsRest) this.#perhapsRest = this.#file.line;
        return 'taken';
      case 'invalid': {
        if (this.#options.form) checkRowsAround(fields);
        const isTorn = isPerhapsRest || bytes.subarray(from, end).includes(QUOTE);
        const told = this.#invalid(row.fault, row.text, end, rowsOfFields(fields, this.#tidying.form));
        if (isTorn && row.fault === 'FIELDS') this.#perhapsRest = this.#file.line;
        return told;
      }
      case 'bet':
        // A quote that is closed here was opened in another line.
        if (isPerhapsRest && hasStrayQuote) return this.#invalid('FIELDS', REST, end);
        return this.#row(row.fields, end);
    }
  }

  /** A row before the first bet was read. */
  #lead(end: number): 'taken' {
    this.#file.advance(end);
    this.#leading--;
    this.#isPlain = this.#isPlainLater && this.#leading === 0;
    return 'taken';
  }

  #row(fields: BetFields, end: number): 'taken' | BatchStep {
    const unsayable = this.#options.dialect === 'tp0' ? tp0FaultOf(fields) : undefined;
    if (unsayable) return this.#invalid(unsayable, `${FIELD_NAMES[unsayable]} ${NOT_IN_TP0}`, end);
    this.#batch.write(fields);
    return this.#take(end);
  }

  /** A row that has no room is not used up: the next batch reads it again. */
  #take(end: number, lines?: 1): 'taken' | BatchStep {
    const taken = this.#batch.take();
    if (taken === 'full') return this.#seal();
    if (taken === 'tooLong') {
      return this.#invalid('FIELDS', `the bet does not fit a line of ${this.#options.maxBytes} bytes`, end);
    }
    if (lines === 1) this.#file.advanceLine(end);
    else this.#file.advance(end);
    return 'taken';
  }

  #seal(): BatchStep {
    return { kind: 'batch', ...this.#batch.seal() };
  }

  #sayPosition(): BatchStep {
    this.#batch.isSending = true;
    return { kind: 'positioned', ...this.standing() };
  }

  #finish(): BatchStep {
    if (!this.#batch.isSending) return this.#sayPosition();
    if (this.#batch.count > 0) return this.#seal();
    this.#isOver = true;
    const { digest } = this.#options;
    const standing = this.standing();
    return { kind: 'end', ...standing, ...(digest && { sha: digest.digest('hex') }) };
  }

  #invalid(fault: BetFault, text: string, end: number, rows = 1): InvalidRow {
    const { line, bytes, from } = this.#file;
    const row = Buffer.from(bytes.subarray(from, Math.min(end, from + SHOWN_BYTES)));
    this.#file.advance(end);
    return counted({ kind: 'invalidRow', line, fault, text, row, rows: Math.max(rows, rowsIn(end - from)) });
  }

  /** Reading goes on with the next line: a stray quote costs one row, not the rest of the file. */
  #dropLine(text: string): 'more' | InvalidRow {
    const { line, bytes, from, to } = this.#file;
    const lineEnd = bytes.subarray(from, Math.min(to, from + SHOWN_BYTES)).indexOf(LF) + 1;
    const row = Buffer.from(
      bytes.subarray(from, lineEnd > 0 ? from + lineEnd : Math.min(to, from + SHOWN_BYTES)),
    );
    this.#file.dropLine();
    this.#dropping = { kind: 'invalidRow', line, fault: 'FIELDS', text, row, rows: 1 };
    return this.#dropped(this.#dropping) ?? 'more';
  }

  /** The row, once all of its line has come. */
  #dropped(row: InvalidRow): InvalidRow | undefined {
    const { isDiscarding, hasEnded, dropped } = this.#file;
    if (isDiscarding && !hasEnded) return undefined;
    this.#dropping = undefined;
    this.#perhapsRest = this.#file.line;
    return counted({ ...row, rows: rowsIn(dropped) });
  }
}
