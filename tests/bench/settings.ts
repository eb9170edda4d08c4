/**
 * How large and how often, from the environment: `SMALL=1` (or `BENCH=small`) only shows that it works,
 * `FULL=1` takes the 10 million bets of the targets, `ONLY=draw,start` runs some parts, `RUNS=9` more often.
 */

export type Settings = {
  /** The file of the results. */
  results: string;
  runs: number;
  /** Bets of each agency, as a share of the real files. */
  share: number;
  /** Bets of the long run and of the large folder. */
  manyBets: number;
  longRuns: number;
  connections: readonly number[];
  /** Agencies of one process, each with a real file. */
  fleets: readonly number[];
  latencySeconds: number;
  only: readonly string[];
};

const SMALL: Settings = {
  results: 'bench-small.json',
  runs: 1,
  share: 0.02,
  manyBets: 20_000,
  longRuns: 1,
  connections: [20, 40],
  fleets: [10],
  latencySeconds: 0.5,
  only: [],
};

const NORMAL: Settings = {
  results: 'bench.json',
  runs: 5,
  share: 1,
  manyBets: 2_000_000,
  longRuns: 3,
  connections: [500, 1_000, 5_000],
  fleets: [20, 100],
  latencySeconds: 3,
  only: [],
};

export function settingsFrom(env: Readonly<Record<string, string | undefined>>): Settings {
  const base = env.SMALL || env.BENCH === 'small' ? SMALL : NORMAL;
  return {
    ...base,
    ...(env.FULL && { manyBets: 10_000_000 }),
    ...(env.RUNS && { runs: Number(env.RUNS), longRuns: Number(env.RUNS) }),
    only: env.ONLY ? env.ONLY.split(',') : [],
  };
}
