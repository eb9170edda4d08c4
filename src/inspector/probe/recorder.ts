/**
 * Records a process's inspection events in a file, one JSON line each. Several processes may record into one
 * file: whole lines are appended in one write. What cannot be written is lost, and how much that was is recorded.
 */
import { closeSync, constants, write, writeSync } from 'node:fs';
import { reasonOf } from '../../errors.ts';
import { openRegularSync } from '../../input/regular-file.ts';
import { escapeMessage } from '../../printable.ts';
import { now } from '../clock.ts';
import { FLUSH_MS, QUEUE_CHARS } from '../limits.ts';
import type { Sink } from './sink.ts';

const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY;

/** Lines that are written together. */
type Piece = { bytes: Buffer; lines: number };

export class Recorder implements Sink {
  readonly #file: string;
  readonly #process: string;
  #fd: number | undefined;
  #lines: string[] = [];
  #chars = 0;
  /** Lines that are in no file, since it was told last how many. */
  #lost = 0;
  /** The file ends in half a line. */
  #isTorn = false;
  #isWriting = false;
  #hasEnded = false;
  #hasComplained = false;
  #timer: NodeJS.Timeout | undefined;

  /** A file that cannot be written is said once, on stderr: a recording is no reason not to run. */
  constructor(file: string, process: string) {
    this.#file = file;
    this.#process = process;
    try {
      this.#fd = openRegularSync(file, FLAGS);
    } catch (error) {
      this.#complain(error);
    }
  }

  write(line: string): void {
    if (this.#fd === undefined || this.#hasEnded) return;
    if (this.#chars + line.length > QUEUE_CHARS) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(line);
    this.#chars += line.length;
    if (!this.#timer && !this.#isWriting) this.#timer = setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  /** Waits for the disk, once: a recording without its end is of little use. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#hasEnded = true;
    // What is being written comes first; its end keeps the process alive until then.
    if (!this.#isWriting) this.#finish();
  }

  #finish(): void {
    if (this.#fd === undefined) return;
    const piece = this.#take();
    try {
      for (let written = 0; written < piece.bytes.length; ) {
        const count = writeSync(this.#fd, piece.bytes, written);
        if (count === 0) break;
        written += count;
      }
      closeSync(this.#fd);
    } catch (error) {
      this.#complain(error);
    }
    this.#fd = undefined;
  }

  #take(): Piece {
    const lines = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    if (this.#lost > 0) {
      const lost = { type: '@quiniela.lost', process: this.#process, lost: this.#lost };
      lines.unshift(JSON.stringify({ ...lost, createdAt: now().toFixed(3) }));
      this.#lost = 0;
    }
    const text = lines.length > 0 ? `${this.#isTorn ? '\n' : ''}${lines.join('\n')}\n` : '';
    return { bytes: Buffer.from(text), lines: lines.length };
  }

  #flush(): void {
    this.#timer = undefined;
    this.#isWriting = true;
    this.#append(this.#take(), 0);
  }

  /** A write may take in only a part. */
  #append(piece: Piece, from: number): void {
    write(this.#fd!, piece.bytes, from, (error, count) => {
      if (!error && count > 0 && from + count < piece.bytes.length) {
        this.#append(piece, from + count);
        return;
      }
      if (error) {
        this.#complain(error);
        this.#lost += piece.lines;
      }
      this.#isTorn = error ? this.#isTorn || from > 0 : false;
      this.#isWriting = false;
      if (this.#hasEnded) this.#finish();
      else if (this.#lines.length > 0) this.#timer = setTimeout(() => this.#flush(), FLUSH_MS).unref();
    });
  }

  #complain(error: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const text = `cannot record to "${this.#file}": ${reasonOf(error)}`;
    console.error(`quiniela: ${escapeMessage(text)}`);
  }
}
