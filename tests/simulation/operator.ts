/** Whoever keeps the server running: starts it again, as Compose does on failure and people after a stop. */
import { fromCallback } from 'xstate';
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { acceptedSocket, turnAway } from '../../src/net/accepted-socket.ts';
import { Room } from '../../src/net/places.ts';
import { openBetStore } from '../../src/store/bet-store.ts';
import { PROOFS } from '../../src/store/proofs.ts';
import { serverSystem } from '../../src/wiring/server.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { certificateOf } from './certificates.ts';
import { SHUTDOWN_MS, serverInputFor } from './server-input.ts';
import type { SimulatedSocket } from './socket.ts';
import { type Process, type Stage, startProcess } from './stage.ts';

/** The draw's folder on the simulated disk. */
export const STORE_DIR = '/draw';

/** The exit code of a server that is told to stop while it closes anyway. */
const ABORTED = 143;

type OperatorHooks = {
  /** The server collects the bets of this draw, from 1; told at each start. */
  onServing(draw: number): void;
  /** The server goes without having told these agencies their winners. */
  onNotTold(agencies: readonly number[]): void;
  /** The server is gone for good. */
  onOver(): void;
};

export class Operator {
  /** The draw that the server collects, or collected last; from 1. */
  draw = 1;
  /** Changes whenever the server, or its disk, is meddled with: what it then does not answer is excused. */
  epoch = 0;
  readonly #stage: Stage;
  readonly #hooks: OperatorHooks;
  /** As the journals name them, in their order. */
  readonly #names: string[] = [];
  #server: Process | undefined;
  #isStopped = false;
  #isDiskBad = false;
  #fullUntil = 0;
  #isFinishing = false;
  /** What is done with the folder once the server has stopped. */
  #whileStopped: (() => void) | undefined;

  constructor(stage: Stage, hooks: OperatorHooks) {
    this.#stage = stage;
    this.#hooks = hooks;
  }

  start(): void {
    this.epoch++;
    const { disk, time } = this.#stage;
    this.#isStopped = false;
    this.#isDiskBad = time.now < this.#fullUntil;
    disk.faults = this.#isDiskBad ? { capacity: disk.faults.capacity } : {};
    this.#server = this.#run(disk, {
      onBound: () => this.#serve(),
      onExit: (code) => this.#onExit(code),
    });
    this.#mayDieSoon();
  }

  /** Some starts end at one of the first changes of the disk: in the middle of a recovery, or of an archiving. */
  #mayDieSoon(): void {
    const { disk, random, note } = this.#stage;
    if (random.between(0, 3) > 0) return;
    disk.faults.crashAt = disk.changes + random.between(1, 12);
    disk.faults.crashIsKill = random.between(0, 1) === 0;
    const server = this.#server;
    void disk.crashed.then(() => {
      if (this.#server !== server) return;
      this.epoch++;
      note('fault', 'the server dies as it writes');
      server?.kill();
      this.#startLater();
    });
  }

  /** The process dies; with the computer's power, what was not synced may be gone too. */
  kill({ isPowerLoss }: { isPowerLoss: boolean }): void {
    if (!this.#server) return;
    this.epoch++;
    this.#server.kill();
    this.#stage.disk.crash({ kill: !isPowerLoss });
    this.#startLater();
  }

  /** SIGTERM; `whileStopped` is done once it has ended well, and starts the server again. */
  stop(whileStopped?: () => void): void {
    if (!this.#server || this.#isStopped) return;
    this.epoch++;
    this.#isStopped = true;
    this.#whileStopped = whileStopped;
    this.#server.stop();
  }

  /** Stops the server, and changes one bit of its files or cuts one short. */
  damage(): void {
    this.stop(() => {
      const { disk, random } = this.#stage;
      const files = disk.files();
      const names = ['bets.csv', 'journal.ndjson'].map((name) => `${STORE_DIR}/${name}`);
      const path = random.pick(names.filter((name) => (files.get(name)?.length ?? 0) > 0));
      const bytes = files.get(path)!;
      const at = random.between(0, bytes.length - 1);
      // A journal that ends within a line is what a crash leaves: only the hash of its last line tells.
      const isCut = path.endsWith('bets.csv') && random.between(0, 1) === 0;
      if (isCut) files.set(path, bytes.subarray(0, at));
      else bytes[at]! ^= 1 << random.between(0, 7);
      this.#expectRefusal(files, 0, `${path} ${isCut ? 'cut' : 'changed'} at byte ${at}`);
    });
  }

  /** Stops the server, and starts it for one agency more, or fewer. */
  startForOthers(): void {
    this.stop(() => {
      const { disk, random } = this.#stage;
      const more = random.between(0, 1) === 1 ? 1 : -1;
      if (this.#isClosed) this.#startLater();
      else this.#expectRefusal(disk.files(), more, `${more} agencies more`);
    });
  }

  /** Who ends may leave something unsaid: a complaint about `epoch` is made once it is sure that nobody did. */
  unlessExcused(epoch: number, complain: () => void): void {
    this.#stage.time.setTimeout(() => {
      if (this.epoch === epoch) complain();
    }, SHUTDOWN_MS);
  }

  failSync(): void {
    const { disk } = this.#stage;
    this.epoch++;
    this.#isDiskBad = true;
    disk.faults = { ...disk.faults, failSyncAt: disk.appends + 1 };
  }

  /** The disk has hardly any room, for a while and at least until the server is started again. */
  fillDisk(ms: number): void {
    const { disk, random, time } = this.#stage;
    this.epoch++;
    this.#isDiskBad = true;
    this.#fullUntil = time.now + ms;
    const used = [...disk.files().values()].reduce((sum, { length }) => sum + length, 0);
    disk.faults = { capacity: used + random.between(0, 300) };
  }

  /** All agencies are done: the server has nothing to do but to close the draw. */
  finish(): void {
    this.#isFinishing = true;
    if (this.#isIdle) this.stop();
  }

  killForGood(): void {
    this.#server?.kill();
  }

  /** Whether it serves a draw in which nobody takes part. */
  get #isIdle(): boolean {
    return this.draw > this.#stage.scenario.draws.length;
  }

  get #isClosed(): boolean {
    return this.#stage.disk.read(`${STORE_DIR}/journal.ndjson`).includes('"closed":true');
  }

  #serve(): void {
    const { disk, note } = this.#stage;
    const [header] = disk.read(`${STORE_DIR}/journal.ndjson`).toString('utf8').split('\n', 1);
    const name = String(JSON.parse(header!).draw);
    if (!this.#names.includes(name)) this.#names.push(name);
    this.draw = this.#names.indexOf(name) + 1;
    note('server', `collects draw ${this.draw}`);
    if (this.#isFinishing && this.#isIdle) queueMicrotask(() => this.stop());
    else this.#hooks.onServing(this.draw);
  }

  #onExit(code: number): void {
    const { disk, violate } = this.#stage;
    this.epoch++;
    this.#server = undefined;
    const isClosed = this.#isClosed;
    const isExcused = this.#isDiskBad || (code === ABORTED && this.#isStopped);
    if (code !== 0 && !isExcused) violate(`the server ends with ${code} on a good disk`);
    if (code === 0 && !this.#isStopped && !isClosed) violate('the server ends before the draw is over');
    if (this.#isFinishing && code === 0 && (isClosed || this.#isIdle)) {
      this.#hooks.onOver();
      return;
    }
    // What a process had under way ends with it.
    if (code !== 0) disk.crash({ kill: true });
    if (code === 0 && this.#whileStopped) this.#whileStopped();
    else this.#startLater();
  }

  #startLater(): void {
    const { time, random } = this.#stage;
    this.#server = undefined;
    this.#whileStopped = undefined;
    time.setTimeout(() => this.start(), random.between(50, 500));
  }

  /** It must see what is wrong, and change nothing. */
  #expectRefusal(files: ReadonlyMap<string, Buffer>, moreAgencies: number, why: string): void {
    const { violate, note } = this.#stage;
    const disk = FaultDisk.holding(files);
    note('fault', why);
    const server = this.#run(disk, {
      moreAgencies,
      onBound: () => violate(`the server serves, with ${why}`),
      onExit: (code) => {
        if (code !== EXIT_PERMANENT) violate(`the server ends with ${code}, with ${why}`);
        for (const [path, bytes] of disk.files())
          if (!files.get(path)?.equals(bytes)) violate(`the server has changed ${path}, with ${why}`);
        note('server', 'is given its right files');
        this.#startLater();
      },
    });
    this.#server = server;
  }

  #run(
    disk: FaultDisk,
    hooks: { onBound: () => void; onExit: (code: number) => void; moreAgencies?: number },
  ): Process {
    const { time, network, note, scenario, certificates } = this.#stage;
    const proofs = certificates && PROOFS;
    const { onBound, onExit, moreAgencies = 0 } = hooks;
    const agencies = scenario.agencies.length + moreAgencies;
    const log = (entry: LogEntry) => {
      note('server', entry);
      if (entry.action !== 'announce' || entry.result !== 'fail') return;
      this.#hooks.onNotTold((String(entry.details?.error).match(/\d+/g) ?? []).map(Number));
    };
    const logic = serverSystem({
      log: { log: (...entries) => entries.forEach(log) },
      signals: fromCallback(({ sendBack, receive }) => receive((event) => sendBack(event))),
      listener: fromCallback(({ sendBack }) => {
        const accept = (socket: SimulatedSocket) =>
          sendBack({ type: 'connection.accepted', handle: socket, ip: socket.remoteAddress });
        const unlisten = network.listen(accept);
        onBound();
        sendBack({ type: 'listener.bound' });
        return unlisten;
      }),
      certificates: fromCallback(() => {}),
      turnAway,
      socket: acceptedSocket(
        {
          ...{ frameMs: 10_000, idleMs: 60_000, pauseMs: 200, unwrittenBytes: 1_000_000 },
          room: new Room(agencies),
          certificateOf: certificateOf(certificates),
        },
        time,
      ),
      openStore: () =>
        openBetStore({ dir: STORE_DIR, disk, agencies, proofs, now: () => time.now, notice: log }),
    });
    const input = serverInputFor(agencies);
    return startProcess(this.#stage, 'server', { logic, input, onExit });
  }
}
