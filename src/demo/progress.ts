/** How far the agencies are: bars on a terminal that has room for them, lines elsewhere. */
import type { Progress } from '../../machines/vocabulary/demo.ts';

export interface ProgressView {
  show(progress: Progress): void;
  close(): void;
}

/** What is shown of several agencies at once. */
export type Tally = { sent: number; rows: number; told: number };

export const isTold = ({ winners }: Progress): boolean => winners !== undefined;

/** Keeps the sums of all agencies without adding them up again for each line of a log. */
export class Sums {
  readonly #latest: Map<number, Progress>;
  readonly tally: Tally = { sent: 0, rows: 0, told: 0 };

  constructor(agencies: readonly Progress[]) {
    this.#latest = new Map();
    for (const progress of agencies) this.add(progress);
  }

  add(progress: Progress): Tally {
    const { tally } = this;
    const before = this.#latest.get(progress.agency);
    tally.sent += progress.sent - (before?.sent ?? 0);
    tally.rows += progress.rows - (before?.rows ?? 0);
    tally.told += Number(isTold(progress)) - Number(before !== undefined && isTold(before));
    this.#latest.set(progress.agency, progress);
    return tally;
  }
}
