/**
 * Cuts a stream of chunks into lines, one at a time and only when asked; the rest stays as it came. A line inside one
 * chunk is not copied. A line that spans chunks is put together in a buffer, which grows up to the longest line allowed
 * and is dropped with the line, so an idle connection holds nothing.
 */
import { LF } from '../bytes.ts';

const EMPTY = Buffer.alloc(0);

/** Bytes of the first buffer for a line that spans chunks. */
const FIRST_CARRY_BYTES = 512;

export class LineBuffer {
  /** The line taken last is `source[from, to)`; `source[to]` is its `\n`. Valid until the next call. */
  source: Buffer = EMPTY;
  from = 0;
  to = 0;
  linesTaken = 0;

  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  /** The position at which the undecoded part of the first chunk begins. */
  #at = 0;
  /** The begun line, if it spans chunks. */
  #carry: Buffer = EMPTY;
  #carried = 0;

  /** `maxBytes` is the longest line, with its `\n`. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The chunk is not copied: it must stay as it is until its lines are taken. */
  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** `line`: it is in `source`, `from`, `to`; `more`: no whole line is there; `tooLong`: one is over the limit. */
  take(): 'line' | 'more' | 'tooLong' {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      const lineEnd = chunk.indexOf(LF, this.#at);
      const isWhole = lineEnd !== -1;
      const stop = isWhole ? lineEnd + 1 : chunk.length;
      const length = this.#carried + stop - this.#at;
      if (length > this.#maxBytes || (!isWhole && length === this.#maxBytes)) return 'tooLong';

      if (!isWhole) {
        this.#keep(chunk, stop);
      } else if (this.#carried === 0) {
        this.source = chunk;
        this.from = this.#at;
        this.to = lineEnd;
      } else {
        this.#keep(chunk, stop);
        this.source = this.#carry;
        this.from = 0;
        this.to = this.#carried - 1;
        this.#carry = EMPTY;
        this.#carried = 0;
      }
      this.#at = stop;
      if (stop === chunk.length) {
        this.#chunks.shift();
        this.#at = 0;
      }
      if (isWhole) {
        this.linesTaken++;
        return 'line';
      }
    }
    this.source = EMPTY;
    return 'more';
  }

  /** As `take`, but with all lines that end in the same chunk, as if they were one: for a caller that only hands them
   * on. */
  takeAll(): 'line' | 'more' | 'tooLong' {
    const taken = this.take();
    const chunk = this.#chunks[0];
    if (taken !== 'line' || chunk === undefined || this.source !== chunk) return taken;
    for (;;) {
      // The last line that ends within the longest one allowed: each of those before it is shorter.
      const lineEnd = chunk.lastIndexOf(LF, this.#at + this.#maxBytes - 1);
      if (lineEnd < this.#at) return 'line';
      this.to = lineEnd;
      this.linesTaken++;
      this.#at = lineEnd + 1;
      if (this.#at < chunk.length) continue;
      this.#chunks.shift();
      this.#at = 0;
      return 'line';
    }
  }

  /** The begun line, as far as it has come; only once `take` has said `more`. Valid until the next call. */
  get rest(): Buffer {
    return this.#carry.subarray(0, this.#carried);
  }

  /** Takes a copy of the begun line as if it had ended here; nothing changes it later. */
  takeRest(): Buffer {
    const line = Buffer.from(this.rest);
    this.clear();
    this.linesTaken++;
    return line;
  }

  /** Bytes of the begun line; 0 while whole lines may still be there. */
  get restBytes(): number {
    return this.#chunks.length === 0 ? this.#carried : 0;
  }

  /** Bytes that were pushed and not taken yet. */
  get bufferedBytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, this.#carried - this.#at);
  }

  clear(): void {
    this.source = this.#carry = EMPTY;
    this.#chunks = [];
    this.#at = this.#carried = 0;
  }

  #keep(chunk: Buffer, stop: number): void {
    const needed = this.#carried + stop - this.#at;
    if (needed > this.#carry.length) {
      const room = Math.max(needed, 2 * this.#carry.length, FIRST_CARRY_BYTES);
      const carry = Buffer.allocUnsafeSlow(Math.min(room, this.#maxBytes));
      this.#carry.copy(carry, 0, 0, this.#carried);
      this.#carry = carry;
    }
    chunk.copy(this.#carry, this.#carried, this.#at, stop);
    this.#carried = needed;
  }
}
