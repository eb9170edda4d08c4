/** What a channel writes: messages as they are said, or one that is so long that it goes in parts. */
import type { Socket } from 'node:net';
import { PartWriter } from './part-writer.ts';

export type OutgoingOptions<TSaid> = {
  socket: Socket;
  encode: (message: TSaid) => Buffer;
  /** A message that may be long, in parts that are made when somebody asks for them; one part unless told. */
  encodeParts?: (message: TSaid) => Iterable<Buffer>;
  /** Bytes that may wait to be written. */
  unwrittenBytes: number;
  onWritten: () => void;
  /** The peer does not read. */
  onChoked: () => void;
  /** The last part is with the socket. */
  onEmptied: () => void;
};

export class Outgoing<TSaid> {
  readonly #options: OutgoingOptions<TSaid>;
  readonly #parts: PartWriter;

  constructor(options: OutgoingOptions<TSaid>) {
    this.#options = options;
    this.#parts = new PartWriter(options.socket, options.onEmptied);
  }

  /** @param onDone nothing of it is needed any more; not called if it is not written */
  write(data: Buffer, onDone?: () => void): void {
    const { socket, unwrittenBytes, onWritten, onChoked } = this.#options;
    if (!socket.writable) return;
    this.#parts.drop();
    // A single message may be longer than the bound: only what waited before it counts.
    const isChoked = socket.writableLength > unwrittenBytes;
    socket.write(data, onDone);
    onWritten();
    if (isChoked) onChoked();
  }

  say(message: TSaid): void {
    this.write(this.#options.encode(message));
  }

  sayAll(messages: readonly TSaid[]): void {
    if (messages.length > 0) this.write(Buffer.concat(messages.map(this.#options.encode)));
  }

  sayInParts(message: TSaid): void {
    const { encode, encodeParts = (one) => [encode(one)], onWritten } = this.#options;
    this.#parts.begin(encodeParts(message));
    onWritten();
  }

  /** The socket has room. */
  writeOn(): void {
    this.#parts.writeOn();
  }

  /** Ends this side once what was begun is written. */
  end(): void {
    this.#parts.end();
  }
}
