/**
 * A draw during which processes are killed at random moments and started again at once, as Compose does. What
 * must hold then: nothing that was acknowledged is gone at any kill, and at the end every bet is stored once.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import type { Random } from '../crash/random.ts';
import { documentsOfWinners, readAgencyFile, readStored, sorted } from '../support/bets.ts';
import { type Environment, PATIENCE_MS, Program } from '../support/program.ts';
import { agencyEnvironment, freePort } from '../support/system.ts';

export type Victims = 'server' | 'agencies' | 'both';

type KillingOptions = {
  /** The folder of agency-1.csv to agency-5.csv. */
  data: string;
  victims: Victims;
  /** At most so many: the draw may be over sooner. */
  kills: number;
  random: Random;
  /** Milliseconds that a life lasts once it is under way, at most. */
  lifeMs: number;
  env?: Environment;
};

/** What was killed, and when. */
export type Killed = Record<'starting' | 'uploading' | 'announcing' | 'agencies', number>;

const AGENCIES = [1, 2, 3, 4, 5];

/** A program that is started again whenever it did not end well. */
export class Restarted {
  readonly #args: readonly string[];
  readonly #env: Environment;
  program: Program;
  /** What it logged in its earlier lives. */
  readonly #past: string[] = [];
  readonly isDone: () => boolean;
  readonly finished: Promise<void>;

  constructor(args: readonly string[], env: Environment, isDone: (restarted: Restarted) => boolean) {
    this.#args = args;
    this.#env = env;
    this.isDone = () => isDone(this);
    this.program = new Program(args, env);
    this.finished = this.#keepAlive();
  }

  get lines(): readonly string[] {
    return [...this.#past, ...this.program.lines];
  }

  async #keepAlive(): Promise<void> {
    for (;;) {
      const { code, signal } = await this.program.exited;
      assert.equal(this.program.stderr, '');
      if (code === 0 || this.isDone()) return;
      assert.equal(signal, 'SIGKILL', `ended by itself\n${this.program.lines.slice(-20).join('\n')}`);
      this.#past.push(...this.program.lines);
      this.program = new Program(this.#args, this.#env);
    }
  }

  async kill(): Promise<void> {
    const { program } = this;
    program.signal('SIGKILL');
    await program.exited;
  }
}

export const toldIn = (lines: readonly string[]): number | undefined => {
  for (const line of lines) {
    const [, winners] = /consulta_ganadores \| result: success \| cant_ganadores: (\d+)/.exec(line) ?? [];
    if (winners !== undefined) return Number(winners);
  }
  return undefined;
};

/** Bets that an agency has heard to be stored, in all its lives. */
export const acknowledgedIn = (lines: readonly string[]): number =>
  lines.reduce(
    (sum, line) => sum + Number(/apuesta_enviada \| result: success \| cantidad: (\d+)/.exec(line)?.[1] ?? 0),
    0,
  );

/** One draw to its end. @throws AssertionError if a bet was lost, doubled, or a winner wrong */
export const drawWithKills = async (options: KillingOptions): Promise<Killed> => {
  const dir = mkdtempSync(join(tmpdir(), 'quiniela-kills-'));
  const port = await freePort();
  const files = AGENCIES.map((id) => readAgencyFile(options.data, id));
  const server = new Restarted(
    ['server'],
    { SERVER_PORT: `${port}`, SERVER_HOST: '127.0.0.1', STORE_DIR: dir },
    // Killed after its draw was closed, it begins another one: Compose would do that too.
    ({ lines }) => lines.some((line) => line.includes('archive_draw')),
  );
  const agencies = AGENCIES.map(
    (id) =>
      new Restarted(
        ['agency'],
        agencyEnvironment({ port, id, data: options.data, env: options.env }),
        ({ lines }) => toldIn(lines) !== undefined,
      ),
  );
  const killed: Killed = { starting: 0, uploading: 0, announcing: 0, agencies: 0 };
  let isOver = false;
  const finished = Promise.all(agencies.map((agency) => agency.finished)).then(() => {
    isOver = true;
  });

  const killServer = async (): Promise<void> => {
    const { lines } = server.program;
    const has = (text: string) => lines.some((line) => line.includes(text));
    killed[has('sorteo') ? 'announcing' : has('config') ? 'uploading' : 'starting']++;
    const acknowledged = agencies.map(({ lines }) => acknowledgedIn(lines));
    await server.kill();
    await expectStored(dir, acknowledged);
  };
  const killAgency = async (): Promise<void> => {
    const alive = agencies.filter((agency) => !agency.isDone() && !agency.program.hasExited);
    if (alive.length === 0) return;
    await options.random.pick(alive).kill();
    killed.agencies++;
  };

  try {
    const { random, victims } = options;
    for (let n = 0; n < options.kills && !isOver; n++) {
      const isServer = victims === 'server' || (victims === 'both' && random.next() < 0.5);
      // Some lives end while they begin, most once bets are stored again.
      const isUnderWay = server.program.line(/apuesta_recibida|sorteo/).catch(() => {});
      if (random.next() < 0.8) await Promise.race([finished, isUnderWay]);
      await Promise.race([finished, sleep(random.between(0, options.lifeMs))]);
      if (!isOver) await (isServer ? killServer() : killAgency());
    }
    await within(finished, 'all agencies have been told');
    if (server.program.count('archive_draw') > 0) server.program.signal('SIGTERM');
    await within(server.finished, 'the server has ended');
    await expectDraw(
      resultIn(dir),
      files,
      agencies.map(({ lines }) => toldIn(lines)),
    );
    return killed;
  } finally {
    await Promise.all([server, ...agencies].map(({ program }) => program.kill()));
    rmSync(dir, { recursive: true, force: true });
  }
};

/** Everything that was acknowledged before the kill is there after it. */
const expectStored = async (dir: string, acknowledged: readonly number[]): Promise<void> => {
  if (!existsSync(join(dir, 'journal.ndjson')) || acknowledged.every((count) => count === 0)) return;
  const { agencies } = await verifyDraw(dir, nodeDisk());
  for (const [index, count] of acknowledged.entries()) {
    const stored = agencies.get(index + 1)?.stored ?? 0;
    assert.ok(stored >= count, `agency ${index + 1} was told that ${count} bets are stored, ${stored} are`);
  }
};

export const expectDraw = async (
  dir: string,
  files: readonly ReturnType<typeof readAgencyFile>[],
  told: readonly (number | undefined)[],
): Promise<void> => {
  const { winners, state } = await verifyDraw(dir, nodeDisk());
  assert.equal(state, 'closed');
  assert.deepEqual(sorted(readStored(dir)), sorted(files.flat()), 'every bet is stored once');
  for (const [index, rows] of files.entries()) {
    const expected = documentsOfWinners(rows);
    assert.deepEqual([...(winners?.get(index + 1) ?? [])].sort(), expected.sort());
    assert.equal(told[index], expected.length);
  }
};

const resultIn = (dir: string): string => {
  const archived = readdirSync(dir).find((name) => name.startsWith('draw-'));
  return archived ? join(dir, archived) : dir;
};

export const within = async (promise: Promise<unknown>, what: string): Promise<void> => {
  const timer = new AbortController();
  const late = sleep(2 * PATIENCE_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`in vain awaited: ${what}`);
  });
  await Promise.race([promise, late]).finally(() => timer.abort());
  late.catch(() => {});
};
