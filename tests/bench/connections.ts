/** Thousands of agencies at once, 100 bets each, to the draw. The load is one light process. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { writeAgencies } from './data.ts';
import { type Figure, megabytes } from './figures.ts';
import { runLoad } from './load-run.ts';
import type { Ended } from './program.ts';
import { bundle, startServer } from './quiniela.ts';

const BETS = 100;

export async function connections({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const load = await bundle('tests/bench/load.ts', join(work, 'load.mjs'));
  const { dir } = await writeAgencies(join(work, 'data'), base, [BETS]);
  const figures: Figure[] = [];
  for (const agencies of settings.connections) {
    const times: number[] = [];
    const servers: Ended[] = [];
    for (let run = 0; run < settings.longRuns; run++) {
      const store = join(work, 'store');
      await mkdir(store, { recursive: true });
      const { program, port } = await startServer({ file, agencies, store });
      const report = await runLoad(load, { port, agencies, csv: join(dir, 'agency-1.csv') });
      times.push(report.totalMs);
      servers.push(await program.ended);
      await rm(store, { recursive: true, force: true });
    }
    const what = `${agencies.toLocaleString('en')} agencies, ${BETS} bets each`;
    const isMost = agencies === Math.max(...settings.connections);
    figures.push(
      {
        what: `${what}: connection to last winner`,
        unit: 's',
        values: times.map((ms) => ms / 1000),
        ...(isMost && { target: { atMost: 10 } }),
      },
      { what: `${what}: time of one`, unit: 'ms', values: times.map((ms) => ms / agencies) },
      {
        what: `${what}: server, peak memory`,
        unit: 'MB',
        values: servers.map(({ peakBytes }) => megabytes(peakBytes)),
        ...(isMost && { target: { atMost: 300 } }),
      },
    );
  }
  return figures;
}
