/** Bytes in, messages out, one at a time; without a socket. */
export interface Decoder<TMessage> {
  push(chunk: Buffer): void;
  next(): TMessage | undefined;
  /** The peer will send no more. */
  end(): void;
  /** A line was begun and is not ended. */
  readonly hasPartialFrame: boolean;
  /** Lines that have ended so far: tells one begun line from the next. */
  readonly linesEnded: number;
  /** Whether a pause of the peer would mean something now; missing if it never does. */
  readonly pauseTells?: boolean;
  /** A line that has no end yet counts as whole. */
  take?(): void;
}
