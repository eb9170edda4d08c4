/** What a terminal shows while the demo runs: a line that lives from the first moment, and the agencies' bars. */
import type { Progress } from '../../machines/vocabulary/demo.ts';
import { now } from '../runtime/time.ts';
import { Block, sizeOf, type Terminal } from '../terminal/block.ts';
import { CYAN, clipped, type Look } from '../terminal/look.ts';
import { barLines } from './bars.ts';
import { phaseOf } from './phase.ts';
import { Pace, Sums } from './progress.ts';

/** Milliseconds between two frames: fast enough to look alive, slow enough to cost nothing. */
const FRAME_MS = 100;

/** Bars that are looked at one by one; more are a wall. */
const MOST_BARS = 20;

/** Rows of the screen for what stands above the bars, for all together, and for what goes on. */
const OTHER_ROWS = 7;

const SPINNERS = { unicode: '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏', ascii: '|/-\\' };

/** Milliseconds of an upload after which it can be told how long the rest takes. */
const SETTLED_MS = 1_000;

type Run = { sums: Sums; pace: Pace; startedAt: number };

export class Live {
  readonly #terminal: Terminal;
  readonly #look: Look;
  readonly #block: Block;
  readonly #now: () => number;
  readonly #startedAt: number;
  #timer: NodeJS.Timeout | undefined;
  #frames = 0;
  #busy: string | undefined;
  #run: Run | undefined;

  constructor(terminal: Terminal, look: Look, clock: () => number = now) {
    this.#terminal = terminal;
    this.#look = look;
    this.#block = new Block(terminal);
    this.#now = clock;
    this.#startedAt = clock();
  }

  /** Says what goes on, until something else does. */
  busy(text: string): void {
    this.#busy = text;
    this.#timer ??= setInterval(() => this.frame(), FRAME_MS).unref();
  }

  open(agencies: readonly Progress[]): void {
    this.#run = { sums: new Sums(agencies), pace: new Pace(), startedAt: this.#now() };
  }

  change(agencies: readonly Progress[]): void {
    for (const progress of agencies) this.#run?.sums.add(progress);
  }

  /** The bars stay as they are. */
  closeBars(): void {
    if (!this.#run) return;
    this.#block.draw(['', ...this.#bars(this.#run, undefined)]);
    this.#block.close();
    this.#run = undefined;
  }

  /** Writes what stays, above what changes. */
  above(write: () => void): void {
    this.#block.clear();
    write();
    if (this.#run) this.frame();
  }

  /** Nothing goes on any more. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#block.clear();
  }

  frame(): void {
    this.#frames += 1;
    this.#block.draw(this.#run ? this.#running(this.#run) : [this.#line(this.#startedAt, this.#busy ?? '')]);
  }

  #running(run: Run): string[] {
    const { sums, pace, startedAt } = run;
    const rate = pace.add(this.#now(), sums.tally.sent);
    const text = `${restText(sums, rate, this.#now() - startedAt)}${phaseOf(sums)}`;
    return ['', ...this.#bars(run, rate), this.#line(startedAt, text)];
  }

  #bars({ sums }: Run, rate: number | undefined): string[] {
    const { columns, rows } = sizeOf(this.#terminal);
    const isEach = sums.latest.size <= Math.min(MOST_BARS, rows - OTHER_ROWS);
    return barLines(sums, { columns, isEach, rate }, this.#look);
  }

  #line(since: number, text: string): string {
    const signs = [...SPINNERS[this.#look.isUnicode ? 'unicode' : 'ascii']];
    const sign = signs[this.#frames % signs.length] ?? '';
    const seconds = ((this.#now() - since) / 1_000).toFixed(1);
    const { columns } = sizeOf(this.#terminal);
    return `  ${this.#look.paint(sign, CYAN)} ${clipped(`${seconds} s  ${text}`, columns - 5, this.#look)}`;
  }
}

/** How long the upload will go on, if that can be told and is worth it. */
const restText = ({ tally, latest }: Sums, rate: number | undefined, ms: number): string => {
  const left = tally.rows - tally.sent;
  if (!rate || left <= 0 || ms < SETTLED_MS || tally.heard < latest.size) return '';
  return `about ${Math.max(1, Math.ceil(left / rate))} s left  `;
};
