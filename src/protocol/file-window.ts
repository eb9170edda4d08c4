/** The part of a CSV file that was read and not used yet, and where in the file it begins. */
import { isUtf8 } from 'node:buffer';
import { LF } from './ascii.ts';
import { viewed } from './words.ts';

const BOM = Buffer.from('\ufeff');

/** Bytes of the first buffer; it grows to twice a chunk. */
const FIRST_BYTES = 4_096;

export class FileWindow {
  /** The unused bytes are `bytes[from, to)` of it. */
  window = viewed(Buffer.allocUnsafeSlow(FIRST_BYTES));
  from = 0;
  to = 0;
  /** Before this place are whole lines of UTF-8 without a BOM; `from` or less if that is not known. */
  textTo = 0;
  /** The line of the file that begins at `from`, from 1. */
  line = 1;
  hasEnded = false;
  #isBomPossible = true;
  /** The line at hand is no use, and its end has not come yet. */
  #isDiscarding = false;

  get bytes(): Buffer {
    return this.window.bytes;
  }

  get isEmpty(): boolean {
    return this.from === this.to;
  }

  /** Adds a copy of bytes of the file. */
  push(chunk: Buffer): void {
    if (this.to + chunk.length > this.bytes.length) this.#makeRoom(chunk.length);
    chunk.copy(this.bytes, this.to);
    this.to += chunk.length;
    if (this.#isBomPossible) this.#dropBom();
    if (this.#isDiscarding) this.dropLine();
    const linesEnd = this.bytes.subarray(0, this.to).lastIndexOf(LF) + 1;
    const lines = this.bytes.subarray(this.from, Math.max(linesEnd, this.from));
    const isText = lines.length > 0 && isUtf8(lines) && !lines.includes(BOM);
    this.textTo = isText ? linesEnd : this.from;
  }

  /** The caller has used the bytes up to `end`, which are one line. */
  advanceLine(end: number): void {
    this.line++;
    this.from = end;
  }

  /** The caller has used the bytes up to `end`, however many lines they are. */
  advance(end: number): void {
    for (let at = this.from; at < end; at++) if (this.bytes[at] === LF) this.line++;
    this.from = end;
  }

  /** Drops the rest of the line at hand, also what has not come yet. */
  dropLine(): void {
    const lineEnd = this.bytes.indexOf(LF, this.from);
    this.#isDiscarding = lineEnd === -1 || lineEnd >= this.to;
    this.advance(this.#isDiscarding ? this.to : lineEnd + 1);
  }

  #makeRoom(needed: number): void {
    const unused = this.to - this.from;
    const fits = unused + needed <= this.bytes.length;
    const room = fits ? this.bytes : Buffer.allocUnsafeSlow(2 * (unused + needed));
    this.bytes.copy(room, 0, this.from, this.to);
    if (!fits) this.window = viewed(room);
    this.from = 0;
    this.to = unused;
  }

  #dropBom(): void {
    const start = this.bytes.subarray(0, Math.min(this.to, BOM.length));
    if (start.equals(BOM)) this.from = BOM.length;
    this.#isBomPossible = this.to < BOM.length && start.equals(BOM.subarray(0, this.to));
  }
}
