/**
 * Five honest agencies finish in at most twice their quiet time beside each kind of flood, nobody holds the server's event
 * loop, and whoever else asks (a stranger for an echo, an agency that calls, one with a single bet) is answered within half a
 * second. All is compared with a quiet run of the same machine.
 *
 * `SOAK=1` takes more bets, and every flood with 1, 20 and 200 connections.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { generateAgencies } from '../../src/data/generate.ts';
import { metricsPort } from '../metrics/helpers.ts';
import { peakMemory } from '../support/kernel.ts';
import { Program } from '../support/program.ts';
import { startServer, temporaryFolder, until } from '../support/system.ts';
import type { Slowest } from './asking.ts';
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
      'a storm of resets',
      'scrapes',
    ];
const ATTEMPTS = 3;

/** Milliseconds that a run may take besides twice its quiet time: it is short. */
const GRACE_MS = 2_000;
/** Milliseconds of processor time that the event loop may be held; a slow machine may take twice what it does when all is quiet. */
const HOLD_MS = 50;
/** Milliseconds for an answer, the same. */
const ANSWER_MS = 500;
/** The flood is not to take the processors that those need whom it is to disturb: it runs when they wait. */
const FLOOD_NICENESS = 10;
/** Megabytes of the server, and bytes of its log. */
const MEMORY = 500;
const LOG_BYTES = 20_000_000;

type Run = Slowest & { ms: number; hold: number; memory: number; logBytes: number };

/** Another script of this folder; it is at work once this returns. */
const start = async (t: TestContext, script: string, ...args: (string | number)[]): Promise<ChildProcess> => {
  const command = [join(import.meta.dirname, script), ...args.map(String)];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
};

const slowestOf = async (asking: ChildProcess): Promise<Slowest> => {
  const said = once(asking.stdout!, 'data');
  asking.kill('SIGTERM');
  return JSON.parse(String(await said)) as Slowest;
};

/** Agencies 6 to 8 of the server hold the draw back: floods play one, askers the others. */
const run = async (
  t: TestContext,
  data: string,
  flood?: { kind: string; connections: number },
): Promise<Run> => {
  const file = join(temporaryFolder(t), 'hold');
  const { program, port, dir } = await startServer(t, {
    agencies: AGENCIES + 3,
    env: {
      NODE_OPTIONS: `--import ${new URL('loop-delay.ts', import.meta.url).href}`,
      LOOP_DELAY_FILE: file,
      METRICS_PORT: '0',
    },
  });
  const watched = await metricsPort(program);
  const flooded = flood && (FLOODS[flood.kind]?.isForWatchers ? watched : port);
  const flooding = flood && (await start(t, 'flood.ts', flood.kind, flooded ?? port, flood.connections));
  if (flooding?.pid) setPriority(flooding.pid, FLOOD_NICENESS);
  const asking = await start(t, 'asking.ts', port, program.pid);
  program.signal('SIGUSR2');
  const from = performance.now();
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
  const slowest = await slowestOf(asking);
  program.signal('SIGUSR2');
  await until(() => existsSync(file), 'the server has told how long its loop was held');
  const memory = peakMemory(program.pid);
  flooding?.kill('SIGKILL');
  program.signal('SIGTERM');
  await program.exited;
  const logBytes = program.lines.reduce((sum, line) => sum + line.length + 1, 0);
  assert.equal(fleet.stderr + program.stderr, '');
  return { ms, hold: Number(readFileSync(file, 'utf8')), ...slowest, memory, logBytes };
};

/** The worse of each figure of two runs. */
const worse = (one: Run, other: Run): Run =>
  Object.fromEntries(
    (Object.keys(one) as (keyof Run)[]).map((figure) => [figure, Math.max(one[figure], other[figure])]),
  ) as Run;

/** Why a run beside a flood is not as good as it should be, if it is not. */
const faultsOf = (loud: Run, quiet: Run): string[] => {
  const bounds: Run = {
    ms: 2 * quiet.ms + GRACE_MS,
    hold: Math.max(HOLD_MS, 4 * quiet.hold),
    echo: Math.max(ANSWER_MS, 4 * quiet.echo),
    welcome: Math.max(ANSWER_MS, 4 * quiet.welcome),
    stored: Math.max(ANSWER_MS, 4 * quiet.stored),
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
    quiet = worse(await run(t, data), await run(t, data));
    t.diagnostic(JSON.stringify(quiet));
  });

  for (const kind of KINDS) {
    for (const connections of CONNECTIONS) {
      test(`${kind}, ${connections} connections`, async (t) => {
        let faults: string[] = [];
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          // Whatever else the machine does may hold up one run; if it has come to stay, a quiet one too.
          if (attempt > 0) quiet = await run(t, data);
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
