/**
 * Messages that arrived together as one: a machine's step costs more than the bytes of a message, and peers
 * send several at once. It reads on only in what is there, and keeps the first that does not fit for later.
 */
import type { Decoder } from './channel.ts';

/** The two as one message, or undefined where each stands for itself. */
export type Merge<TMessage> = (earlier: TMessage, later: TMessage) => TMessage | undefined;

export class MergingDecoder<TMessage> implements Decoder<TMessage> {
  readonly #decoder: Decoder<TMessage>;
  readonly #merge: Merge<TMessage>;
  #kept: TMessage | undefined;

  constructor(decoder: Decoder<TMessage>, merge: Merge<TMessage>) {
    this.#decoder = decoder;
    this.#merge = merge;
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  next(): TMessage | undefined {
    let message = this.#kept ?? this.#decoder.next();
    this.#kept = undefined;
    while (message !== undefined) {
      const later = this.#decoder.next();
      const both = later === undefined ? undefined : this.#merge(message, later);
      if (both === undefined) {
        this.#kept = later;
        break;
      }
      message = both;
    }
    return message;
  }

  end(): void {
    this.#decoder.end();
  }

  get hasPartialFrame(): boolean {
    return this.#decoder.hasPartialFrame;
  }

  get linesEnded(): number {
    return this.#decoder.linesEnded;
  }
}
