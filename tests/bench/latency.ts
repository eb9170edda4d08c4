/** How long a batch waits for its STORED while five agencies send 100,000 bets a second, synced. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { writeAgencies } from './data.ts';
import { type Figure, quantile } from './figures.ts';
import { type LoadRun, runLoad } from './load-run.ts';
import { processFigures } from './processes.ts';
import type { Ended } from './program.ts';
import { bundle, startServer } from './quiniela.ts';

const AGENCIES = 5;
const RATE = 100_000;

export async function latency({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const load = await bundle('tests/bench/load.ts', join(work, 'load.mjs'));
  const bets = Math.ceil((RATE * settings.latencySeconds) / AGENCIES);
  const { dir } = await writeAgencies(join(work, 'data'), base, [bets]);
  const runs: LoadRun[] = [];
  const servers: Ended[] = [];
  for (let run = 0; run < settings.longRuns; run++) {
    const store = join(work, 'store');
    await mkdir(store, { recursive: true });
    const { program, port } = await startServer({ file, agencies: AGENCIES, store });
    const options = { port, agencies: AGENCIES, rate: RATE, csv: join(dir, 'agency-1.csv') };
    runs.push(await runLoad(load, options));
    servers.push(await program.ended);
    await rm(store, { recursive: true, force: true });
  }
  const at = (share: number) => runs.map(({ latencies }) => quantile(latencies, share));
  const what = `write to STORED at ${RATE.toLocaleString('en')} bets/s`;
  return [
    { what: `${what}: p50`, unit: 'ms', values: at(0.5), target: { atMost: 2 } },
    { what: `${what}: p99`, unit: 'ms', values: at(0.99), target: { atMost: 10 } },
    { what: `${what}: longest`, unit: 'ms', values: at(1) },
    ...processFigures({
      what,
      who: 'server',
      runs: servers,
      bets: bets * AGENCIES,
      cpu: { isForReaders: true },
    }),
    ...processFigures({ what, who: 'load', runs: runs.map(({ process }) => process), bets: bets * AGENCIES }),
  ];
}
