/** Thousands of agencies at once, 100 bets each, to the draw. The load is one light process. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { writeAgencies } from './data.ts';
import type { Figure } from './figures.ts';
import { type LoadRun, runLoad } from './load-run.ts';
import { processFigures } from './processes.ts';
import type { Ended } from './program.ts';
import { bundle, startServer } from './quiniela.ts';

const BETS = 100;

type Run = { agencies: number; load: LoadRun; server: Ended };

export async function connections({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const load = await bundle('tests/bench/load.ts', join(work, 'load.mjs'));
  const { dir } = await writeAgencies(join(work, 'data'), base, [BETS]);
  const store = join(work, 'store');
  const runs: Run[] = [];
  // In turn, so that what is compared was measured at about the same time.
  for (let run = 0; run < settings.longRuns; run++) {
    for (const agencies of settings.connections) {
      await mkdir(store, { recursive: true });
      const { program, port } = await startServer({ file, agencies, store });
      const report = await runLoad(load, { port, agencies, csv: join(dir, 'agency-1.csv') });
      runs.push({ agencies, load: report, server: await program.ended });
      await rm(store, { recursive: true, force: true });
    }
  }
  const most = Math.max(...settings.connections);
  const least = Math.min(...settings.connections);
  const timesOfOne = (agencies: number) => runsOf(runs, agencies).map(({ load }) => load.totalMs / agencies);
  const leastTimes = timesOfOne(least);
  return [
    ...settings.connections.flatMap((agencies) => figuresOf(runsOf(runs, agencies), agencies, most)),
    {
      what: `time of one of ${count(most)} agencies, as a multiple of one of ${count(least)}`,
      unit: 'x',
      values: timesOfOne(most).map((ms, run) => ms / leastTimes[run]!),
      target: { atMost: 1 },
    },
  ];
}

const count = (agencies: number): string => agencies.toLocaleString('en');

const runsOf = (runs: readonly Run[], wanted: number) => runs.filter(({ agencies }) => agencies === wanted);

function figuresOf(runs: readonly Run[], agencies: number, most: number): Figure[] {
  const what = `${count(agencies)} agencies, ${BETS} bets each`;
  const isMost = agencies === most;
  return [
    {
      what: `${what}: connection to last winner`,
      unit: 's',
      values: runs.map(({ load }) => load.totalMs / 1000),
      ...(isMost && { target: { atMost: 10 } }),
    },
    { what: `${what}: time of one`, unit: 'ms', values: runs.map(({ load }) => load.totalMs / agencies) },
    ...processFigures({
      what,
      who: 'server',
      runs: runs.map(({ server }) => server),
      cpu: { isForReaders: isMost },
      ...(isMost && { memory: { target: { atMost: 300 } } }),
    }),
    ...processFigures({ what, who: 'load', runs: runs.map(({ load }) => load.process) }),
  ];
}
