/**
 * Many servers of one draw on an engine of three nodes, all on this machine: what they make of what the engine takes, how
 * long an acknowledgement takes, and for how long there is none when the engine's leader dies, or a server.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Engine } from '../../src/nats/engine.ts';
import { streamOf } from '../../src/nats/stream.ts';
import { EngineNodes, withoutEngine } from '../support/engine.ts';
import type { Bench } from './bench-parts.ts';
import { type Data, writeAgencies } from './data.ts';
import { type Figure, quantile } from './figures.ts';
import { runLoad } from './load-run.ts';
import { processFigures } from './processes.ts';
import type { Ended } from './program.ts';
import { bundle, type RunningServer, startAgency, startServer } from './quiniela.ts';

const LF = 0x0a;

/** Bets in a second of the latency's load, and its agencies. */
const RATE = 20_000;
const AGENCIES = 5;

/** Bets of each of them in batches of ten, 20 ms apart: more than a server lives. */
const SLOW_BETS = 2_000;

export async function cluster(bench: Bench): Promise<Figure[]> {
  if (withoutEngine) {
    console.error(`bench: cluster is skipped: ${withoutEngine}`);
    return [];
  }
  const cleanups: (() => unknown)[] = [];
  const engine = await EngineNodes.start({ after: (clean) => void cleanups.push(clean as () => unknown) });
  try {
    const figures: Figure[] = [];
    for (const agencies of [AGENCIES, 100]) figures.push(...(await rates(bench, engine, agencies)));
    return [...figures, ...(await latencies(bench, engine)), await serverDies(bench, engine)];
  } finally {
    for (const clean of cleanups.reverse()) await clean();
  }
}

let draws = 0;

/** Servers that share a draw which has not begun. */
const startServers = async (
  { file, work }: Bench,
  url: string,
  options: { servers: number; agencies: number },
): Promise<{ draw: string; servers: RunningServer[] }> => {
  const draw = `bench-${++draws}`;
  const store = join(work, 'no-store');
  await mkdir(store, { recursive: true });
  const env = { STORE_DIR: '', STORE_URL: url, DRAW_NAME: draw };
  const { agencies } = options;
  const servers = Array.from({ length: options.servers }, () => startServer({ file, agencies, store, env }));
  return { draw, servers: await Promise.all(servers) };
};

async function rates(bench: Bench, engine: EngineNodes, agencies: number): Promise<Figure[]> {
  const { settings, work, base } = bench;
  const figures: Figure[] = [];
  for (const servers of [1, 2, 3]) {
    // One server with many bets: its memory must not tell.
    const bets = servers === 1 ? settings.manyBets : Math.ceil(settings.manyBets / 5);
    const own = Math.ceil(bets / agencies);
    const data = await writeAgencies(join(work, `cluster-${agencies}`), base, Array(agencies).fill(own));
    const runs: { rate: number; raw: number; servers: readonly Ended[] }[] = [];
    for (let run = 0; run < settings.longRuns; run++) {
      const { draw, rate, ended } = await runDraw(bench, engine.url, { servers, data });
      const raw = servers === 1 ? await publishAgain(engine.url, draw, agencies) : Number.NaN;
      runs.push({ rate, raw, servers: ended });
    }
    const many = servers === 1 ? '1 server' : `${servers} servers`;
    const what = `${agencies} agencies at ${many} of a cluster, ${data.bets.toLocaleString('en')} bets`;
    figures.push({
      what: `${what}: rate`,
      unit: 'bets/s',
      values: runs.map(({ rate }) => rate),
      isForReaders: true,
    });
    if (servers === 1) {
      figures.push(
        { what: `${what}: published without servers`, unit: 'bets/s', values: runs.map(({ raw }) => raw) },
        {
          what: `${what}: share of that`,
          unit: 'x',
          values: runs.map(({ rate, raw }) => rate / raw),
          target: { atLeast: 0.8 },
        },
      );
    }
    const memory = { isForReaders: servers === 1 };
    figures.push(
      ...processFigures({
        what,
        who: 'server',
        runs: runs.map((run) => run.servers),
        bets: data.bets,
        memory,
      }),
    );
  }
  return figures;
}

/** The rate from the first batch that a server took to the draw. */
async function runDraw(
  bench: Bench,
  url: string,
  { servers: count, data }: { servers: number; data: Data },
): Promise<{ draw: string; rate: number; ended: Ended[] }> {
  const agencies = data.agencies.length;
  const { draw, servers } = await startServers(bench, url, { servers: count, agencies });
  const begun = Promise.race(servers.map(({ program }) => program.seen('apuesta_recibida')));
  const drawn = Promise.all(servers.map(({ program }) => program.seen('sorteo')));
  const each = Math.ceil(agencies / count);
  const fleets = servers.map(({ port }, index) => {
    const [from, to] = [index * each + 1, Math.min(agencies, (index + 1) * each)];
    return startAgency({ file: bench.file, id: `${from}-${to}`, port, data: data.dir });
  });
  const seconds = (Math.min(...(await drawn)) - (await begun)) / 1000;
  await Promise.all(fleets.map(({ ended }) => ended));
  const ended = await Promise.all(servers.map(({ program }) => program.ended));
  return { draw, rate: data.bets / seconds, ended };
}

const openEngine = (url: string): Promise<Engine> =>
  Engine.connect({
    servers: url.split(','),
    files: {},
    notice: () => {},
    signal: new AbortController().signal,
  });

/** The same bodies into another stream, by as many who publish as there were agencies, each one after the other. */
async function publishAgain(url: string, draw: string, publishers: number): Promise<number> {
  const engine = await openEngine(url);
  try {
    const log = await engine.find(draw);
    const bodies: Buffer[] = [];
    if (log)
      for await (const { rows } of log.read(1, await log.last())) if (rows.length > 0) bodies.push(rows);
    const other = await engine.make(`${draw}-raw`, 3);
    const start = performance.now();
    let next = 0;
    const publish = async () => {
      for (let index = next++; index < bodies.length; index = next++) {
        await other.propose({ id: `${index}`, facts: 'raw', rows: bodies.slice(index, index + 1) });
      }
    };
    await Promise.all(Array.from({ length: publishers }, publish));
    const bets = bodies.reduce((sum, body) => sum + body.filter((byte) => byte === LF).length, 0);
    return (bets * 1000) / (performance.now() - start);
  } finally {
    await engine.close();
  }
}

async function latencies(bench: Bench, engine: EngineNodes): Promise<Figure[]> {
  const { settings, work, base } = bench;
  const load = await bundle('tests/bench/load.ts', join(work, 'cluster-load.mjs'));
  const bets = Math.ceil((RATE * settings.latencySeconds) / AGENCIES);
  const { dir } = await writeAgencies(join(work, 'cluster-latency'), base, [bets]);
  const calm: number[][] = [];
  const killed: number[][] = [];
  for (let run = 0; run < settings.longRuns; run++) {
    for (const [into, isKilled] of [
      [calm, false],
      [killed, true],
    ] as const) {
      const { draw, servers } = await startServers(bench, engine.url, { servers: 1, agencies: AGENCIES });
      const [server] = servers;
      if (!server) continue;
      const running = runLoad(load, {
        port: server.port,
        agencies: AGENCIES,
        rate: RATE,
        csv: join(dir, 'agency-1.csv'),
      });
      if (isKilled) {
        await server.program.seen('apuesta_recibida');
        const leader = await engine.leaderOf(streamOf(draw));
        await leader.kill();
        await sleep(1_000);
        leader.start();
      }
      into.push((await running).latencies);
      await server.program.ended;
      if (isKilled) await engine.untilHealthy();
    }
  }
  const what = `write to STORED of a cluster at ${RATE.toLocaleString('en')} bets/s`;
  const at = (runs: number[][], share: number) => runs.map((values) => quantile(values, share));
  return [
    { what: `${what}: p50`, unit: 'ms', values: at(calm, 0.5), isForReaders: true },
    { what: `${what}: p99`, unit: 'ms', values: at(calm, 0.99), isForReaders: true },
    {
      what: `${what}: longest, the engine's leader killed`,
      unit: 'ms',
      values: at(killed, 1),
      isForReaders: true,
    },
  ];
}

/** Agencies know two servers, one of which is killed: from its death until the last of its agencies goes on at the other. */
async function serverDies(bench: Bench, engine: EngineNodes): Promise<Figure> {
  const { settings, work, base, file } = bench;
  const data = await writeAgencies(join(work, 'cluster-death'), base, Array(AGENCIES).fill(SLOW_BETS));
  const times: number[] = [];
  for (let run = 0; run < settings.longRuns; run++) {
    const { servers } = await startServers(bench, engine.url, { servers: 2, agencies: AGENCIES });
    const [dying, other] = servers;
    if (!dying || !other) continue;
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
    const env = { CLI_SERVER_ADDRESS: addresses, CLI_BATCH_MAXAMOUNT: '10', CLI_LOOP_PERIOD: '20ms' };
    const agencies = Array.from({ length: AGENCIES }, (_, index) =>
      startAgency({ file, id: index + 1, port: dying.port, data: data.dir, env }),
    );
    await Promise.all(agencies.map((agency) => agency.seen('apuesta_enviada')));
    const killed = performance.now();
    dying.program.kill('SIGKILL');
    const gaps = agencies.map(async (agency) => {
      await agency.seen('result: fail');
      return (await agency.seen('apuesta_enviada')) - killed;
    });
    // Those of the other server notice nothing.
    const own = (await Promise.allSettled(gaps)).flatMap((gap) =>
      gap.status === 'fulfilled' ? gap.value : [],
    );
    times.push(Math.max(...own));
    await Promise.all([other.program.ended, ...agencies.map(({ ended }) => ended)]);
  }
  return {
    what: `a server of a cluster is killed: until the last of its agencies goes on at another`,
    unit: 'ms',
    values: times,
    isForReaders: true,
  };
}
