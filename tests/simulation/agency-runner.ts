/** Whoever runs an agency in a draw: its jobs, one after the other, each again until it succeeds. */
import { createPrivateKey } from 'node:crypto';
import { fromCallback } from 'xstate';
import type { AgencyInput } from '../../machines/agency/upload.ts';
import type { Receipt } from '../../machines/vocabulary/draw.ts';
import { newDigest, signWith } from '../../src/identity/proof.ts';
import { betFile } from '../../src/input/bet-file.ts';
import { LINE_BYTES, TP0_READ_BYTES } from '../../src/limits.ts';
import { wireBet } from '../../src/lottery/bet.ts';
import { connector } from '../../src/net/connector.ts';
import { encodeBet } from '../../src/protocol/encoder.ts';
import { agencySystem } from '../../src/wiring/agency.ts';
import { fileOf } from './bets.ts';
import { uploadByHand } from './by-hand.ts';
import type { Judge } from './judge.ts';
import { SimulatedReceipts } from './receipts.ts';
import type { Job } from './scenario.ts';
import type { SimulatedSocket } from './socket.ts';
import { type Meddling, type Process, type Stage, startProcess } from './stage.ts';

/** A process of the agency, and the connections that it made. */
type Running = {
  process: Process;
  sockets: Set<SimulatedSocket>;
  /** It was started for its draw, or the server has told it. */
  knowsDraw: boolean;
};

type RunnerOptions = {
  agency: number;
  draw: number;
  jobs: readonly Job[];
  judge: Judge;
  operator: Meddling;
  onDone: () => void;
  /** May it give up for this reason? */
  isExcused?: (error: string) => boolean;
};

export class AgencyRunner {
  readonly #stage: Stage;
  readonly #judge: Judge;
  readonly #operator: Meddling;
  readonly agency: number;
  readonly #draw: number;
  readonly #onDone: () => void;
  readonly #isExcused: (error: string) => boolean;
  #jobs: readonly Job[];
  readonly #running = new Set<Running>();
  readonly #receipts: SimulatedReceipts;
  /** Nobody starts it again: who does not know its draw by itself could take part in the next. */
  #isLeftAlone = false;
  #lastError = '';
  /** How many winners it logged: all that the original's dialect tells. */
  winners: number | undefined;

  constructor(
    stage: Stage,
    { agency, draw, jobs, judge, operator, onDone, isExcused = () => false }: RunnerOptions,
  ) {
    this.#stage = stage;
    this.agency = agency;
    this.#draw = draw;
    this.#judge = judge;
    this.#operator = operator;
    this.#onDone = onDone;
    this.#isExcused = isExcused;
    this.#jobs = jobs;
    this.#receipts = new SimulatedReceipts(stage);
  }

  /** Takes part. */
  begin(): void {
    this.#start();
  }

  /** All processes die; `isSilent`: with their computer, so that the server does not notice. */
  kill({ isSilent }: { isSilent: boolean }): void {
    // Who knows its winners has done its job.
    if (this.#running.size === 0 || this.#isLeftAlone) return;
    if (this.winners !== undefined && this.#knownDraw === undefined) return;
    for (const running of this.#running) {
      if (isSilent) for (const socket of running.sockets) socket.vanish();
      running.process.kill();
    }
    this.#running.clear();
    this.#startLater();
  }

  /** The same process once more, beside the first. */
  twin(): void {
    const [job] = this.#jobs;
    if (this.#running.size !== 1 || this.#isLeftAlone || job?.kind !== 'lottery' || this.#isTp0) return;
    this.#start();
  }

  /** May it be cut off until its draw is over? Only if it then knows which one that was. */
  leaveAlone(): boolean {
    const [job] = this.#jobs;
    if (job?.kind !== 'lottery' || this.#isTp0 || this.#running.size === 0) return false;
    const areSure = [...this.#running].every(({ knowsDraw }) => knowsDraw);
    this.#isLeftAlone ||= areSure && this.#knownDraw === undefined;
    return areSure;
  }

  killForGood(): void {
    for (const { process } of this.#running) process.kill();
  }

  /** One of its processes has the server on the line. */
  get isConnected(): boolean {
    const isOpen = (socket: SimulatedSocket) => !socket.isClosed && socket.peer !== undefined;
    return [...this.#running].some(({ sockets }) => [...sockets].some(isOpen));
  }

  /** The receipt that it has kept. */
  get receipt(): Receipt | undefined {
    return this.#receipts.kept;
  }

  get isDone(): boolean {
    return this.#jobs.length === 0;
  }

  /** The draw that a process is started for, if anybody knows. */
  get #knownDraw(): string | undefined {
    return this.#settings.memory === 'told' ? `${this.#draw}` : this.#receipts.draw;
  }

  get #plan() {
    return this.#stage.scenario.draws[this.#draw - 1]!.agencies[this.agency - 1]!;
  }

  get #settings() {
    return this.#stage.scenario.agencies[this.agency - 1]!;
  }

  get #isTp0(): boolean {
    return this.#settings.dialect === 'tp0';
  }

  #startLater(): void {
    const { time, random } = this.#stage;
    const job = this.#jobs[0];
    time.setTimeout(
      () => {
        if (this.#running.size === 0 && this.#jobs[0] === job) this.#start();
      },
      random.between(50, 500),
    );
  }

  #start(): void {
    const [job] = this.#jobs;
    if (!job) return;
    const sockets = new Set<SimulatedSocket>();
    const call = () => {
      const window = job.kind === 'byHand' ? undefined : this.#settings.window;
      const socket = this.#stage.network.connect({ agency: this.agency, draw: this.#draw, window });
      sockets.add(socket);
      socket.on('data', (data: Buffer) => {
        running.knowsDraw ||= data.toString('latin1').startsWith('WELCOME:');
      });
      return socket;
    };
    const running: Running = {
      sockets,
      knowsDraw: this.#knownDraw !== undefined,
      process: { stop() {}, kill() {} },
    };
    this.#running.add(running);
    const onExit = (code: number) => {
      if (this.#running.delete(running)) this.#onExit(job, code);
    };
    running.process = job.kind === 'byHand' ? this.#byHand(job, call, onExit) : this.#run(job, call, onExit);
  }

  #onExit(job: Job, code: number): void {
    const isLate = code !== 0 && job.kind === 'bet' && job.isBeside && this.#lastError.includes('FINISHED');
    if (code === 0) this.#checkDone(job);
    if (code === 0 || isLate) {
      for (const { process } of this.#running) process.kill();
      this.#running.clear();
      this.#jobs = this.#jobs.slice(1);
      if (this.isDone) this.#onDone();
      else this.#startLater();
      return;
    }
    // The original's dialect says nothing of who took over: it is not waited for without end.
    const isCutOff = this.#isTp0 && this.#lastError.includes('is another agency');
    if (!isCutOff && !this.#isExcused(this.#lastError))
      this.#stage.violate(`agency ${this.agency} gave up on ${job.kind}`);
    if (this.#running.size === 0) this.#startLater();
  }

  /** Nobody says 0 for half a job. */
  #checkDone(job: Job): void {
    const [draw, agency] = [this.#draw, this.agency];
    const { bets } = this.#plan;
    const { maxAmount } = this.#settings;
    const half = (text: string) =>
      this.#stage.violate(`agency ${agency} in draw ${draw} ends with 0, ${text}`);
    if (job.kind === 'bet' && !this.#judge.singles.has(job.id)) half(`bet ${job.id} is not acknowledged`);
    if (job.kind === 'batches') {
      const acknowledged = this.#judge.acknowledgedOf(draw, agency);
      if (acknowledged < Math.min(bets.length, job.batches * maxAmount)) half(`${acknowledged} bets stored`);
    }
    if (job.kind !== 'lottery') return;
    const logged = this.winners;
    const told = this.#isTp0 ? logged : this.#judge.toldTo(draw, agency)?.length;
    if (told === undefined || told !== logged) half(`told ${told} winners, it logs ${logged}`);
  }

  #byHand(
    job: Extract<Job, { kind: 'byHand' }>,
    call: () => SimulatedSocket,
    onExit: (code: number) => void,
  ) {
    const { dialect, maxAmount } = this.#settings;
    const task = { ...job, dialect, maxAmount, agency: this.agency, bets: this.#plan.bets };
    return uploadByHand(this.#stage, this.#operator, task, call, onExit);
  }

  #run(job: Exclude<Job, { kind: 'byHand' }>, call: () => SimulatedSocket, onExit: (code: number) => void) {
    const { time, random, note } = this.#stage;
    const { dialect, maxAmount, window } = this.#settings;
    const who = `agency ${this.agency}`;
    const content = fileOf(this.#plan.bets);
    const own = this.#stage.certificates?.[this.agency];
    const sign = own && signWith(createPrivateKey(own.key));
    const logic = agencySystem({
      log: {
        log: (...entries) => {
          for (const entry of entries) {
            note(who, entry);
            if (entry.details?.error) this.#lastError = String(entry.details.error);
            if (entry.action === 'consulta_ganadores') this.winners = Number(entry.details?.cant_ganadores);
          }
        },
      },
      signals: fromCallback(() => {}),
      socket: connector({ call: call as never, signerOf: () => sign, idleMs: 5_000, clock: time }),
      receipts: this.#receipts as never,
      random: () => random.next(),
      betFile: betFile({
        newDigest: own && newDigest,
        dialect,
        maxAmount,
        maxBytes: dialect === 'tp0' ? TP0_READ_BYTES : LINE_BYTES,
        files: {
          pathOf: () => 'agency.csv',
          open: async () => ({
            read: async (into, offset, length, position) => ({
              bytesRead: content.copy(into, offset, position, position + Math.min(length, 700)),
            }),
            change: async () => undefined,
            wasTouched: async () => false,
            close: async () => {},
          }),
        },
      }),
    });
    const input: AgencyInput = {
      id: this.agency,
      mode: job.kind,
      dialect,
      loopAmount: job.kind === 'batches' ? job.batches : 0,
      loopPeriodMs: 0,
      window,
      maxAttempts: Number.POSITIVE_INFINITY,
      connectMs: 5_000,
      backOffMs: 100,
      backOffCapMs: 5_000,
      takeoverCapMs: 5_000,
      maxCuts: 8,
      closeMs: 2_000,
      bet: job.kind === 'bet' ? singleBet(job) : undefined,
      draw: this.#knownDraw,
      keepsReceipts: this.#settings.memory === 'receipts',
      maxInvalid: { rows: 0 },
    };
    return startProcess(this.#stage, who, { logic, input, onExit });
  }
}

const singleBet = ({ id, bet }: Extract<Job, { kind: 'bet' }>) => ({
  id,
  line: encodeBet(id, wireBet(bet)),
  document: bet.document,
  number: bet.number,
});
