/**
 * How large and how often, from the environment: `SMALL=1` (or `BENCH=small`) only shows that it works,
 * `FULL=1` takes the 10 million bets of the targets, `ONLY=draw,start` runs some parts, `RUNS=9` more often.
 */

import { wholeNumber } from '../../src/config/values.ts';
import { UserError } from '../../src/errors.ts';

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
  fleets: [20, 100],
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

type Environment = Readonly<Record<string, string | undefined>>;

const RUNS = wholeNumber(1, 1_000);

/** @throws {UserError} `RUNS` if it is no number of runs */
export function settingsFrom(env: Environment): Settings {
  const base = env.SMALL || env.BENCH === 'small' ? SMALL : NORMAL;
  const runs = env.RUNS ? RUNS.parse(env.RUNS) : undefined;
  if (env.RUNS && runs === undefined) {
    const given = JSON.stringify(env.RUNS);
    throw new UserError('RUNS', `cannot measure: RUNS is ${given}, must be ${RUNS.allowed}`);
  }
  return {
    ...base,
    ...(env.FULL && { manyBets: 10_000_000 }),
    ...(runs && { runs, longRuns: runs }),
    only: env.ONLY ? env.ONLY.split(',') : [],
  };
}

/** What one types for the same again. */
export const commandOf = (env: Environment): string =>
  [
    'make bench',
    ...['SMALL', 'FULL', 'RUNS', 'ONLY'].flatMap((name) => (env[name] ? [`${name}=${env[name]}`] : [])),
  ].join(' ');
