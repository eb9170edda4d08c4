/** Many bets of five agencies, by the server and by the yardstick in turn: what the machines cost. */
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { shares, writeAgencies } from './data.ts';
import { type DrawRun, runDraw } from './draw.ts';
import type { Figure } from './figures.ts';
import { processFigures } from './processes.ts';
import { bundle } from './quiniela.ts';

export async function sustained({ settings, work, file, root, base }: Bench): Promise<Figure[]> {
  const data = await writeAgencies(join(work, 'data'), base, shares(settings.manyBets, 5));
  const yardstick = await bundle('tests/bench/yardstick.ts', join(work, 'yardstick.mjs'), root);
  const [ours, bare]: [DrawRun[], DrawRun[]] = [[], []];
  for (let run = 0; run < settings.longRuns; run++) {
    ours.push(await runDraw({ server: file, file, data, work }));
    bare.push(await runDraw({ server: yardstick, file, data, work }));
  }
  const { bets } = data;
  const rate = ({ seconds }: DrawRun) => bets / seconds;
  const what = `5 agencies, ${bets.toLocaleString('en')} bets`;
  const forReaders = { isForReaders: true };
  return [
    { what: `${what}: rate`, unit: 'bets/s', values: ours.map(rate), target: { atLeast: 1_000_000 } },
    { what: `${what}: rate of the bare yardstick`, unit: 'bets/s', values: bare.map(rate), ...forReaders },
    {
      what: `${what}: rate, as a share of the yardstick's`,
      unit: 'x',
      values: ours.map((run, index) => rate(run) / rate(bare[index]!)),
      target: { atLeast: 0.9 },
    },
    ...processFigures({
      what,
      who: 'server',
      runs: ours.map(({ server }) => server),
      bets,
      cpu: forReaders,
      memory: { target: { atMost: 150 } },
    }),
    ...processFigures({
      what,
      who: 'yardstick',
      runs: bare.map(({ server }) => server),
      bets,
      cpu: forReaders,
      memory: forReaders,
    }),
    ...processFigures({
      what,
      who: 'agencies',
      runs: ours.map(({ agencies }) => agencies),
      bets,
      cpu: forReaders,
      memory: forReaders,
    }),
    ...processFigures({
      what,
      who: "the yardstick's agencies",
      runs: bare.map(({ agencies }) => agencies),
      bets,
    }),
  ];
}
