/** A WebSocket client's connection, as the library reads it: without what is too long in it, and otherwise as it is. */
import { Duplex } from 'node:stream';
import { MessageShortener } from './message-shortener.ts';

export class ShortenedSocket extends Duplex {
  readonly #socket: Duplex;
  readonly #shortener = new MessageShortener();

  /** @param head what has come already */
  constructor(socket: Duplex, head: Buffer) {
    super();
    this.#socket = socket;
    this.#hand(head);
    socket.on('data', (chunk: Buffer) => {
      if (!this.#hand(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      // Of who has ended, all that arrived is there nevertheless.
      this.#hand(socket.read() ?? Buffer.alloc(0));
      this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** @returns whether there is room for more */
  #hand(chunk: Buffer): boolean {
    const bytes = this.#shortener.take(chunk);
    return bytes.length === 0 || this.readableEnded || this.destroyed || this.push(bytes);
  }
}
