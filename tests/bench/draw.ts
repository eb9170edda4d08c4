/** One whole draw as processes: a warm server, its agencies, and what they took until the last winner was told. */
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Data } from './data.ts';
import type { Ended } from './program.ts';
import { type RunningServer, startAgency, startServer } from './quiniela.ts';

export type DrawRun = {
  /** From the first agency's start to the last one's winners. */
  seconds: number;
  server: Ended;
  agencies: readonly Ended[];
};

type DrawOptions = {
  /** The bundled program of the server, and that of the agencies. */
  server: string;
  file: string;
  data: Data;
  /** All agencies in one process, instead of each in its own. */
  isFleet?: boolean;
  /** With TLS: the folder of `quiniela certs`. */
  certificates?: string;
  /** For the store; emptied before and after. */
  work: string;
};

/** Milliseconds for a server that has just started to come to rest. */
const WARM_MS = 150;

const LF = 0x0a;

async function linesOf(path: string): Promise<number> {
  let lines = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) lines++;
  }
  return lines;
}

/** Runs a draw and checks its result. @throws if a bet is missing, or somebody's winners are not theirs */
export async function runDraw(options: DrawOptions): Promise<DrawRun> {
  const { server: serverFile, data, work, certificates } = options;
  const store = join(work, 'store');
  await rm(store, { recursive: true, force: true });
  await mkdir(store, { recursive: true });
  const server = await startServer({
    ...{ file: serverFile, agencies: data.agencies.length, store },
    ...(certificates !== undefined && { certificates }),
  });
  await sleep(WARM_MS);
  const run = await runAgencies(server, options);
  const stored = await linesOf(join(store, 'bets.csv'));
  if (stored !== data.bets) throw new Error(`${stored} bets are stored, ${data.bets} were sent`);
  await rm(store, { recursive: true, force: true });
  return run;
}

const told = 'consulta_ganadores | result: success';

async function runAgencies({ program: server, port }: RunningServer, options: DrawOptions): Promise<DrawRun> {
  const { file, data, isFleet, certificates } = options;
  const tls = certificates !== undefined && { certificates };
  const ids = isFleet ? [`1-${data.agencies.length}`] : data.agencies.map(({ agency }) => agency);
  const start = performance.now();
  const programs = ids.map((id) => startAgency({ file, id, port, data: data.dir, ...tls }));
  const times = await Promise.all(
    data.agencies.map(({ agency, winners }, index) =>
      isFleet
        ? programs[0]!.seen(`${told} | client_id: ${agency} | cant_ganadores: ${winners}\n`)
        : programs[index]!.seen(`${told} | cant_ganadores: ${winners}\n`),
    ),
  );
  const agencies = await Promise.all(programs.map(({ ended }) => ended));
  return { seconds: (Math.max(...times) - start) / 1000, agencies, server: await server.ended };
}
