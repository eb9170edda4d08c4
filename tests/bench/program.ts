/** A process under measurement: what it says and when, its processor time, and its peak memory. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

export type Ended = {
  /** `performance.now()` when its output ended. */
  at: number;
  /** User and system, of all its threads. */
  cpuMs: number;
  /** Highest resident size; NaN if there is no /proc. */
  peakBytes: number;
};

type ProgramOptions = {
  /** This process's Node if it is not given. */
  command?: string;
  /** Node's own options, the file, and its arguments. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
};

/** bash knows the processor time of what it ran to the millisecond; /proc has hundredths of a second. */
const TIMED = `TIMEFORMAT='%3U %3S'
{ time sh -c 'echo $$ >&3; exec "$@" 2>&4 3>&-' sh "$@"; } 4>&2 2>&3`;

const SAMPLE_MS = 20;
const TAIL_CHARS = 2_000;

const running = new Set<Program>();
process.on('exit', () => {
  for (const program of running) program.kill('SIGKILL');
});

export class Program {
  readonly startedAt = performance.now();
  readonly ended: Promise<Ended>;
  readonly #name: string;
  #pid = 0;
  #peakBytes = Number.NaN;
  #tail = '';
  #watches: { text: string; seen: (at: number) => void }[] = [];

  /** Starts it with nothing of this process's environment but the PATH. */
  constructor({ command = process.execPath, args, env = {} }: ProgramOptions) {
    this.#name = args.filter((arg) => !arg.startsWith('--')).join(' ');
    const child = spawn('bash', ['-c', TIMED, 'bash', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
    running.add(this);
    const [, stdout, stderr, times] = child.stdio as unknown as Readable[];
    stdout!.on('data', (chunk: Buffer) => this.#hear(chunk));
    stderr!.setEncoding('utf8').on('data', (text: string) => this.#keep(text));
    let told = '';
    times!.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (this.#pid === 0) this.#pid = Number.parseInt(told, 10);
    });
    let outputEnded = 0;
    stdout!.on('end', () => {
      outputEnded = performance.now();
    });
    const sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        clearInterval(sampler);
        running.delete(this);
        if (code !== 0) return reject(new Error(`${this.#name} ended with ${code}:\n${this.#tail}`));
        const [user, system] = told.split('\n')[1]!.split(' ').map(Number) as [number, number];
        const cpuMs = (user + system) * 1000;
        resolve({ at: outputEnded, cpuMs, peakBytes: this.#peakBytes });
      });
    });
    this.ended.catch(() => {}); // whoever waits for it hears of it
  }

  /** When its output next has `text`, as `performance.now()`. @throws if it ends without */
  seen(text: string): Promise<number> {
    const found = new Promise<number>((seen) => this.#watches.push({ text, seen }));
    const never = this.ended.then(() => {
      throw new Error(`${this.#name} never said "${text}":\n${this.#tail}`);
    });
    return Promise.race([found, never]);
  }

  /** Once its output has `text`, also if that came before, with something else that was waited for. */
  async said(text: string): Promise<void> {
    if (!this.#tail.includes(text)) await this.seen(text);
  }

  /** The end of what it has said so far. */
  get tail(): string {
    return this.#tail;
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#pid === 0) return;
    this.#sample();
    process.kill(this.#pid, signal);
  }

  #hear(chunk: Buffer): void {
    const before = this.#tail;
    this.#keep(chunk.subarray(-TAIL_CHARS).toString());
    const waiting = this.#watches;
    if (waiting.length === 0) return;
    const at = performance.now();
    // A text may begin in the chunk before.
    const seam = before.slice(-200) + chunk.subarray(0, 200).toString();
    this.#watches = waiting.filter(({ text, seen }) => {
      const isThere = seam.includes(text) || chunk.includes(text);
      if (isThere) seen(at);
      return !isThere;
    });
  }

  #keep(text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL_CHARS);
  }

  #sample(): void {
    if (this.#pid === 0) return;
    try {
      const status = readFileSync(`/proc/${this.#pid}/status`, 'latin1');
      const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(status) ?? [];
      // A process that is ending has none any more.
      if (kilobytes !== undefined) this.#peakBytes = Number(kilobytes) * 1024;
    } catch {}
  }
}
