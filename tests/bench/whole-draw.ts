/** Five agencies with the real data, from their start to the last winner. */
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { REAL_BETS, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import type { Figure } from './figures.ts';
import { processFigures } from './processes.ts';

export async function wholeDraw({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const bets = REAL_BETS.map((count) => Math.ceil(count * settings.share));
  const data = await writeAgencies(join(work, 'data'), base, bets);
  const runs: DrawRun[] = [];
  for (let run = 0; run < settings.runs; run++) runs.push(await runDraw({ server: file, file, data, work }));
  const what = `5 agencies, ${data.bets.toLocaleString('en')} bets`;
  return [
    {
      what: `${what}: start to last winner`,
      unit: 's',
      values: runs.map(({ seconds }) => seconds),
      target: { atMost: 0.5 },
    },
    { what: `${what}: rate`, unit: 'bets/s', values: runs.map(({ seconds }) => data.bets / seconds) },
    ...processFigures({
      what,
      who: 'server',
      runs: runs.map(({ server }) => server),
      cpu: { isForReaders: true },
      memory: { target: { atMost: 150 } },
    }),
    ...processFigures({
      what,
      who: 'agencies',
      runs: runs.map(({ agencies }) => agencies),
      cpu: { isForReaders: true },
      memory: { isForReaders: true },
    }),
  ];
}
