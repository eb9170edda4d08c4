/** Five agencies with the real data, from their start to the last winner. */
import { join } from 'node:path';
import { type Bench, sumOf } from './bench-parts.ts';
import { REAL_BETS, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import { type Figure, megabytes } from './figures.ts';

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
    { what: `${what}: server, processor time`, unit: 'ms', values: runs.map(({ server }) => server.cpuMs) },
    {
      what: `${what}: agencies together, processor time`,
      unit: 'ms',
      values: runs.map(({ agencies }) => sumOf(agencies, ({ cpuMs }) => cpuMs)),
    },
    {
      what: `${what}: server, peak memory`,
      unit: 'MB',
      values: runs.map(({ server }) => megabytes(server.peakBytes)),
      target: { atMost: 150 },
    },
    {
      what: `${what}: largest agency, peak memory`,
      unit: 'MB',
      values: runs.map(({ agencies }) => megabytes(Math.max(...agencies.map(({ peakBytes }) => peakBytes)))),
    },
  ];
}
