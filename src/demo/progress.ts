/** How far the agencies are: bars on a terminal that has room for them, lines elsewhere. */
import type { Progress } from '../../machines/vocabulary/demo.ts';

export interface ProgressView {
  show(progress: Progress): void;
  close(): void;
}

/** What is shown of several agencies at once; those that said something, have sent all, know their winners. */
type Tally = { sent: number; rows: number; heard: number; finished: number; told: number };

export const isTold = ({ winners }: Progress): boolean => winners !== undefined;

/** Has it sent all that it has? Rows that are no bets are never sent. */
export const isFinished = (progress: Progress): boolean => isTold(progress) || progress.sent >= progress.rows;

/** Keeps the sums of all agencies without adding them up again for each line of a log. */
export class Sums {
  readonly latest: Map<number, Progress> = new Map();
  readonly tally: Tally = { sent: 0, rows: 0, heard: 0, finished: 0, told: 0 };
  readonly #silent: Set<number>;

  constructor(agencies: readonly Progress[]) {
    for (const progress of agencies) this.add(progress);
    this.#silent = new Set(this.latest.keys());
    this.tally.heard = 0;
  }

  add(progress: Progress): Tally {
    const { tally } = this;
    const before = this.latest.get(progress.agency);
    const changed = (is: (progress: Progress) => boolean): number =>
      Number(is(progress)) - Number(before !== undefined && is(before));
    tally.sent += progress.sent - (before?.sent ?? 0);
    tally.rows += progress.rows - (before?.rows ?? 0);
    tally.finished += changed(isFinished);
    tally.told += changed(isTold);
    if (this.#silent?.delete(progress.agency)) tally.heard += 1;
    this.latest.set(progress.agency, progress);
    return tally;
  }
}

/** Milliseconds over which a rate is taken: as long as a reader looks, shorter than a change that matters. */
const PACE_MS = 2_000;

/** Bets a second, of late. */
export class Pace {
  readonly #seen: { at: number; sent: number }[] = [];

  /** @returns undefined as long as it cannot be told */
  add(at: number, sent: number): number | undefined {
    const seen = this.#seen;
    seen.push({ at, sent });
    while (seen.length > 2 && at - seen[1]!.at >= PACE_MS) seen.shift();
    const [first = { at, sent }] = seen;
    return at > first.at ? ((sent - first.sent) * 1_000) / (at - first.at) : undefined;
  }
}
