/** Whoever keeps one server of a cluster running: starts it again, until the draw is over. */
import { fromCallback } from 'xstate';
import type { ServerInput } from '../../../machines/server/roll.ts';
import type { LogEntry } from '../../../machines/vocabulary/log.ts';
import { LogStore } from '../../../src/cluster/log-store.ts';
import { STANDARD_RULES } from '../../../src/lottery/rules.ts';
import { acceptedSocket, turnAway } from '../../../src/net/accepted-socket.ts';
import { Room } from '../../../src/net/places.ts';
import { serverSystem } from '../../../src/wiring/server.ts';
import { certificateOf } from '../certificates.ts';
import { serverInputFor } from '../server-input.ts';
import type { SimulatedSocket } from '../socket.ts';
import { type Process, type Stage, startProcess } from '../stage.ts';
import type { SimulatedEngine } from './engine.ts';

/** Simulated milliseconds after which whatever was asked of the engine has come to its end. */
const EXCUSED_MS = 15_000;

type ServerHooks = {
  /** Nothing is left to do: it need not be started again. */
  isOver(): boolean;
  onGone(): void;
  onMeddling(): void;
};

export class ClusterOperator {
  /** From 1. */
  readonly number: number;
  readonly #stage: Stage;
  readonly #engine: SimulatedEngine;
  readonly #hooks: ServerHooks;
  #process: Process | undefined;
  #store: LogStore | undefined;
  #isStopped = false;
  #made = 0;
  isGone = false;

  constructor(stage: Stage, engine: SimulatedEngine, number: number, hooks: ServerHooks) {
    this.#stage = stage;
    this.#engine = engine;
    this.number = number;
    this.#hooks = hooks;
  }

  /** The journal's last hash, as it folds the log. */
  get hash(): string | undefined {
    return this.#store?.fold.hash;
  }

  start(): void {
    this.#hooks.onMeddling();
    this.#isStopped = false;
    this.#process = this.#run();
  }

  kill(): void {
    if (!this.#process) return;
    this.killForGood();
    this.#startLater();
  }

  /** SIGTERM. */
  stop(): void {
    if (!this.#process || this.#isStopped) return;
    this.#hooks.onMeddling();
    this.#isStopped = true;
    this.#process.stop();
  }

  /** Nobody hears of its end; what it had proposed may still come to the log. */
  killForGood(): void {
    this.#hooks.onMeddling();
    this.#process?.kill();
    this.#process = undefined;
    void this.#store?.close();
    this.#store = undefined;
  }

  #onExit(code: number): void {
    this.#hooks.onMeddling();
    this.#process = undefined;
    void this.#store?.close();
    this.#store = undefined;
    // A shutdown has a deadline, also when the engine is away.
    const isExcused = this.#isStopped || (code === 1 && !this.#engine.wasThereFor(this.number, EXCUSED_MS));
    if (code !== 0 && !isExcused) this.#stage.violate(`server ${this.number} ends with ${code}`);
    if (code === 0 && !this.#isStopped && this.#hooks.isOver()) {
      this.isGone = true;
      this.#hooks.onGone();
    } else this.#startLater();
  }

  #startLater(): void {
    const { time, random } = this.#stage;
    time.setTimeout(() => this.start(), random.between(50, 1_500));
  }

  #run(): Process {
    const { time, network, note, scenario, certificates } = this.#stage;
    const agencies = scenario.agencies.length;
    const who = `server ${this.number}`;
    const log = (entry: LogEntry) => note(who, entry);
    const logic = serverSystem({
      log: { log: (...entries) => entries.forEach(log) },
      signals: fromCallback(({ sendBack, receive }) => receive((event) => sendBack(event))),
      certificates: fromCallback(() => {}),
      turnAway,
      listener: fromCallback(({ sendBack }) => {
        const accept = (socket: SimulatedSocket) =>
          sendBack({ type: 'connection.accepted', handle: socket, ip: socket.remoteAddress });
        const unlisten = network.listen(accept, this.number);
        sendBack({ type: 'listener.bound' });
        return unlisten;
      }),
      socket: acceptedSocket(
        {
          ...{ frameMs: 10_000, idleMs: 60_000, pauseMs: 200, unwrittenBytes: 1_000_000 },
          room: new Room(agencies),
          certificateOf: certificateOf(certificates),
        },
        time,
      ),
      openStore: async (hear) => {
        const store = new LogStore(
          {
            ...{ log: this.#engine.port(this.number), draw: '1', agencies, agenciesFrom: 1 },
            ...{ rules: STANDARD_RULES, notice: log, clock: time, asksForProof: certificates !== undefined },
            find: async () => undefined,
            newId: () => `${this.number}-${++this.#made}`,
          },
          hear,
        );
        this.#store = store;
        await store.open();
        return { store, recovered: store.recovered() };
      },
    });
    // Several groups are on their way to the log at once.
    const input: ServerInput = { ...serverInputFor(agencies), groupsAtOnce: 3 };
    return startProcess(this.#stage, who, { logic, input, onExit: (code) => this.#onExit(code) });
  }
}
