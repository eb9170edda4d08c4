/**
 * Where the log's lines go. Each line is written at once, so nothing is lost when the process dies. Only if the reader
 * of a pipe or terminal does not keep up do lines wait in memory: a reader never holds up the program.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { codeOf } from '../errors.ts';
import { LOG_EXIT_MS, LOG_QUEUE_CHARS, LOG_RETRY_MS } from '../limits.ts';
import { now } from '../runtime/time.ts';

/** Takes whole lines. */
export interface LogDestination {
  write(line: string): void;
}

/** Milliseconds between two attempts while the process ends. */
const LAST_RETRY_MS = 2;

const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;

/**
 * The same file, to write without waiting for its reader. It is opened anew, as others (a shell, the program that
 * started this one) may share the descriptor and count on its waiting.
 */
const neverWaiting = (fd: number): number => {
  try {
    if (fstatSync(fd).isFile()) return fd;
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND);
  } catch {
    // A socket, no Linux, or Node's permission model: Node's own stream makes the descriptor itself so.
    if (fd === 1) void process.stdout;
    return fd;
  }
};

const linesIn = (text: string): number => text.split('\n').length - 1;

/** Outputs whose reader does not keep up. */
const waiting = new Set<LogOutput>();
process.on('exit', () => {
  for (const output of waiting) output.flushAtLast();
});

export class LogOutput implements LogDestination {
  readonly #fd: number;
  /** Told of lines that were lost, once lines are written again. */
  readonly #onLost: (lines: number) => void;
  readonly #mostChars: number;
  /** What could not be written yet, and whether its beginning was. */
  #rest: Buffer | undefined;
  #isBegun = false;
  /** Lines that wait behind it. */
  #queue: string[] = [];
  #queuedChars = 0;
  #lost = 0;
  /** The end of a line was lost: the next one begins on a line of its own. */
  #isTorn = false;

  constructor(fd: number, onLost: (lines: number) => void, mostChars = LOG_QUEUE_CHARS) {
    this.#fd = neverWaiting(fd);
    this.#onLost = onLost;
    this.#mostChars = mostChars;
  }

  write(line: string): void {
    if (this.#rest) this.#keep(line);
    else if (!this.#put(line)) this.#retryLater();
  }

  #keep(line: string): void {
    if (this.#queuedChars + line.length > this.#mostChars) {
      this.#lost += linesIn(line);
      return;
    }
    this.#queue.push(line);
    this.#queuedChars += line.length;
  }

  /** Whether all was written, or is lost; else the rest waits. */
  #put(text: string): boolean {
    const line = this.#isTorn ? `\n${text}` : text;
    let written = 0;
    try {
      written = writeSync(this.#fd, line);
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') {
        this.#lost += linesIn(text); // the next one is tried again
        return true;
      }
    }
    this.#isTorn = false;
    if (written >= Buffer.byteLength(line)) {
      if (this.#lost > 0) this.#tellLost();
      return true;
    }
    this.#rest = Buffer.from(line).subarray(written);
    this.#isBegun = written > 0;
    return this.#putRest();
  }

  /** The same for the rest that waits. */
  #putRest(): boolean {
    while (this.#rest) {
      const unwritten = this.#rest;
      try {
        const rest = unwritten.subarray(writeSync(this.#fd, unwritten));
        this.#isBegun = true;
        this.#rest = rest.length > 0 ? rest : undefined;
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') return false;
        // A closed pipe or a full disk.
        this.#lost += linesIn(unwritten.toString());
        this.#isTorn ||= this.#isBegun;
        this.#rest = undefined;
      }
    }
    return true;
  }

  /** All that waits, as far as the reader takes it. */
  #flush(): boolean {
    while (this.#putRest()) {
      if (this.#queue.length === 0) return true;
      this.#rest = Buffer.from(this.#queue.join(''));
      this.#isBegun = false;
      this.#queue = [];
      this.#queuedChars = 0;
    }
    return false;
  }

  #retryLater(): void {
    waiting.add(this);
    setTimeout(() => {
      if (!this.#flush()) return this.#retryLater();
      waiting.delete(this);
      this.#tellLost();
    }, LOG_RETRY_MS).unref();
  }

  #tellLost(): void {
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#onLost(lost);
  }

  /** The process ends: the reader has a last chance. */
  flushAtLast(): void {
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    const until = now() + LOG_EXIT_MS;
    while (!this.#flush() && now() < until) Atomics.wait(sleeper, 0, 0, LAST_RETRY_MS);
    if (!this.#rest) this.#tellLost();
  }
}
