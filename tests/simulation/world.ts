/**
 * The whole system in one process: the real machines, protocol and store; a simulated network, disk and clock.
 * One seed decides everything, so the same seed gives the same transcript.
 */
import { type Actor, type AnyActorLogic, createActor, fromCallback, type InspectionEvent } from 'xstate';
import type { LogEntry, ServerReply, SocketCommand } from '../../machines/events.ts';
import { acceptedSocket } from '../../src/adapters/accepted-socket.ts';
import { betFile } from '../../src/adapters/bet-file.ts';
import { connector } from '../../src/adapters/connector.ts';
import { LINE_BYTES, TP0_READ_BYTES } from '../../src/limits.ts';
import { agencySystem, serverSystem } from '../../src/system.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { makeRandom, type Random } from '../crash/random.ts';
import { SimulatedTime } from './clock.ts';
import { SimulatedNetwork, type SimulatedSocket } from './network.ts';
import { type Fault, fileOf, makeScenario, type Scenario, TROUBLE_MS } from './scenario.ts';

/** The draw's folder on the simulated disk. */
const STORE_DIR = '/draw';
/** Simulated milliseconds after which a run that has not ended counts as hung. */
const HUNG_MS = 15 * 60_000;

type Process = { actor: Actor<AnyActorLogic>; kill: () => void };

export class World {
  readonly time = new SimulatedTime();
  readonly random: Random;
  readonly network: SimulatedNetwork;
  readonly scenario: Scenario;
  readonly disk: FaultDisk;
  readonly transcript: string[] = [];
  /** How many winners each agency was told, as it logged them. */
  readonly told = new Map<number, number>();
  /** Where the draw is, at the end. */
  drawDir = STORE_DIR;
  readonly #agencies = new Map<number, Process>();
  readonly #acknowledged = new Map<number, number>();
  #server: Process | undefined;
  #serverWasStopped = false;
  #ended = false;
  /** What must never happen. */
  readonly violations: string[] = [];

  constructor(seed: number) {
    this.random = makeRandom(seed);
    this.scenario = makeScenario(this.random);
    this.network = new SimulatedNetwork(this.time, this.random);
    this.disk = new FaultDisk(seed);
    this.disk.beforeSync = () => this.time.sleep(this.random.between(0, 5));
  }

  /** Runs to the end; `violations` says what went wrong on the way. */
  async run(): Promise<void> {
    this.#startServer();
    this.scenario.agencies.forEach((_, index) => {
      this.time.setTimeout(() => this.#startAgency(index + 1), this.random.between(0, 500));
    });
    for (const { at, fault } of this.scenario.faults) {
      this.time.setTimeout(() => this.#inflict(fault), at);
    }
    while (!this.#ended) {
      // All that follows from the last timer comes first: promises settle before time goes on.
      await new Promise(setImmediate);
      if (this.#ended) break;
      if (!this.time.step()) this.#violate('nothing will ever happen any more');
      if (this.time.now > HUNG_MS) this.#violate(`not over after ${HUNG_MS} ms`);
      if (this.violations.length > 0) break;
    }
    for (const process of [this.#server, ...this.#agencies.values()]) process?.kill();
  }

  #violate(text: string): void {
    this.violations.push(`at ${this.time.now} ms: ${text}`);
  }

  #note(who: string, entry: LogEntry | string): void {
    this.transcript.push(`${this.time.now} ${who} ${JSON.stringify(entry)}`);
  }

  /** What was acknowledged once must be welcomed back, whatever the server and its disk went through. */
  #watch = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.event') return;
    const command = event.event as SocketCommand;
    const { agency } = event.sourceRef?.getSnapshot().context ?? {};
    if (command.type === 'socket.say') this.#check(agency, command.message);
    if (command.type === 'socket.sayAll')
      for (const message of command.messages) this.#check(agency, message);
  };

  #check(agency: number, message: ServerReply): void {
    const acknowledged = this.#acknowledged.get(agency) ?? 0;
    if (message.kind === 'stored') this.#acknowledged.set(agency, Math.max(acknowledged, ...message.nexts));
    if (message.kind === 'welcome' && message.stored < acknowledged)
      this.#violate(`agency ${agency} is welcomed at ${message.stored}, ${acknowledged} were acknowledged`);
  }

  #start(who: string, logic: AnyActorLogic, input: unknown, onExit: (code: number) => void): Process {
    const options = { input, clock: this.time, inspect: this.#watch };
    const actor = createActor(logic, options) as Actor<AnyActorLogic>;
    const subscription = actor.subscribe({
      complete: () => {
        const { exitCode } = actor.getSnapshot().output as { exitCode: number };
        this.#note(who, `exit ${exitCode}`);
        onExit(exitCode);
      },
      error: (error) => this.#violate(`${who} broke: ${(error as Error).stack}`),
    });
    const kill = () => {
      subscription.unsubscribe();
      actor.stop();
    };
    actor.start();
    return { actor, kill };
  }

  #startServer(): void {
    const { time, network } = this;
    this.#note('server', 'start');
    this.#serverWasStopped = false;
    const logic = serverSystem({
      log: {
        log: (...entries) => {
          for (const entry of entries) this.#note('server', entry);
        },
      },
      signals: fromCallback(({ sendBack, receive }) => receive((event) => sendBack(event))),
      listener: fromCallback(({ sendBack }) => {
        const accept = (socket: SimulatedSocket) =>
          sendBack({ type: 'connection.accepted', handle: socket, ip: socket.remoteAddress });
        const unlisten = network.listen(accept);
        sendBack({ type: 'listener.bound' });
        return unlisten;
      }),
      socket: acceptedSocket({ frameMs: 10_000, idleMs: 60_000, unwrittenBytes: 1_000_000 }, time),
      store: {
        dir: STORE_DIR,
        disk: this.disk,
        now: () => time.now,
        notice: (entry) => this.#hearNotice(entry),
      },
    });
    const input = {
      agencies: this.scenario.agencies.length,
      announceMs: 30_000,
      shutdownMs: 4_000,
      connections: 100,
      supervisorConnections: 3,
      queueBytes: 2_000,
      connection: { inFlight: 3, identifyMs: 2_000, settleMs: 200, lingerMs: 250, closeMs: 2_000 },
    };
    this.#server = this.#start('server', logic, input, (code) => {
      if (code === 0 && !this.#serverWasStopped) {
        this.#over();
        return;
      }
      // What a process had under way ends with it.
      this.disk.crash({ kill: true });
      this.#restartServer();
    });
  }

  /** A server that dies between the end of the draw and its own is restarted into the next draw. */
  #hearNotice(entry: LogEntry): void {
    this.#note('server', entry);
    if (entry.action !== 'archive_draw') return;
    this.drawDir = String(entry.details?.folder);
    queueMicrotask(() => {
      this.#server?.kill();
      this.#over();
    });
  }

  /** As Compose does: on failure; and the operator after a stop. */
  #restartServer(): void {
    this.#server = undefined;
    this.disk.faults = {};
    this.time.setTimeout(() => this.#startServer(), this.random.between(50, 500));
  }

  #startAgency(agency: number): void {
    const { time, network, random } = this;
    const { dialect, bets, maxAmount, window } = this.scenario.agencies[agency - 1]!;
    const who = `agency ${agency}`;
    const content = fileOf(bets);
    this.#note(who, 'start');
    const logic = agencySystem({
      log: {
        log: (...entries) => {
          for (const entry of entries) {
            this.#note(who, entry);
            if (entry.action === 'consulta_ganadores')
              this.told.set(agency, Number(entry.details?.cant_ganadores));
          }
        },
      },
      signals: fromCallback(() => {}),
      socket: connector({ call: () => network.connect() as never, idleMs: 5_000, clock: time }),
      random: () => random.next(),
      betFile: betFile({
        dialect,
        maxAmount,
        maxBytes: dialect === 'tp0' ? TP0_READ_BYTES : LINE_BYTES,
        open: async () => ({
          read: async (into, offset, length, position) => ({
            bytesRead: content.copy(into, offset, position, position + Math.min(length, 700)),
          }),
          change: async () => undefined,
          close: async () => {},
        }),
      }),
    });
    const input = {
      id: agency,
      mode: 'lottery',
      dialect,
      loopAmount: 0,
      loopPeriodMs: 0,
      window,
      maxAttempts: Number.POSITIVE_INFINITY,
      connectMs: 5_000,
      backOffMs: 100,
      backOffCapMs: 5_000,
      closeMs: 2_000,
      bet: undefined,
      maxInvalid: { rows: 0 },
    };
    const process = this.#start(who, logic, input, (code) => {
      this.#agencies.delete(agency);
      if (code !== 0) this.#violate(`${who} gave up`);
    });
    this.#agencies.set(agency, process);
  }

  #inflict(fault: Fault): void {
    if (this.#ended) return;
    this.#note('fault', JSON.stringify(fault));
    const server = this.#server;
    switch (fault.kind) {
      case 'cut': {
        const sockets = [...this.network.sockets];
        if (sockets.length > 0) this.random.pick(sockets).cut();
        break;
      }
      case 'partition':
        this.network.partitionedUntil = this.time.now + fault.ms;
        for (const socket of [...this.network.sockets]) socket.cut();
        break;
      case 'killServer':
      case 'powerLoss':
        if (!server) break;
        server.kill();
        this.disk.crash({ kill: fault.kind === 'killServer' });
        this.#restartServer();
        break;
      case 'stopServer':
        if (!server) break;
        this.#serverWasStopped = true;
        server.actor.send({ type: 'signal.received', signal: 'SIGTERM' } as never);
        break;
      case 'killAgency': {
        const process = this.#agencies.get(fault.agency);
        if (!process) break;
        process.kill();
        this.#agencies.delete(fault.agency);
        this.time.setTimeout(() => this.#startAgency(fault.agency), this.random.between(50, 500));
        break;
      }
      case 'failSync':
        this.disk.faults = { failSyncAt: this.disk.appends + 1 };
        break;
      case 'fullDisk': {
        const used = [...this.disk.files().values()].reduce((sum, { length }) => sum + length, 0);
        this.disk.faults = { capacity: used + this.random.between(0, 300) };
      }
    }
  }

  /** The server has announced the draw and left; the agencies end by themselves. */
  #over(): void {
    this.#server = undefined;
    this.time.setTimeout(() => {
      this.#ended = true;
      for (const agency of this.#agencies.keys()) this.#violate(`agency ${agency} is still there`);
    }, TROUBLE_MS);
  }
}
