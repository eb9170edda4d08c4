/**
 * Makes one of messages that arrived together: a machine's step costs more than the bytes of a message, and peers send
 * several at once. It reads on only in what has arrived, and up to a bound. The first message that does not join the
 * others it keeps for the next call.
 */
import { JOINED_MESSAGES } from '../limits.ts';
import type { Decoder } from './decoder.ts';

export type Joining<TMessage> = {
  /** Whether a message and the one after it can be one. */
  joins(earlier: TMessage, later: TMessage): boolean;
  /** At least two that join, as one. */
  join(messages: readonly TMessage[]): TMessage;
};

export class MergingDecoder<TMessage> implements Decoder<TMessage> {
  readonly #decoder: Decoder<TMessage>;
  readonly #joining: Joining<TMessage>;
  #kept: TMessage | undefined;

  constructor(decoder: Decoder<TMessage>, joining: Joining<TMessage>) {
    this.#decoder = decoder;
    this.#joining = joining;
  }

  push(chunk: Buffer): void {
    this.#decoder.push(chunk);
  }

  next(): TMessage | undefined {
    let message = this.#kept ?? this.#decoder.next();
    this.#kept = undefined;
    if (message === undefined) return undefined;
    const together = [message];
    while (together.length < JOINED_MESSAGES) {
      const later = this.#decoder.next();
      if (later === undefined) break;
      if (!this.#joining.joins(message, later)) {
        this.#kept = later;
        break;
      }
      together.push(later);
      message = later;
    }
    return together.length === 1 ? message : this.#joining.join(together);
  }

  end(): void {
    this.#decoder.end();
  }

  take(): void {
    this.#decoder.take?.();
  }

  get pauseTells(): boolean {
    return this.#decoder.pauseTells ?? false;
  }

  get hasPartialFrame(): boolean {
    return this.#decoder.hasPartialFrame;
  }

  get linesEnded(): number {
    return this.#decoder.linesEnded;
  }
}
