/**
 * A request's body, taken from its connection as soon as it comes, and read in one's own time: of a process that has
 * ended meanwhile, all that arrived is there nevertheless. So much waits at most, then it is read no further.
 */
import type { IncomingMessage } from 'node:http';
import { BODIES_BYTES, BODY_BYTES, PIECE_BYTES } from '../limits.ts';

export class Body {
  readonly #request: IncomingMessage;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #isOver = false;
  #wake = (): void => {};

  constructor(request: IncomingMessage) {
    this.#request = request;
    request.on('data', (chunk: Buffer) => this.#hold(chunk));
    request.on('error', () => {});
    request.on('end', () => this.#end());
    request.on('close', () => this.#end());
  }

  /** Whether it has arrived to its end. */
  get isWhole(): boolean {
    return this.#request.complete;
  }

  /** The pieces in their order, as long as any comes. */
  async *pieces(): AsyncGenerator<Buffer, void> {
    while (true) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#count(-chunk.length - PIECE_BYTES);
        if (this.#chunks.length === 0) this.#request.resume();
        yield chunk;
      } else if (this.#isOver) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** What has not been read is of no interest any more. */
  drop(): void {
    this.#count(-this.#bytes);
    this.#chunks = [];
    this.#isOver = true;
    this.#request.removeAllListeners('data').resume();
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    held += bytes;
  }

  #hold(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#count(chunk.length + PIECE_BYTES);
    if (this.#bytes > BODY_BYTES || held > BODIES_BYTES) this.#request.pause();
    this.#wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}

/** Bytes of all bodies that wait to be read. */
let held = 0;
