/**
 * A draw of three servers and five agencies during which servers, nodes of the engine and agencies are killed and paused
 * at random moments. What must hold: nothing that was acknowledged is gone after any of it, at the end every bet is stored
 * once, every agency has been told its winners, and whoever exports the draw gets the same bytes.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { streamOf } from '../../src/nats/stream.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import type { Random } from '../crash/random.ts';
import { acknowledgedIn, expectDraw, Restarted, toldIn, within } from '../processes/killing.ts';
import { readAgencyFile } from '../support/bets.ts';
import type { EngineNode, EngineNodes } from '../support/engine.ts';
import { Program } from '../support/program.ts';
import { Relay } from '../support/relay.ts';
import { agencyEnvironment, freePort } from '../support/system.ts';
import { withExport } from './exported.ts';

const AGENCIES = [1, 2, 3, 4, 5];
const SERVERS = 3;

type ChaosOptions = {
  engine: EngineNodes;
  draw: string;
  /** The folder of agency-1.csv to agency-5.csv. */
  data: string;
  /** At most so many disturbances: the draw may be over sooner. */
  count: number;
  random: Random;
  /** Milliseconds that a pause lasts, from and to. */
  pauseMs: readonly [number, number];
};

/** What was done, by name. */
export type Done = Record<string, number>;

/** One draw to its end. @throws AssertionError if a bet was lost, doubled, a winner wrong, or two exports differ */
export async function drawWithChaos(t: TestContext, options: ChaosOptions): Promise<Done> {
  const chaos = await Chaos.start(t, options);
  try {
    const { random, count } = options;
    for (let n = 0; n < count && !chaos.isOver; n++) {
      await Promise.race([chaos.over, sleep(random.between(0, 1_500))]);
      if (!chaos.isOver) await chaos.disturb();
    }
    await chaos.expectEnd();
    return chaos.done;
  } finally {
    await chaos.end();
  }
}

class Chaos {
  readonly #options: ChaosOptions;
  #servers: Restarted[];
  readonly #agencies: Restarted[];
  readonly #relays: Relay[];
  readonly #ports: number[];
  readonly done: Done = {};
  /** All agencies have been told, as they or the servers say. */
  readonly over: Promise<void>;
  isOver = false;
  readonly #told: Promise<unknown>;

  private constructor(options: ChaosOptions, { ports, relays }: { ports: number[]; relays: Relay[] }) {
    const { data } = options;
    this.#options = options;
    this.#ports = ports;
    this.#relays = relays;
    this.#servers = this.#startServers();
    // Small batches, with pauses, so that the upload does not outrun what happens to it.
    const env = { CLI_BATCH_MAXAMOUNT: '10', CLI_LOOP_PERIOD: '40ms', CLI_CONNECTION_MAXATTEMPTS: '10000' };
    this.#agencies = AGENCIES.map((id, index) => {
      const port = relays[index]?.port ?? 0;
      const own = agencyEnvironment({ port, id, data, env });
      return new Restarted(['agency'], own, ({ lines }) => toldIn(lines) !== undefined);
    });
    this.#told = Promise.all(this.#agencies.map(({ finished }) => finished));
    this.over = Promise.race([this.#told, this.#served()]).then(() => {
      this.isOver = true;
    });
    for (const promise of [this.#told, this.over]) promise.catch(() => {});
  }

  #startServers(): Restarted[] {
    const { engine, draw } = this.#options;
    const env = { SERVER_HOST: '127.0.0.1', STORE_URL: engine.url, DRAW_NAME: draw };
    return this.#ports.map(
      (port) => new Restarted(['server'], { ...env, SERVER_PORT: `${port}` }, () => false),
    );
  }

  /** All servers have ended by themselves. */
  #served(): Promise<unknown> {
    return Promise.all(this.#servers.map(({ finished }) => finished));
  }

  static async start(t: TestContext, options: ChaosOptions): Promise<Chaos> {
    const ports = await Promise.all(Array.from({ length: SERVERS }, freePort));
    const relays = await Promise.all(AGENCIES.map((id) => Relay.to(t, ports[id % SERVERS] ?? 0)));
    return new Chaos(options, { ports, relays });
  }

  async disturb(): Promise<void> {
    const { random, engine, draw } = this.#options;
    const acknowledged = this.#agencies.map(({ lines }) => acknowledgedIn(lines));
    const node = random.pick(engine.nodes);
    const server = random.pick(this.#servers);
    await random.pick([
      () => this.#note('server killed', () => this.#killServer(server)),
      () => this.#note('server paused', () => this.#pauseServer(server)),
      () => this.#note('node killed', () => this.#killNode(node)),
      () => this.#note('node paused', () => this.#pauseNode(node)),
      () => this.#note("node killed, the stream's leader", async () => this.#killNode(await this.#leader())),
      () => this.#note('agency killed', () => this.#killAgency()),
      () => this.#note('agency moved', () => this.#move()),
    ])();
    await this.#expectStored(draw, acknowledged);
  }

  async #note(what: string, run: () => Promise<void>): Promise<void> {
    await run();
    this.done[what] = (this.done[what] ?? 0) + 1;
  }

  #leader(): Promise<EngineNode> {
    return this.#options.engine.leaderOf(streamOf(this.#options.draw));
  }

  /** It begins again at once; its agencies go to any server. */
  async #killServer(server: Restarted): Promise<void> {
    await server.kill();
    await this.#move();
  }

  async #pauseServer({ program }: Restarted): Promise<void> {
    program.signal('SIGSTOP');
    await this.#move();
    await this.#pause();
    program.signal('SIGCONT');
  }

  async #killNode(node: EngineNode): Promise<void> {
    await node.kill();
    await sleep(this.#options.random.between(0, 2_000));
    node.start();
    await this.#options.engine.untilHealthy();
  }

  async #pauseNode(node: EngineNode): Promise<void> {
    node.pause();
    await this.#pause();
    node.resume();
    await this.#options.engine.untilHealthy();
  }

  async #killAgency(): Promise<void> {
    const alive = this.#agencies.filter((agency) => !agency.isDone() && !agency.program.hasExited);
    if (alive.length > 0) await this.#options.random.pick(alive).kill();
  }

  /** The network cuts every second agency or so, and brings it to another server. */
  async #move(): Promise<void> {
    const { random } = this.#options;
    for (const relay of this.#relays) {
      if (random.next() < 0.5) continue;
      relay.cut();
      relay.mend(random.pick(this.#ports));
    }
  }

  #pause(): Promise<void> {
    return sleep(this.#options.random.between(...this.#options.pauseMs));
  }

  async #expectStored(draw: string, acknowledged: readonly number[]): Promise<void> {
    if (acknowledged.every((count) => count === 0)) return;
    await withExport(this.#options.engine.url, draw, async (dir) => {
      const { agencies } = await verifyDraw(dir, nodeDisk());
      for (const [index, count] of acknowledged.entries()) {
        const stored = agencies.get(index + 1)?.stored ?? 0;
        assert.ok(
          stored >= count,
          `agency ${index + 1} was told that ${count} bets are stored, ${stored} are`,
        );
      }
    });
  }

  async expectEnd(): Promise<void> {
    const { engine, draw, data } = this.#options;
    await within(this.over, 'the draw is over');
    // An agency that was killed as its winners came may have heard them for the servers, and not for us. Who comes that late
    // is answered by servers that are started again.
    if (!this.#agencies.every((agency) => agency.isDone())) {
      await within(this.#served(), 'the servers have ended');
      this.#servers = this.#startServers();
    }
    await within(this.#told, 'all agencies have been told');
    await within(this.#served(), 'the servers have ended');
    await within(this.#isClosed(), 'the engine says that the draw is closed');
    const files = AGENCIES.map((id) => readAgencyFile(data, id));
    await withExport(engine.url, draw, async (dir) => {
      await expectDraw(
        dir,
        files,
        this.#agencies.map(({ lines }) => toldIn(lines)),
      );
      const bytes = filesIn(dir);
      // From each node alone, by the program itself.
      for (const { url } of engine.nodes) {
        const other = join(dir, url.replace(':', '-'));
        const program = new Program(['export', '--from', `nats://${url}`, '--draw', draw, other]);
        await program.expectExit(0);
        assert.deepEqual(filesIn(other), bytes, `the export from ${url}`);
      }
    });
  }

  /** The servers have heard so; a node that has just become the leader says it once it has taken up all that it has. */
  async #isClosed(): Promise<void> {
    const { engine, draw } = this.#options;
    for (let isClosed = false; !isClosed; await sleep(200)) {
      await withExport(engine.url, draw, async (dir) => {
        isClosed = (await verifyDraw(dir, nodeDisk())).state === 'closed';
      });
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#servers, ...this.#agencies].map(({ program }) => program.kill()));
  }

  /** What the programs said last, for a test that failed. */
  get said(): string {
    return [...this.#servers, ...this.#agencies]
      .map(({ lines }, index) => `process ${index + 1}:\n${lines.slice(-15).join('\n')}`)
      .join('\n');
  }
}

const filesIn = (dir: string): string[] =>
  ['bets.csv', 'journal.ndjson'].map((name) => readFileSync(join(dir, name), 'latin1'));
