/**
 * The port behind which the engine of a cluster stands: one log for a draw, shared by all servers, in one order. The
 * engine orders and keeps; that every bet counts once is the fold's doing (see entry.ts), so little is asked of it.
 *
 * | the engine must | it may |
 * |---|---|
 * | give every reader the same entries in the same order, by sequence | leave numbers out |
 * | never take back what it has given to a reader, unless it was set back or lost its disks | lose a proposal, also after it acknowledged it |
 * | keep an entry's id, facts and rows together | store a proposal twice, late, or after a later one |
 * | tell where its end is | stop giving entries without a word |
 *
 * A stalled reading is made again here, not by the engine's adapter: see follower.ts. An adapter's calls reject when the
 * engine does not answer in a time that the adapter sets; all of them may be called again.
 */

/** What goes into the log. */
export type Proposal = {
  /** No other proposal has it: an engine may use it to drop a proposal that it has already. */
  id: string;
  /** One line of ASCII, at most `ENTRY_FACTS_BYTES`: an engine keeps it beside the rows, so that it can be read alone. */
  facts: string;
  /** Rows of bets.csv, `ENTRY_BYTES` at most. */
  rows: readonly Uint8Array[];
};

/** An entry without its rows. */
export type LogEntry = {
  /** From 1, ascending. */
  sequence: number;
  id: string;
  facts: string;
  /** Milliseconds since 1970 at which the engine took it: the same to every reader. */
  at: number;
};

export type WholeEntry = LogEntry & { rows: Buffer };

export type OrderedLog = {
  /**
   * Hands over an entry.
   *
   * @returns its sequence once the engine says that it is kept: a hint, what counts is what `follow` gives
   * @throws any error if the engine did not say so in time: it may be in the log or come to it later
   */
  propose(proposal: Proposal): Promise<number>;
  /**
   * The entries from a sequence on, that one included, in order and without their rows, and then those that come. Ends
   * or throws whenever the engine likes, and when it is aborted.
   */
  follow(from: number, signal: AbortSignal): AsyncIterable<LogEntry>;
  /** The last entry's sequence, 0 of an empty log: as far as the engine has committed it. */
  last(): Promise<number>;
  /**
   * The entries from one sequence to another, both included, with their rows, in order. Memory stays bounded however
   * many they are.
   *
   * @throws any error if not all of them can be had
   */
  read(from: number, to: number): AsyncIterable<WholeEntry>;
  /** When what we show the engine of ourselves is over, if any of it ends: only of an engine that asks who we are. */
  accessEnds?(): Date | undefined;
  /** Lets go of the engine, at once or within the adapter's own deadline. */
  close(): Promise<void>;
};
