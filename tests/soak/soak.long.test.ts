/**
 * Five honest agencies finish in at most twice their quiet time beside each kind of flood, nobody holds the server's event
 * loop, and a stranger's echo comes back meanwhile. All is compared with a quiet run of the same machine.
 *
 * `SOAK=1` takes more bets, and every flood with 1, 20 and 200 connections.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { generateAgencies } from '../../src/data/generate.ts';
import { metricsPort } from '../metrics/helpers.ts';
import { peakMemory } from '../support/kernel.ts';
import { Program } from '../support/program.ts';
import { startServer, temporaryFolder, until } from '../support/system.ts';
import { FLOODS } from './flood.ts';

const IS_LONG = process.env.SOAK === '1';
const AGENCIES = 5;
const BETS = IS_LONG ? 200_000 : 40_000;
const CONNECTIONS = IS_LONG ? [1, 20, 200] : [100];
const KINDS = IS_LONG
  ? Object.keys(FLOODS)
  : [
      'empty lines',
      'long lines',
      'echoes that nobody reads',
      'garbage',
      'repeated HELLO',
      'rejected batches',
      'bad lines of TP0',
      'connections that close',
      'scrapes',
    ];
const ATTEMPTS = 3;

/** Milliseconds that a run may take besides twice its quiet time: it is short. */
const GRACE_MS = 2_000;
/** Milliseconds of processor time that the event loop may be held; a slow machine may take twice what it does when all is quiet. */
const HOLD_MS = 50;
/** Milliseconds for an echo, the same. */
const ANSWER_MS = 500;
/** Megabytes of the server, and bytes of its log. */
const MEMORY = 500;
const LOG_BYTES = 20_000_000;

type Run = { ms: number; hold: number; answer: number; memory: number; logBytes: number };

/** The slowest echo of those that are asked one after another until `isOver`. */
const slowestEcho = async (port: number, isOver: () => boolean): Promise<number> => {
  let slowest = 0;
  while (!isOver()) {
    const from = performance.now();
    const socket = connect(port, '127.0.0.1', () => socket.end('hola\n'));
    // One that is told BUSY has its answer too.
    const isAnswered = await new Promise((resolve) => {
      socket
        .once('data', () => resolve(true))
        .once('close', () => resolve(false))
        .once('error', () => {});
    });
    if (isAnswered) slowest = Math.max(slowest, performance.now() - from);
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return slowest;
};

const startFlood = async (t: TestContext, kind: string, port: number, connections: number) => {
  const args = [join(import.meta.dirname, 'flood.ts'), kind, `${port}`, `${connections}`];
  const flood = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => flood.kill('SIGKILL'));
  await once(flood.stdout, 'data');
  return flood;
};

/** Agency 6 of the server holds the draw back: the floods play it, or nobody. */
const run = async (
  t: TestContext,
  data: string,
  flood?: { kind: string; connections: number },
): Promise<Run> => {
  const file = join(temporaryFolder(t), 'hold');
  const { program, port, dir } = await startServer(t, {
    agencies: AGENCIES + 1,
    env: {
      NODE_OPTIONS: `--import ${new URL('loop-delay.ts', import.meta.url).href}`,
      LOOP_DELAY_FILE: file,
      METRICS_PORT: '0',
    },
  });
  const watched = await metricsPort(program);
  const flooded = flood && (FLOODS[flood.kind]?.isForWatchers ? watched : port);
  const flooding = flood && (await startFlood(t, flood.kind, flooded ?? port, flood.connections));
  program.signal('SIGUSR2');
  const from = performance.now();
  let isOver = false;
  const echo = slowestEcho(port, () => isOver);
  const fleet = new Program(['agency', '--id', `1-${AGENCIES}`], {
    CLI_DATA: data,
    CLI_SERVER_ADDRESS: `127.0.0.1:${port}`,
    CLI_LOG_LEVEL: 'WARNING',
  });
  t.after(() => fleet.kill());
  const journal = () => readFileSync(join(dir, 'journal.ndjson'), 'utf8');
  const isDone = () =>
    new Set([...journal().matchAll(/"done":\[([\d,]+)\]/g)].flatMap(([, ids]) => ids!.split(','))).size >=
    AGENCIES;
  await until(isDone, 'the honest agencies are done');
  const ms = performance.now() - from;
  isOver = true;
  const answer = await echo;
  const memory = peakMemory(program.pid);
  flooding?.kill('SIGKILL');
  program.signal('SIGTERM');
  await until(() => existsSync(file), 'the server has ended');
  await program.exited;
  const logBytes = program.lines.reduce((sum, line) => sum + line.length + 1, 0);
  assert.equal(fleet.stderr + program.stderr, '');
  return { ms, hold: Number(readFileSync(file, 'utf8')), answer, memory, logBytes };
};

/** Why a run beside a flood is not as good as it should be, if it is not. */
const faultsOf = (loud: Run, quiet: Run): string[] => {
  const bounds: Run = {
    ms: 2 * quiet.ms + GRACE_MS,
    hold: Math.max(HOLD_MS, 4 * quiet.hold),
    answer: Math.max(ANSWER_MS, 10 * quiet.answer) + GRACE_MS,
    memory: MEMORY,
    logBytes: LOG_BYTES,
  };
  return (Object.keys(bounds) as (keyof Run)[])
    .filter((figure) => loud[figure] > bounds[figure])
    .map((figure) => `${figure}: ${loud[figure].toFixed(0)}, at most ${bounds[figure].toFixed(0)}`);
};

describe('beside a flood five honest agencies finish in twice their quiet time', {
  skip: process.platform !== 'linux',
}, () => {
  let data = '';
  let quiet: Run;

  before(async () => {
    data = mkdtempSync(join(tmpdir(), 'quiniela-soak-'));
    await generateAgencies({ agencies: AGENCIES, bets: BETS, seed: 1, dir: data });
  });
  after(() => rmSync(data, { recursive: true }));

  test('without one', async (t) => {
    const runs = [await run(t, data), await run(t, data)];
    const most = (figure: keyof Run) => Math.max(...runs.map((run) => run[figure]));
    quiet = { ...runs[0]!, ms: most('ms'), hold: most('hold'), answer: most('answer') };
    t.diagnostic(JSON.stringify(quiet));
  });

  for (const kind of KINDS) {
    for (const connections of CONNECTIONS) {
      test(`${kind}, ${connections} connections`, async (t) => {
        let faults: string[] = [];
        // Whatever else the machine does may hold up one run.
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const loud = await run(t, data, { kind, connections });
          t.diagnostic(JSON.stringify(loud));
          faults = faultsOf(loud, quiet);
          if (faults.length === 0) return;
        }
        assert.deepEqual(faults, []);
      });
    }
  }
});
