/**
 * A cluster in one process: several servers with the real machines, protocol and fold, over one simulated engine. One
 * seed decides everything, as in ../world.ts, and the same is asked of it; and that all servers fold the same.
 */
import type { Receipt } from '../../../machines/vocabulary/draw.ts';
import type { LogEntry } from '../../../machines/vocabulary/log.ts';
import { factsOf } from '../../../src/cluster/codec.ts';
import { Fold } from '../../../src/cluster/fold.ts';
import type { Ledger } from '../../../src/store/ledger.ts';
import { FaultDisk } from '../../crash/fault-disk.ts';
import { makeRandom } from '../../crash/random.ts';
import { AgencyRunner } from '../agency-runner.ts';
import { certificatesOf } from '../certificates.ts';
import { SimulatedTime } from '../clock.ts';
import { Judge } from '../judge.ts';
import { EVERYBODY, SimulatedNetwork } from '../network.ts';
import type { Meddling, Stage } from '../stage.ts';
import { receiveStranger } from '../strangers.ts';
import { receiveVisitor } from '../visitors.ts';
import { chainsOf } from '../world.ts';
import { ClusterOperator } from './cluster-operator.ts';
import { type ClusterFault, type ClusterScenario, makeClusterScenario } from './cluster-scenario.ts';
import { SimulatedEngine } from './engine.ts';

/** Simulated milliseconds after which a run that has not ended counts as hung. */
const HUNG_MS = 30 * 60_000;

/** Simulated milliseconds in which somebody who was interrupted may leave something unsaid. */
const EXCUSED_MS = 15_000;

export class ClusterWorld implements Meddling {
  readonly stage: Stage;
  readonly judge: Judge;
  readonly engine: SimulatedEngine;
  readonly scenario: ClusterScenario;
  readonly transcript: string[] = [];
  readonly violations: string[] = [];
  readonly draw = 1;
  epoch = 0;
  readonly #time = new SimulatedTime();
  readonly #servers: readonly ClusterOperator[];
  readonly #agencies: readonly AgencyRunner[];
  /** By sequence, the hash of every server's fold. */
  readonly #hashes = new Map<number, string>();
  /** The whole log, folded beside all servers. */
  #fold = new Fold();
  #folded = 0;
  #wasSetBack = false;
  #isOver = false;

  constructor(seed: number) {
    const time = this.#time;
    const random = makeRandom(seed);
    const scenario = makeClusterScenario(random);
    this.scenario = scenario;
    this.stage = {
      ...{ scenario, random, time },
      network: new SimulatedNetwork(time, random, scenario.servers),
      disk: new FaultDisk(seed),
      certificates: certificatesOf(seed),
      note: (who: string, what: LogEntry | string) => {
        this.transcript.push(`${time.now} ${who} ${JSON.stringify(what)}`);
      },
      violate: (text: string) => {
        this.violations.push(`at ${time.now} ms: ${text}`);
      },
    };
    const { stage } = this;
    this.engine = new SimulatedEngine(stage);
    this.engine.calmAt = scenario.roughMs;
    this.engine.onTaken = (server, sequence) => this.#compare(server, sequence);
    this.judge = new Judge(stage, () => 1, {
      stored: (agency) =>
        this.#wasSetBack ? Number.POSITIVE_INFINITY : this.#truth().standing(agency).stored,
      hasBet: (id) => this.#truth().hasBet(id),
    });
    const hooks = {
      isOver: () => this.#isDone && this.#isClosed,
      onMeddling: () => {
        this.epoch++;
      },
      onGone: () => {
        this.#isOver = this.#servers.every(({ isGone }) => isGone);
      },
    };
    this.#servers = Array.from(
      { length: scenario.servers },
      (_, index) => new ClusterOperator(stage, this.engine, index + 1, hooks),
    );
    const parts = {
      ...{ draw: 1, judge: this.judge, operator: this, onDone: () => {} },
      isExcused: (error: string) => this.#wasSetBack && error.includes('were acknowledged'),
    };
    this.#agencies = (scenario.draws[0]?.agencies ?? []).flatMap(({ jobs }, place) =>
      chainsOf(jobs).map((own) => new AgencyRunner(stage, { ...parts, agency: place + 1, jobs: own })),
    );
  }

  receiptOf(_draw: number, agency: number): Receipt | undefined {
    return this.#runnersOf(agency).find(({ receipt }) => receipt)?.receipt;
  }

  countTo(_draw: number, agency: number): number | undefined {
    return this.#runnersOf(agency).find(({ winners }) => winners !== undefined)?.winners;
  }

  unlessExcused(epoch: number, complain: () => void): void {
    this.#time.setTimeout(() => {
      const wasThere = this.#servers.every(({ number }) => this.engine.wasThereFor(number, EXCUSED_MS));
      if (this.epoch === epoch && wasThere) complain();
    }, EXCUSED_MS);
  }

  async run(): Promise<void> {
    const { random } = this.stage;
    for (const server of this.#servers) this.#time.setTimeout(() => server.start(), random.between(0, 100));
    for (const agency of this.#agencies) this.#time.setTimeout(() => agency.begin(), random.between(0, 500));
    for (const { at, fault } of this.scenario.faults) this.#time.setTimeout(() => this.#inflict(fault), at);
    while (!this.#isOver && this.violations.length === 0) {
      // All that follows from the last timer comes first: promises settle before time goes on.
      await new Promise(setImmediate);
      if (this.#isOver) break;
      if (!this.#time.step()) this.stage.violate('nothing will ever happen any more');
      if (this.#time.now > HUNG_MS) this.stage.violate(`not over after ${HUNG_MS} ms`);
    }
    for (const server of this.#servers) server.killForGood();
    for (const agency of this.#agencies) agency.killForGood();
  }

  /** Lets simulated time pass until a promise is settled. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    while (!isSettled) {
      await new Promise(setImmediate);
      if (!isSettled) this.#time.step();
    }
    return settled;
  }

  get #isDone(): boolean {
    return this.#agencies.every((agency) => agency.isDone);
  }

  get #isClosed(): boolean {
    return this.engine.entries.some(({ facts }) => facts.includes('"closed"'));
  }

  /** What the whole log comes to now: no server may have said more. */
  #truth(): Ledger {
    for (const entry of this.engine.entries.slice(this.#folded)) {
      for (const { fact, place } of factsOf(entry)) this.#fold.take(fact, place);
      this.#folded++;
    }
    return this.#fold.ledger;
  }

  #runnersOf(agency: number): AgencyRunner[] {
    return this.#agencies.filter((runner) => runner.agency === agency);
  }

  /** All servers come to the same, entry by entry. */
  #compare(server: number, sequence: number): void {
    const hash = this.#servers[server - 1]?.hash;
    const others = this.#hashes.get(sequence);
    if (hash === undefined) return;
    if (others === undefined) this.#hashes.set(sequence, hash);
    else if (others !== hash)
      this.stage.violate(`server ${server} folds entry ${sequence} to ${hash}, others to ${others}`);
  }

  /** Before the draw, and nothing that nobody would say again: a single bet's agency has left. */
  #setBack(entries: number): void {
    const lost = this.engine.entries.slice(-entries);
    if (lost.some(({ facts }) => /"(single|draw|told|closed)"/.test(facts))) return;
    this.#wasSetBack = true;
    [this.#fold, this.#folded] = [new Fold(), 0];
    this.engine.setBack(entries);
    for (const { sequence } of lost) this.#hashes.delete(sequence);
  }

  #inflict(fault: ClusterFault): void {
    if (this.#isOver) return;
    const { network, note } = this.stage;
    note('fault', JSON.stringify(fault));
    const server = 'server' in fault ? this.#servers[fault.server - 1] : undefined;
    switch (fault.kind) {
      case 'cut':
        network.any()?.cut();
        break;
      case 'stall':
        network.any()?.stall(fault.ms);
        break;
      case 'partition':
        network.isolate(EVERYBODY, fault.ms);
        break;
      case 'isolate':
        network.isolate(fault.agency, fault.ms);
        break;
      case 'killAgency':
        for (const runner of this.#runnersOf(fault.agency)) if (!runner.isDone) runner.kill(fault);
        break;
      case 'twin':
        for (const runner of this.#runnersOf(fault.agency)) if (!runner.isDone) runner.twin();
        break;
      case 'visit':
        receiveVisitor(this.stage, this, fault.visit);
        break;
      case 'stranger':
        // What was acknowledged is not there: in the name of the agency, anybody could begin its upload.
        if (!this.#wasSetBack) receiveStranger(this.stage, this.judge, this, fault);
        break;
      case 'killServer':
        server?.kill();
        break;
      case 'stopServer':
        server?.stop();
        break;
      case 'loseLeader':
        this.epoch++;
        this.engine.cutOff(0, fault.ms);
        break;
      case 'cutServer':
        this.epoch++;
        this.engine.cutOff(fault.server, fault.ms);
        break;
      case 'breakReadings':
        this.engine.breakReadings();
        break;
      case 'setBack':
        this.epoch++;
        this.#setBack(fault.entries);
    }
  }
}
