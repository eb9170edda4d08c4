/** Many bets of five agencies, by the server and by the yardstick in turn: what the machines cost. */
import { join } from 'node:path';
import { type Bench, sumOf } from './bench-parts.ts';
import { shares, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import { type Figure, median, megabytes } from './figures.ts';
import { bundle } from './quiniela.ts';

export async function sustained({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const data = await writeAgencies(join(work, 'data'), base, shares(settings.manyBets, 5));
  const yardstick = await bundle('tests/bench/yardstick.ts', join(work, 'yardstick.mjs'));
  const [ours, bare]: [DrawRun[], DrawRun[]] = [[], []];
  for (let run = 0; run < settings.longRuns; run++) {
    ours.push(await runDraw({ server: file, file, data, work }));
    bare.push(await runDraw({ server: yardstick, file, data, work }));
  }
  const rate = ({ seconds }: DrawRun) => data.bets / seconds;
  const perBet = (cpuMs: number) => (cpuMs * 1000) / data.bets;
  const what = `5 agencies, ${data.bets.toLocaleString('en')} bets`;
  return [
    { what: `${what}: rate`, unit: 'bets/s', values: ours.map(rate), target: { atLeast: 1_000_000 } },
    { what: `${what}: rate of the bare yardstick`, unit: 'bets/s', values: bare.map(rate) },
    {
      what: `${what}: rate, as a share of the yardstick's`,
      unit: 'x',
      values: [median(ours.map(rate)) / median(bare.map(rate))],
      target: { atLeast: 0.9 },
    },
    {
      what: `${what}: server, processor time of a bet`,
      unit: 'µs',
      values: ours.map(({ server }) => perBet(server.cpuMs)),
    },
    {
      what: `${what}: yardstick, processor time of a bet`,
      unit: 'µs',
      values: bare.map(({ server }) => perBet(server.cpuMs)),
    },
    {
      what: `${what}: agencies, processor time of a bet`,
      unit: 'µs',
      values: ours.map(({ agencies }) => perBet(sumOf(agencies, ({ cpuMs }) => cpuMs))),
    },
    {
      what: `${what}: server, peak memory`,
      unit: 'MB',
      values: ours.map(({ server }) => megabytes(server.peakBytes)),
      target: { atMost: 150 },
    },
  ];
}
