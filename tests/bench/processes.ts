/** What the processes of a part took: their processor time and their peak memory. */
import { sumOf } from './bench-parts.ts';
import { type Figure, megabytes } from './figures.ts';
import type { Ended } from './program.ts';

type Marks = Pick<Figure, 'target' | 'isForReaders'>;

type Processes = {
  /** What they did, as their figures' names begin. */
  what: string;
  /** `server`, `agencies`, … */
  who: string;
  /** In each run, the process, or all of them. */
  runs: readonly (Ended | readonly Ended[])[];
  /** Processor time is shown for one of so many bets; without it, all of it. */
  bets?: number;
  cpu?: Marks;
  memory?: Marks;
};

/** Of several processes: the processor time of all together, the memory of the largest. */
export function processFigures({ what, who, runs, bets, cpu, memory }: Processes): Figure[] {
  const groups = runs.map((run) => [run].flat());
  const areMany = groups.some(({ length }) => length > 1);
  const cpuOf = groups.map((group) => sumOf(group, ({ cpuMs }) => cpuMs));
  return [
    {
      what: `${what}: ${who}, processor time${bets ? ' of a bet' : ''}${areMany ? ', all together' : ''}`,
      ...(bets
        ? { unit: 'µs', values: cpuOf.map((ms) => (ms * 1000) / bets) }
        : { unit: 'ms', values: cpuOf }),
      ...cpu,
    },
    {
      what: `${what}: ${who}, peak memory${areMany ? ' of the largest' : ''}`,
      unit: 'MB',
      values: groups.map((group) => megabytes(Math.max(...group.map(({ peakBytes }) => peakBytes)))),
      ...memory,
    },
  ];
}
