/**
 * Writes an answer of any length as fast as its peer takes it. It makes a part only when the socket has room, so parts
 * that nobody reads yet hold neither memory nor the event loop.
 */
import type { Socket } from 'node:net';

export class PartWriter {
  readonly #socket: Socket;
  readonly #onDone: () => void;
  #parts: Iterator<Buffer> | undefined;
  #isEnding = false;

  /** @param onDone told once the last part is with the socket, which has room again */
  constructor(socket: Socket, onDone: () => void) {
    this.#socket = socket;
    this.#onDone = onDone;
  }

  /** Begins an answer, and drops what was left of the one before it. */
  begin(parts: Iterable<Buffer>): void {
    this.#parts = parts[Symbol.iterator]();
    this.writeOn();
  }

  /** Drops what is left; only whole parts were written. */
  drop(): void {
    this.#parts = undefined;
  }

  /** The socket has room. */
  writeOn(): void {
    while (this.#parts && !this.#socket.writableNeedDrain) {
      if (!this.#socket.writable) return;
      const { value, done } = this.#parts.next();
      if (!done) this.#socket.write(value);
      else this.#finish();
    }
  }

  /** Ends this side once what was begun is written. */
  end(): void {
    if (this.#parts) this.#isEnding = true;
    else this.#socket.end();
  }

  #finish(): void {
    this.#parts = undefined;
    if (this.#isEnding) this.#socket.end();
    this.#onDone();
  }
}
