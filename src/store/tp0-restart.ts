/**
 * Recognising the original's clients when they start again.
 *
 * They send neither offsets nor ids: a client that was restarted sends its file again from the first row, and only
 * the bets themselves tell. So a new session's batches are compared with what is stored:
 *
 * - The first batch is what is stored from the first bet on: the client has started again. Its batches are repeats,
 *   answered and not stored again, as long as each is what is stored after the one before. Bets that go beyond what
 *   is stored are new: there it goes on where it had stopped.
 * - The first batch is what is stored from where an earlier session's repeat was broken off: that repeat goes on. (A
 *   client of exercise 6 opens a connection for each batch.)
 * - Any other first batch continues the upload: this and all that follow are stored.
 * - A repeat that is not what is stored any more is of another file. It is refused.
 *
 * Limits, for lack of anything to tell them apart: a new upload that begins as the stored one did looks like its
 * repeat. Where a repeat was broken off is not on disk.
 */

const NOWHERE: readonly number[] = [];

export class Tp0Restart {
  #session: 'starting' | 'repeating' | 'appending' = 'appending';
  /** Bet that the repeat under way, or broken off, must come to next. */
  #next = 0;

  /** A new session of the agency: its first batch decides what it is. */
  begin(): void {
    this.#session = 'starting';
  }

  /** Places at which the next batch may repeat what is stored. The first at which it does decides. */
  candidates(stored: number): readonly number[] {
    if (this.#session === 'appending' || stored === 0) return NOWHERE;
    if (this.#session === 'repeating' || this.#next === 0) return [this.#next];
    return [0, this.#next];
  }

  /**
   * @param from the candidate at which a batch of `count` bets repeats what is stored; undefined: it repeats nothing
   * @returns how many of the bets are stored already, or that the client cannot be followed
   */
  judge(from: number | undefined, count: number, stored: number): number | 'diverged' {
    if (from === undefined) {
      if (this.#session === 'repeating') return 'diverged';
      this.#session = 'appending';
      return 0;
    }
    const known = Math.min(count, stored - from);
    const isThrough = from + count >= stored;
    this.#session = isThrough ? 'appending' : 'repeating';
    this.#next = isThrough ? 0 : from + count;
    return known;
  }
}
