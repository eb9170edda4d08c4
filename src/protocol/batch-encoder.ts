/** From the bytes of an agency's CSV file to batches that are ready to be written. */
import type { BetFault, Dialect } from '../../machines/events.ts';
import { LINE_BYTES } from '../limits.ts';
import { type BetFields, EXPECTED, FIELD_NAMES, faultOf, NOT_IN_TP0, tp0FaultOf } from '../lottery/rules.ts';
import { CR, LF } from './ascii.ts';
import { type Batch, BatchBuffer } from './batch-buffer.ts';
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
  | ({ kind: 'batch' } & Batch)
  /** `line` is where the row begins in the file, from 1. The row is left out; it takes no place in the upload. */
  | { kind: 'invalidRow'; line: number; fault: BetFault; text: string }
  /** Once, where `skip` was given; `count` is less than `skip` where the file is shorter. */
  | { kind: 'positioned'; count: number; crc: number }
  /** The whole file: all its valid rows, those skipped too. */
  | { kind: 'end'; count: number; crc: number };

const COLUMNS = '5: first name, last name, document, birthdate and number';

/**
 * Takes the file in chunks of any size (`push`, `end`) and gives one step at a time (`next`). The file has
 * `first,last,document,birthdate,number` a row, CRLF or LF, quotes as in RFC 4180, a BOM or none.
 */
export class BatchEncoder {
  readonly #options: BatchEncoderOptions;
  readonly #file = new FileWindow();
  readonly #batch: BatchBuffer;
  #isOver = false;

  constructor(options: BatchEncoderOptions) {
    this.#options = options;
    this.#batch = new BatchBuffer(options);
    this.#batch.isSending = options.skip === undefined;
  }

  /** Takes bytes of the file; they are copied. */
  push(chunk: Buffer): void {
    this.#file.push(chunk);
  }

  /** The file has no more bytes. */
  end(): void {
    this.#file.hasEnded = true;
  }

  /** The next step, or undefined where more bytes are needed, and once `end` was told. */
  next(): BatchStep | undefined {
    const file = this.#file;
    const batch = this.#batch;
    while (!this.#isOver) {
      if (!batch.isSending && batch.position === this.#options.skip) return this.#sayPosition();
      if (batch.count === this.#options.maxAmount) return this.#seal();
      if (file.isEmpty) return file.hasEnded ? this.#finish() : undefined;
      const step = this.#plainRow() ?? this.#anyRow();
      if (step === 'more') return undefined;
      if (step !== 'taken') return step;
    }
    return undefined;
  }

  /** Nearly every row: copied by the hot loop, with no object made. */
  #plainRow(): 'taken' | BatchStep | undefined {
    const { bytes, window, from, textTo } = this.#file;
    const end = from < textTo ? this.#batch.writePlain(window, from, textTo) : -1;
    if (end === -1) return undefined;
    const lineEnd = bytes[end] === CR ? end + 1 : end;
    return bytes[lineEnd] === LF ? this.#take(lineEnd + 1, 1) : undefined;
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
    const fault = faultOf(fields);
    if (fault) return this.#invalid(fault, `${FIELD_NAMES[fault]} is not ${EXPECTED[fault]}`, end);
    const unsayable = this.#options.dialect === 'tp0' ? tp0FaultOf(fields) : undefined;
    if (unsayable) return this.#invalid(unsayable, `${FIELD_NAMES[unsayable]} ${NOT_IN_TP0}`, end);
    this.#batch.write(fields);
    return this.#take(end);
  }

  /** A row that has no room is not used up: it is read again for the next batch. */
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
    return { kind: 'positioned', count: this.#batch.position, crc: this.#batch.crc() };
  }

  #finish(): BatchStep {
    if (!this.#batch.isSending) return this.#sayPosition();
    if (this.#batch.count > 0) return this.#seal();
    this.#isOver = true;
    return { kind: 'end', count: this.#batch.position, crc: this.#batch.crc() };
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
