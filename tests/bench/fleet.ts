/** Many agencies as actors of one process, each with a real file. */
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { REAL_BETS, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import type { Figure } from './figures.ts';
import { processFigures } from './processes.ts';

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
    const memory = { isForReaders: agencies === Math.max(...settings.fleets) };
    figures.push(
      {
        what: `${what}: start to last winner`,
        unit: 's',
        values: runs.map(({ seconds }) => seconds),
        ...(atMost && { target: { atMost } }),
      },
      ...processFigures({ what, who: 'server', runs: runs.map(({ server }) => server), memory }),
      ...processFigures({ what, who: 'fleet', runs: runs.map((run) => run.agencies), memory }),
    );
  }
  return figures;
}
