/** An engine of several nats-server processes on loopback, with the configuration that the images use. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/errors.ts';
import { untilWhole } from '../../src/nats/left-out.ts';
import { complaintsOf, type Health, isStuck } from './engine-health.ts';
import { PATIENCE_MS } from './program.ts';
import { freePort, temporaryFolder, until } from './system.ts';

const CONFIG = join(import.meta.dirname, '../../docker/nats/nats.conf');
/** What all nodes are configured with. */
export const ENGINE_CONFIG = readFileSync(CONFIG, 'utf8');
const PROGRAM = process.env.NATS_SERVER ?? 'nats-server';

const version = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' }).stdout ?? '';

/** A reason to skip a test, or false. */
export const withoutEngine: string | false = version.includes('v2.')
  ? false
  : 'no nats-server on the PATH, and NATS_SERVER names none';

/** Milliseconds after which a node that is stuck is started again; one that is well says the same for 5 s at most. */
const STUCK_MS = 20_000;
/** Milliseconds between two looks. */
const LOOK_MS = 50;

type Ports = { client: number; cluster: number; monitor: number };

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One nats-server: its files outlive its process. */
export class EngineNode {
  readonly name: string;
  readonly ports: Ports;
  readonly #folder: string;
  readonly #config: string;
  readonly #routes: string;
  #child: ChildProcess | undefined;

  constructor(name: string, ports: Ports, options: { folder: string; routes: string; config: string }) {
    this.name = name;
    this.ports = ports;
    this.#folder = join(options.folder, name);
    this.#routes = options.routes;
    this.#config = options.config;
    mkdirSync(this.#folder, { recursive: true });
  }

  get url(): string {
    return `127.0.0.1:${this.ports.client}`;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** What it has logged, for a test that failed. */
  get log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8');
  }

  start(): void {
    if (this.#child) throw new Error(`${this.name} runs already`);
    const log = openSync(join(this.#folder, 'log'), 'a');
    const child = spawn(PROGRAM, ['-c', this.#config], {
      env: {
        PATH: process.env.PATH,
        NATS_NAME: this.name,
        NATS_LISTEN: this.url,
        NATS_MONITOR: `127.0.0.1:${this.ports.monitor}`,
        NATS_CLUSTER: `127.0.0.1:${this.ports.cluster}`,
        NATS_ROUTES: this.#routes,
        NATS_STORE: join(this.#folder, 'store'),
        NATS_DISK: '8GB',
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
  }

  /** SIGKILL, also of one that is paused. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** What it lacks, in its words; empty: nothing. */
  async complaints(): Promise<string[]> {
    const report = this.#ask('/healthz?details=true').then((answer) => answer.json() as Promise<Health>);
    return report.then(complaintsOf, (error) => [messageOf(error)]);
  }

  /** Kills it and starts it. */
  async again(): Promise<void> {
    await this.kill();
    this.start();
  }

  /** What it says of a stream's leader; undefined if it does not answer or knows none. */
  async leaderOf(stream: string): Promise<string | undefined> {
    type Answer = {
      account_details?: { stream_detail?: { name: string; cluster?: { leader?: string } }[] }[];
    };
    const answer = await this.#ask('/jsz?streams=true&accounts=true').then(
      (response) => response.json() as Promise<Answer>,
      (): Answer => ({}),
    );
    const streams = answer.account_details?.flatMap(({ stream_detail }) => stream_detail ?? []);
    return streams?.find(({ name }) => name === stream)?.cluster?.leader || undefined;
  }

  #ask(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.ports.monitor}${path}`, { signal: AbortSignal.timeout(2_000) });
  }
}

export class EngineNodes {
  readonly nodes: readonly EngineNode[];

  private constructor(nodes: readonly EngineNode[]) {
    this.nodes = nodes;
  }

  /** Starts the nodes; all are healthy once this returns. */
  static async start(
    t: Pick<TestContext, 'after'>,
    { nodes: count = 3, config = CONFIG } = {},
  ): Promise<EngineNodes> {
    const folder = temporaryFolder(t);
    const ports: Ports[] = [];
    for (let i = 0; i < count; i++) {
      const [client, cluster, monitor] = [await freePort(), await freePort(), await freePort()];
      ports.push({ client, cluster, monitor });
    }
    const routes = `[${ports.map(({ cluster }) => `nats://127.0.0.1:${cluster}`).join(', ')}]`;
    const nodes = ports.map((own, index) => new EngineNode(`n${index + 1}`, own, { folder, routes, config }));
    const engine = new EngineNodes(nodes);
    t.after(() => engine.kill());
    for (const node of nodes) node.start();
    // One alone counts nobody.
    await (count > 1 ? engine.#untilWhole() : engine.untilHealthy());
    return engine;
  }

  /** As STORE_URL has it. */
  get url(): string {
    return this.nodes.map(({ url }) => `nats://${url}`).join(',');
  }

  /** A node that the others left out when all started for the first time is started again. */
  async #untilWhole(): Promise<void> {
    const monitors = new Map(this.nodes.map(({ name, ports }) => [name, `127.0.0.1:${ports.monitor}`]));
    const again = async (names: readonly string[]) => {
      for (const node of this.nodes.filter(({ name }) => names.includes(name))) await node.again();
    };
    if (await untilWhole(monitors, again, { startMs: PATIENCE_MS })) return;
    throw new Error(
      `the engine's nodes do not count each other:\n${this.nodes.map(({ log }) => log).join('')}`,
    );
  }

  /** Waits for all nodes; one that is stuck is started again, as docker/nats/healthy.sh does. */
  async untilHealthy(): Promise<void> {
    let said: string[][] = [];
    let patience = Date.now() + STUCK_MS;
    const isWell = async () => {
      said = await Promise.all(this.nodes.map((node) => node.complaints()));
      if (said.every(({ length }) => length === 0)) return true;
      if (Date.now() > patience) {
        await Promise.all(
          this.nodes.filter((_, index) => isStuck(said[index] ?? [])).map((node) => node.again()),
        );
        patience = Date.now() + STUCK_MS;
      }
      await sleep(LOOK_MS);
      return false;
    };
    await until(isWell, 'healthy nodes').catch((cause) => {
      const all = this.nodes.map(({ name }, index) => `${name}: ${said[index]?.join(', ')}`);
      throw new Error(`in vain awaited: healthy nodes; ${all.join('; ')}`, { cause });
    });
  }

  /** The node that leads a stream; waits for an election. */
  async leaderOf(stream: string): Promise<EngineNode> {
    let leader: EngineNode | undefined;
    await until(async () => {
      const answers = await Promise.all(this.nodes.map((node) => node.leaderOf(stream)));
      leader = this.nodes.find(({ name, isRunning }) => isRunning && answers.includes(name));
      return leader !== undefined;
    }, `a leader of ${stream}`);
    if (!leader) throw new Error('unreachable');
    return leader;
  }

  async kill(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }
}
