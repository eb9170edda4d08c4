/** A folder with many bets: a restart on it, and its draw. */
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from './bench-parts.ts';
import { shares, writeAgencies } from './data.ts';
import { type Figure, megabytes } from './figures.ts';
import { type LoadRun, runLoad } from './load-run.ts';
import { processFigures } from './processes.ts';
import type { Ended } from './program.ts';
import { bundle, startAgency, startServer } from './quiniela.ts';

const AGENCIES = 5;
const PING_MS = 2;

export async function largeFolder({ settings, work, file, base }: Bench): Promise<Figure[]> {
  const load = await bundle('tests/bench/load.ts', join(work, 'load.mjs'));
  const data = await writeAgencies(join(work, 'data'), base, shares(settings.manyBets, AGENCIES));
  const store = join(work, 'store');
  const kept = join(work, 'journal.ndjson');
  const journal = join(store, 'journal.ndjson');
  await mkdir(store, { recursive: true });
  await fill();
  await copyFile(journal, kept);

  const starts: number[] = [];
  const restarts: Ended[] = [];
  for (let run = 0; run < settings.runs; run++) {
    const { program, startedMs } = await startServer({ file, agencies: AGENCIES, store });
    starts.push(startedMs);
    program.kill('SIGTERM');
    restarts.push(await program.ended);
  }
  const draws: LoadRun[] = [];
  const drawn: Ended[] = [];
  for (let run = 0; run < settings.runs; run++) {
    const { program, port } = await startServer({ file, agencies: AGENCIES, store });
    draws.push(await runLoad(load, { port, agencies: AGENCIES, pingMs: PING_MS }));
    drawn.push(await program.ended);
    // bets.csv is as it was: with its journal from before the draw, all can be drawn again.
    await copyFile(kept, journal);
  }
  const journalBytes = (await stat(kept)).size;
  await rm(store, { recursive: true, force: true });

  const what = `${data.bets.toLocaleString('en')} bets stored`;
  return [
    { what: `${what}: size of the journal`, unit: 'MB', values: [megabytes(journalBytes)] },
    {
      what: `${what}: restart to listening`,
      unit: 's',
      values: starts.map((ms) => ms / 1000),
      target: { atMost: 1 },
    },
    ...processFigures({ what: `${what}: restart`, who: 'server', runs: restarts }),
    {
      what: `${what}: draw`,
      unit: 's',
      values: draws.map(({ drawMs }) => drawMs / 1000),
      target: { atMost: 1.5 },
    },
    {
      what: `${what}: draw, longest echo meanwhile`,
      unit: 'ms',
      values: draws.map(({ pings }) => Math.max(...pings)),
      target: { atMost: 50 },
    },
    ...processFigures({ what: `${what}: restart and draw`, who: 'server', runs: drawn }),
    ...processFigures({ what: `${what}: draw`, who: 'load', runs: draws.map(({ process }) => process) }),
    {
      what: `${what}: draw, peak memory over the restart's`,
      unit: 'MB',
      values: drawn.map(({ peakBytes }, run) => megabytes(peakBytes - restarts[run]!.peakBytes)),
      isForReaders: true,
    },
  ];

  /** Uploads without a DONE: nothing is drawn yet. */
  async function fill(): Promise<void> {
    const { program, port } = await startServer({ file, agencies: AGENCIES, store });
    const env = { AGENCY_MODE: 'batches', CLI_LOOP_AMOUNT: '1000000000', CLI_LOOP_PERIOD: '0s' };
    const agencies = data.agencies.map(({ agency }) =>
      startAgency({ file, id: agency, port, data: data.dir, env }),
    );
    await Promise.all(agencies.map(({ ended }) => ended));
    program.kill('SIGTERM');
    await program.ended;
  }
}
