/** What the server hears: bytes in, typed messages out, one at a time. No socket, no clock. */
import type { ClientMessage } from '../../machines/events.ts';
import { LINE_BYTES } from '../limits.ts';
import { type BetRules, STANDARD_RULES } from '../lottery/rules.ts';
import { startsWith } from './ascii.ts';
import { LineBuffer } from './line-buffer.ts';
import { HELLO, QuinielaReader } from './quiniela-reader.ts';
import { DONE, isTp0, Tp0Reader } from './tp0-reader.ts';
import { lineTooLong } from './violation.ts';

/**
 * Decodes one connection. The first line decides what the session is: `HELLO:` an agency of this project,
 * digits and a comma or `DONE:` one of the original, anything else an echo.
 *
 * `next` decodes no more than it returns, so whoever drives it can stop after any message and go on later.
 * After a `protocol.violated` nothing more comes.
 */
export class ServerDecoder {
  readonly #lines = new LineBuffer(LINE_BYTES);
  readonly #rules: BetRules;
  #reader: QuinielaReader | Tp0Reader | 'echo' | undefined;
  #hasEnded = false;
  #isOver = false;

  constructor(rules: BetRules = STANDARD_RULES) {
    this.#rules = rules;
  }

  /** Takes bytes from the peer. The chunk is kept, not copied, until `next` has returned undefined. */
  push(chunk: Buffer): void {
    if (!this.#hasEnded && !this.#isOver) this.#lines.push(chunk);
  }

  /** The peer will send no more: an echo's unterminated rest still counts, an upload's does not. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The next message, or undefined where more bytes are needed. */
  next(): ClientMessage | undefined {
    while (!this.#isOver) {
      const taken = this.#lines.take();
      if (taken === 'tooLong') return this.#pass(lineTooLong(LINE_BYTES));
      if (taken === 'more') return this.#pass(this.#decodeRest());
      const message = this.#pass(this.#decodeLine());
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /**
   * Whether a line was begun and not ended; ask once `next` has returned undefined. A `DONE:1` of the original
   * that may be complete is none.
   */
  get hasPartialFrame(): boolean {
    if (this.#reader instanceof Tp0Reader && this.#reader.isDone) return false;
    return this.#lines.restBytes > 0;
  }

  /** Lines that have ended so far: tells one begun line from the next, for a deadline of each its own. */
  get linesEnded(): number {
    return this.#lines.linesTaken;
  }

  /** Bytes that were pushed and not decoded yet. */
  get bufferedBytes(): number {
    return this.#lines.bufferedBytes;
  }

  #decodeLine(): ClientMessage | undefined {
    const { source, from, to } = this.#lines;
    this.#reader ??= readerOf(source, from, to, this.#rules);
    if (this.#reader === 'echo') {
      return { type: 'echo.received', line: Buffer.from(source.subarray(from, to + 1)) };
    }
    return this.#reader.line(source, from, to);
  }

  /** A line that was begun: only a DONE of the original is complete without its end. */
  #decodeRest(): ClientMessage | undefined {
    const { rest } = this.#lines;
    if (this.#hasEnded) return this.#decodeLast(rest);
    if (this.#reader === undefined && startsWith(rest, 0, rest.length, DONE))
      this.#reader = new Tp0Reader(this.#rules);
    return this.#reader instanceof Tp0Reader ? this.#reader.rest(rest, false) : undefined;
  }

  #decodeLast(rest: Buffer): ClientMessage | undefined {
    this.#isOver = true;
    this.#lines.clear();
    if (rest.length === 0) return undefined;
    this.#reader ??= readerOf(rest, 0, rest.length, this.#rules);
    if (this.#reader === 'echo') return { type: 'echo.received', line: Buffer.from(rest) };
    return this.#reader instanceof Tp0Reader ? this.#reader.rest(rest, true) : undefined;
  }

  /** A violation is the last message of a session. */
  #pass(message: ClientMessage | undefined): ClientMessage | undefined {
    if (message?.type === 'protocol.violated') {
      this.#isOver = true;
      this.#lines.clear();
    }
    return message;
  }
}

const readerOf = (
  bytes: Buffer,
  from: number,
  to: number,
  rules: BetRules,
): QuinielaReader | Tp0Reader | 'echo' => {
  if (startsWith(bytes, from, to, HELLO)) return new QuinielaReader(rules);
  return isTp0(bytes, from, to) ? new Tp0Reader(rules) : 'echo';
};
