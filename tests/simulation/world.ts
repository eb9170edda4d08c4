/**
 * The whole system in one process: the real machines, protocol and store; a simulated network, disk and clock.
 * One seed decides everything, so the same seed gives the same transcript.
 */

import type { Receipt } from '../../machines/vocabulary/draw.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { makeRandom } from '../crash/random.ts';
import { AgencyRunner } from './agency-runner.ts';
import { certificatesOf } from './certificates.ts';
import { SimulatedTime } from './clock.ts';
import { Judge } from './judge.ts';
import { EVERYBODY, SimulatedNetwork } from './network.ts';
import { Operator } from './operator.ts';
import { ANNOUNCE_MS, type Fault, type Job, makeScenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { receiveStranger } from './strangers.ts';
import { receiveVisitor } from './visitors.ts';

/** Simulated milliseconds after which a run that has not ended counts as hung. */
const HUNG_MS = 30 * 60_000;

/** What is done one after the other: the single bets that are placed beside the rest each by itself. */
export const chainsOf = (jobs: readonly Job[]): Job[][] => {
  const isBeside = (job: Job) => job.kind === 'bet' && job.isBeside;
  return [jobs.filter((job) => !isBeside(job)), ...jobs.filter(isBeside).map((job) => [job])];
};

export class World {
  readonly stage: Stage;
  readonly judge: Judge;
  readonly transcript: string[] = [];
  /** What must never happen, and has. */
  readonly violations: string[] = [];
  readonly #time = new SimulatedTime();
  readonly #operator: Operator;
  /** Of each draw that has begun. */
  readonly #agencies: (readonly AgencyRunner[])[] = [];
  #isOver = false;

  constructor(seed: number) {
    const time = this.#time;
    const random = makeRandom(seed);
    const scenario = makeScenario(random);
    const disk = new FaultDisk(seed);
    disk.beforeSync = () => time.sleep(random.between(0, 5));
    this.stage = {
      scenario,
      random,
      time,
      network: new SimulatedNetwork(time, random),
      disk,
      certificates: certificatesOf(seed),
      note: (who: string, what: LogEntry | string) => {
        this.transcript.push(`${time.now} ${who} ${JSON.stringify(what)}`);
      },
      violate: (text: string) => {
        this.violations.push(`at ${time.now} ms: ${text}`);
      },
    };
    const { stage } = this;
    const operator = new Operator(stage, {
      onServing: (draw) => this.#beginDraw(draw),
      onNotTold: (agencies) => {
        for (const runner of this.#agencies[operator.draw - 1] ?? [])
          if (agencies.includes(runner.agency) && runner.isConnected)
            stage.violate(`agency ${runner.agency} is there, and is not told its winners`);
      },
      onOver: () => {
        this.#isOver = true;
      },
    });
    const judge = new Judge(stage, () => operator.draw);
    this.#operator = operator;
    this.judge = judge;
  }

  receiptOf(draw: number, agency: number): Receipt | undefined {
    const own = this.#agencies[draw - 1]?.filter((runner) => runner.agency === agency);
    return own?.find(({ receipt }) => receipt)?.receipt;
  }

  /** How many winners the agency logged. */
  countTo(draw: number, agency: number): number | undefined {
    const own = this.#agencies[draw - 1]?.filter((runner) => runner.agency === agency);
    return own?.find(({ winners }) => winners !== undefined)?.winners;
  }

  /** Runs to the end; `violations` says what went wrong on the way. */
  async run(): Promise<void> {
    this.#operator.start();
    while (!this.#isOver && this.violations.length === 0) {
      // All that follows from the last timer comes first: promises settle before time goes on.
      await new Promise(setImmediate);
      if (this.#isOver) break;
      if (!this.#time.step()) this.stage.violate('nothing will ever happen any more');
      if (this.#time.now > HUNG_MS) this.stage.violate(`not over after ${HUNG_MS} ms`);
    }
    this.#operator.killForGood();
    for (const agency of this.#agencies.flat()) agency.killForGood();
  }

  /** The first time that the server collects a draw, its agencies are started, and its faults begin to come. */
  #beginDraw(draw: number): void {
    const { stage } = this;
    const { scenario, time, random } = stage;
    const plan = scenario.draws[draw - 1];
    if (!plan || draw <= this.#agencies.length) return;
    const parts = { draw, judge: this.judge, operator: this.#operator, onDone: () => this.#onDone() };
    const runners = plan.agencies.flatMap(({ jobs }, place) =>
      chainsOf(jobs).map((jobs) => new AgencyRunner(stage, { ...parts, agency: place + 1, jobs })),
    );
    this.#agencies.push(runners);
    for (const runner of runners) time.setTimeout(() => runner.begin(), random.between(0, 500));
    for (const { at, fault } of plan.faults) time.setTimeout(() => this.#inflict(fault), at);
  }

  #onDone(): void {
    const isLast = this.#agencies.length === this.stage.scenario.draws.length;
    if (isLast && this.#agencies.flat().every((agency) => agency.isDone)) this.#operator.finish();
  }

  /** Of the agency, in every draw that it is not done with. */
  #runnersOf(agency: number): AgencyRunner[] {
    return this.#agencies.flat().filter((runner) => runner.agency === agency && !runner.isDone);
  }

  #inflict(fault: Fault): void {
    if (this.#isOver) return;
    const { network, note } = this.stage;
    const operator = this.#operator;
    note('fault', JSON.stringify(fault));
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
        if (fault.ms < ANNOUNCE_MS || this.#runnersOf(fault.agency).every((runner) => runner.leaveAlone()))
          network.isolate(fault.agency, fault.ms);
        break;
      case 'killServer':
      case 'powerLoss':
        operator.kill({ isPowerLoss: fault.kind === 'powerLoss' });
        break;
      case 'stopServer':
        operator.stop();
        break;
      case 'damage':
        operator.damage();
        break;
      case 'otherAgencies':
        operator.startForOthers();
        break;
      case 'killAgency':
        for (const runner of this.#runnersOf(fault.agency)) runner.kill(fault);
        break;
      case 'twin':
        for (const runner of this.#runnersOf(fault.agency)) runner.twin();
        break;
      case 'failSync':
        operator.failSync();
        break;
      case 'fullDisk':
        operator.fillDisk(fault.ms);
        break;
      case 'visit':
        receiveVisitor(this.stage, operator, fault.visit);
        break;
      case 'stranger':
        receiveStranger(this.stage, this.judge, operator, fault);
    }
  }
}
