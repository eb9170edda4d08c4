/** What the server hears: bytes in, typed messages out, one at a time. No socket, no clock. */
import type { ClientEvent } from '../../machines/vocabulary/wire.ts';
import { find, SEMICOLON, startsWith } from '../bytes.ts';
import { LINE_BYTES } from '../limits.ts';
import { type BetRules, STANDARD_RULES } from '../lottery/rules.ts';
import { isClientHello, speaksTls } from './client-hello.ts';
import { LineBuffer } from './line-buffer.ts';
import { HELLO, QuinielaReader } from './quiniela-reader.ts';
import { isDone, isEndedBet, isTp0Line, mayBecomeTp0, Tp0Reader } from './tp0-reader.ts';
import { lineTooLong, violation } from './violation.ts';

export type ServerDecoderOptions = {
  rules?: BetRules | undefined;
  /** Whether the original's dialect is spoken; if not, its lines are echoed like any other. */
  tp0?: boolean | undefined;
  /** The peer's certificate, DER in base64; none unless told. */
  certificate?: (() => string | undefined) | undefined;
};

/**
 * Decodes one connection. The first line decides what the session is: `HELLO:` an agency of this project, whole bets or
 * `DONE:<digits>` one of the original, anything else an echo.
 *
 * `next` decodes no more than it returns, so its caller can stop after any message and go on later. After a
 * `protocol.violated` it gives no more messages.
 */
export class ServerDecoder {
  readonly #lines = new LineBuffer(LINE_BYTES);
  readonly #rules: BetRules;
  readonly #speaksTp0: boolean;
  readonly #certificate: ServerDecoderOptions['certificate'];
  #reader: QuinielaReader | Tp0Reader | 'echo' | undefined;
  #taking = false;
  #hasEnded = false;
  #isOver = false;

  constructor({ rules = STANDARD_RULES, tp0 = true, certificate }: ServerDecoderOptions = {}) {
    this.#rules = rules;
    this.#certificate = certificate;
    this.#speaksTp0 = tp0;
  }

  /** Takes bytes from the peer. It keeps the chunk, without a copy, until `next` has returned undefined. */
  push(chunk: Buffer): void {
    if (!this.#hasEnded && !this.#isOver) this.#lines.push(chunk);
  }

  /** The peer will send no more: an echo's unterminated rest still counts, an upload's does not. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The session waits for nothing more: what has come is the whole message, or `next` says what is missing. */
  take(): void {
    this.#taking = true;
  }

  /** The next message, or undefined if more bytes are needed. */
  next(): ClientEvent | undefined {
    while (!this.#isOver) {
      const taken = this.#reader === 'echo' ? this.#lines.takeAll() : this.#lines.take();
      if (taken === 'tooLong') return this.#pass(lineTooLong(LINE_BYTES));
      if (taken === 'more') return this.#pass(this.#decodeRest());
      this.#taking = false;
      const { source, from, to } = this.#lines;
      const message = this.#pass(this.#decodeLine(source, from, to, to + 1));
      if (message !== undefined) return message;
    }
    return undefined;
  }

  /** Whether a line was begun and has not ended. Ask only after `next` has returned undefined. */
  get hasPartialFrame(): boolean {
    return this.#lines.restBytes > 0;
  }

  /** Whether a pause of the peer has a meaning now: what it began is whole, or its echo session over. */
  get pauseTells(): boolean {
    if (this.#isOver || this.#hasEnded || this.#reader instanceof QuinielaReader) return false;
    if (this.#reader === 'echo') return true;
    const { rest } = this.#lines;
    if (this.#reader !== undefined) return this.#reader.isWholeAfterPause(rest);
    if (rest.length === 0 || startsWith(HELLO, 0, HELLO.length, rest.subarray(0, HELLO.length))) return false;
    if (!this.#speaksTp0) return true;
    return isDone(rest, 0, rest.length) || isEndedBet(rest) || !mayBecomeTp0(rest);
  }

  /** Lines that have ended so far: with it a deadline can tell one begun line from the next. */
  get linesEnded(): number {
    return this.#lines.linesTaken;
  }

  /** Bytes that were pushed and not decoded yet. */
  get bufferedBytes(): number {
    return this.#lines.bufferedBytes;
  }

  /** The line `bytes[from, to)`; an echo goes up to `end`, with its newline if there is one. */
  #decodeLine(bytes: Buffer, from: number, to: number, end: number): ClientEvent | undefined {
    if (this.#reader === undefined && isClientHello(bytes, from, to)) return speaksTls();
    this.#reader ??= this.#readerOf(bytes, from, to);
    if (this.#reader === 'echo') {
      return { type: 'client.echo', line: Buffer.from(bytes.subarray(from, end)) };
    }
    return this.#reader.line(bytes, from, to);
  }

  /** A line that was begun. */
  #decodeRest(): ClientEvent | undefined {
    const isTaking = this.#taking;
    this.#taking = false;
    if (this.#hasEnded) return this.#decodeLast();
    const { rest } = this.#lines;
    if (this.#reader === undefined && isClientHello(rest, 0, rest.length)) return speaksTls();
    if (this.#reader instanceof Tp0Reader && this.#reader.isWhole(rest)) {
      return this.#reader.begun(this.#lines.takeRest());
    }
    return isTaking ? this.#decodeTaken() : undefined;
  }

  /** The session waits for nothing more than what has come. */
  #decodeTaken(): ClientEvent | undefined {
    const { rest } = this.#lines;
    if (this.#reader === undefined && !this.#isMessage(rest)) {
      return violation(
        'TIMEOUT',
        rest.length === 0 ? 'said nothing in time' : 'the line was not ended in time',
      );
    }
    if (rest.length === 0 || this.#reader instanceof QuinielaReader) return undefined;
    if (this.#reader instanceof Tp0Reader && !this.#reader.isWholeAfterPause(rest)) return undefined;
    const line = this.#lines.takeRest();
    this.#reader ??= this.#readerOf(line, 0, line.length);
    if (this.#reader instanceof Tp0Reader) return this.#reader.begun(line);
    return this.#decodeLine(line, 0, line.length, line.length);
  }

  /** Whether a first line without its end is a message: no HELLO and no batch that was cut off. */
  #isMessage(rest: Buffer): boolean {
    if (rest.length === 0 || startsWith(rest, 0, rest.length, HELLO)) return false;
    if (!this.#speaksTp0 || isDone(rest, 0, rest.length) || isEndedBet(rest)) return true;
    return !mayBecomeTp0(rest) || !isTp0Line(rest, 0, find(rest, SEMICOLON, 0, rest.length));
  }

  /** A peer that has ended its side: an upload's begun line was cut off. */
  #decodeLast(): ClientEvent | undefined {
    this.#isOver = true;
    const line = this.#lines.takeRest();
    if (line.length === 0) return undefined;
    this.#reader ??= this.#readerOf(line, 0, line.length);
    if (this.#reader === 'echo') return this.#decodeLine(line, 0, line.length, line.length);
    if (!(this.#reader instanceof Tp0Reader)) return undefined;
    const isWhole = isDone(line, 0, line.length) || this.#reader.isWholeAfterPause(line);
    return isWhole ? this.#reader.line(line, 0, line.length) : undefined;
  }

  #readerOf(bytes: Buffer, from: number, to: number): QuinielaReader | Tp0Reader | 'echo' {
    if (startsWith(bytes, from, to, HELLO)) return new QuinielaReader(this.#rules, this.#certificate);
    return this.#speaksTp0 && isTp0Line(bytes, from, to) ? new Tp0Reader(this.#rules) : 'echo';
  }

  /** A violation is the last message of a session. */
  #pass(message: ClientEvent | undefined): ClientEvent | undefined {
    if (message?.type === 'protocol.violated') {
      this.#isOver = true;
      this.#lines.clear();
    }
    return message;
  }
}
