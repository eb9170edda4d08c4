/** Many agencies as actors of one process, each with a real file. */
import { join } from 'node:path';
import { type Bench, sumOf } from './bench-parts.ts';
import { REAL_BETS, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import { type Figure, megabytes } from './figures.ts';

/** Seconds, from the issue that asked for it. */
const TARGETS: Readonly<Record<number, number>> = { 20: 1.2, 100: 4 };

export async function fleets({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const agencies of settings.fleets) {
    const bets = Array.from({ length: agencies }, (_, index) =>
      Math.ceil(REAL_BETS[index % REAL_BETS.length]! * settings.share),
    );
    const data = await writeAgencies(join(work, `data-${agencies}`), base, bets);
    const runs: DrawRun[] = [];
    for (let run = 0; run < settings.longRuns; run++) {
      runs.push(await runDraw({ server: file, file, data, work, isFleet: true }));
    }
    const what = `a fleet of ${agencies} agencies, ${data.bets.toLocaleString('en')} bets`;
    const atMost = TARGETS[agencies];
    figures.push(
      {
        what: `${what}: start to last winner`,
        unit: 's',
        values: runs.map(({ seconds }) => seconds),
        ...(atMost && { target: { atMost } }),
      },
      { what: `${what}: server, processor time`, unit: 'ms', values: runs.map(({ server }) => server.cpuMs) },
      {
        what: `${what}: fleet, processor time`,
        unit: 'ms',
        values: runs.map((run) => sumOf(run.agencies, ({ cpuMs }) => cpuMs)),
      },
      {
        what: `${what}: server, peak memory`,
        unit: 'MB',
        values: runs.map(({ server }) => megabytes(server.peakBytes)),
      },
      {
        what: `${what}: fleet, peak memory`,
        unit: 'MB',
        values: runs.map((run) => megabytes(sumOf(run.agencies, ({ peakBytes }) => peakBytes))),
      },
    );
  }
  return figures;
}
