/**
 * Records a process's inspection events in a file, one JSON line each. Several processes may record into one
 * file: whole lines are appended in one write.
 */
import { closeSync, constants, write, writeSync } from 'node:fs';
import { openRegularSync } from '../regular-file.ts';
import { FLUSH_MS, QUEUE_CHARS } from './limits.ts';
import type { Sink } from './sink.ts';

export class Recorder implements Sink {
  readonly #fd: number | undefined;
  #lines: string[] = [];
  #chars = 0;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  /** A file that cannot be written is said once, on stderr: a recording is no reason not to run. */
  constructor(file: string) {
    try {
      const { O_APPEND, O_CREAT, O_WRONLY } = constants;
      this.#fd = openRegularSync(file, O_APPEND | O_CREAT | O_WRONLY);
    } catch (error) {
      console.error(`quiniela: cannot record to "${file}": ${(error as Error).message}`);
    }
  }

  write(line: string): void {
    if (this.#fd === undefined || this.#chars + line.length > QUEUE_CHARS) return;
    this.#lines.push(line);
    this.#chars += line.length;
    if (!this.#timer && !this.#isWriting) this.#timer = setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  /** Waits for the disk, once: a recording without its end is of little use. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#fd === undefined) return;
    try {
      const rest = this.#take();
      if (rest.length > 0) writeSync(this.#fd, rest);
      if (!this.#isWriting) closeSync(this.#fd);
    } catch {}
  }

  #take(): Buffer {
    const text = this.#lines.length > 0 ? `${this.#lines.join('\n')}\n` : '';
    this.#lines = [];
    this.#chars = 0;
    return Buffer.from(text);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#isWriting = true;
    write(this.#fd!, this.#take(), () => {
      this.#isWriting = false;
      if (this.#lines.length > 0) this.#flush();
    });
  }
}
