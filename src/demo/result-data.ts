/** What came of a demo, for programs: the same object whether it reached its draw or not. */
import type { Result } from '../../machines/vocabulary/demo.ts';

export const resultData = (result: Result | undefined, exitCode: number) => ({
  exitCode,
  isDrawn: result !== undefined,
  /** From the agencies' start to the last winner. */
  milliseconds: result === undefined ? null : Math.round(result.ms),
  /** It was slowed down, for people to see it. */
  isPaced: result?.isPaced ?? false,
  agencies: (result?.rows ?? []).map(({ agency, rows, sent, skipped, stored, winners = null }) => ({
    agency,
    rows,
    sent,
    skipped,
    stored,
    winners,
  })),
  differences: result?.differences ?? [],
});
