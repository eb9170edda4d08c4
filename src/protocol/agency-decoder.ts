/** What an agency hears: bytes in, typed messages out, one at a time. No socket, no clock. */
import type { Dialect, ServerEvent } from '../../machines/vocabulary/wire.ts';
import { REPLY_LINE_BYTES, TP0_REPLY_LINE_BYTES } from '../limits.ts';
import { LineBuffer } from './line-buffer.ts';
import { readQuinielaReply, readTp0Reply } from './replies.ts';
import { lineTooLong } from './violation.ts';

/**
 * Decodes the answers of one connection. With `echo` each line comes back as it was, with its `\n`; the other dialects
 * drop a line that the server did not end. After a `protocol.violated` it gives no more messages.
 */
export class AgencyDecoder {
  readonly #lines: LineBuffer;
  readonly #lineBytes: number;
  readonly #dialect: Dialect | 'echo';
  #hasEnded = false;
  #isOver = false;

  constructor({ dialect }: { dialect: Dialect | 'echo' }) {
    this.#dialect = dialect;
    this.#lineBytes = dialect === 'tp0' ? TP0_REPLY_LINE_BYTES : REPLY_LINE_BYTES;
    this.#lines = new LineBuffer(this.#lineBytes);
  }

  /** Takes bytes from the server. It keeps the chunk, without a copy, until `next` has returned undefined. */
  push(chunk: Buffer): void {
    if (!this.#hasEnded && !this.#isOver) this.#lines.push(chunk);
  }

  /** The server will send no more. */
  end(): void {
    this.#hasEnded = true;
  }

  /** The next message, or undefined if more bytes are needed. */
  next(): ServerEvent | undefined {
    if (this.#isOver) return undefined;
    const message = this.#read();
    if (message?.type === 'protocol.violated') {
      this.#isOver = true;
      this.#lines.clear();
    }
    return message;
  }

  /** Whether a line was begun and has not ended. Ask only after `next` has returned undefined. */
  get hasPartialFrame(): boolean {
    return this.#lines.restBytes > 0;
  }

  /** Lines that have ended so far: with it a deadline can tell one begun line from the next. */
  get linesEnded(): number {
    return this.#lines.linesTaken;
  }

  /** Bytes that were pushed and not decoded yet. */
  get bufferedBytes(): number {
    return this.#lines.bufferedBytes;
  }

  #read(): ServerEvent | undefined {
    const taken = this.#lines.take();
    if (taken === 'tooLong') return lineTooLong(this.#lineBytes);
    if (taken === 'more') return this.#hasEnded ? this.#readRest() : undefined;
    const { source, from, to } = this.#lines;
    if (this.#dialect === 'echo') {
      return { type: 'server.echo', line: source.toString('utf8', from, to + 1) };
    }
    const line = source.toString('latin1', from, to);
    return this.#dialect === 'tp0'
      ? readTp0Reply(line)
      : readQuinielaReply(line, () => source.toString('utf8', from, to));
  }

  #readRest(): ServerEvent | undefined {
    this.#isOver = true;
    const line = this.#lines.rest.toString('utf8');
    this.#lines.clear();
    return this.#dialect === 'echo' && line.length > 0 ? { type: 'server.echo', line } : undefined;
  }
}
