/** Starts the program as real processes, reads what they log, and waits for how they end. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** Milliseconds after which what was awaited is taken for lost: far beyond what anything here takes. */
export const PATIENCE_MS = 180_000;

/** Milliseconds in which a program that is told to stop has to be gone: Docker kills it then. */
export const STOP_MS = 10_000;

type Exit = { code: number | null; signal: NodeJS.Signals | null };
export type Environment = Readonly<Record<string, string>>;

/** Variables of the machine that runs the tests must not reach what is tested. */
const FOREIGN =
  /^(MAKELEVEL$|CLI|DRAW|SERVER|AGENC|STORE|LOG|METRICS|ANNOUNCE|BET_|TLS_|NOMBRE|APELLIDO|DOCUMENTO|NACIMIENTO|NUMERO)/;
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));

/** Node keeps what it compiled: a process then starts in a third of the time. */
const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), 'quiniela-compile-cache') };

/** Signs are not ASCII, whatever terminal the tests are run at. */
const UNICODE = { LC_ALL: 'C.UTF-8' };

/** Programs that a test starts end with it, whatever happens to it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Program {
  /** What it wrote to stdout. */
  readonly lines: string[] = [];
  /** What it wrote to stderr: nothing, unless it could not even start. */
  stderr = '';
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();
  #hasExited = false;

  /** @param options.shell a command that ends in becoming the program, `"$0" "$@"` */
  constructor(
    args: readonly string[],
    env: Environment = {},
    { shell }: { shell?: string | undefined } = {},
  ) {
    const command = [process.execPath, MAIN, ...args];
    if (shell) command.unshift('sh', '-c', shell);
    this.#child = spawn(command[0]!, command.slice(1), {
      env: { ...COMPILED, ...inherited, ...UNICODE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const child = this.#child;
    running.add(child);
    createInterface({ input: child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      this.#wake();
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      this.stderr += chunk;
    });
    this.exited = new Promise((resolve) => {
      child.on('close', (code, signal) => {
        running.delete(child);
        this.#hasExited = true;
        resolve({ code, signal });
        this.#wake();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  /** What it writes to stdout is not taken any more. */
  stopReading(): void {
    this.#child.stdout!.pause();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line, from the `from`-th on, that has this text or pattern; waits for it. */
  async line(wanted: string | RegExp, from = 0): Promise<string> {
    const matches = (line: string) =>
      typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line);
    let found: string | undefined;
    await this.#until(() => {
      found = this.lines.slice(from).find(matches);
      return found !== undefined;
    }, `a line with ${wanted}`);
    return found!;
  }

  /** Lines with this text, so far. */
  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** Waits for its end, which must be this exit code, with nothing on stderr, within `withinMs` from now. */
  async expectExit(code: number, withinMs = PATIENCE_MS): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`it still runs after ${withinMs} ms\n${this.#said()}`)),
        withinMs,
      );
    });
    const exit = await Promise.race([this.exited, late]).finally(() => clearTimeout(timer));
    assert.deepEqual(exit, { code, signal: null }, this.#said());
    assert.equal(this.stderr, '', this.#said());
  }

  /** Ends it in whatever way works, for a test's cleanup. */
  async kill(): Promise<void> {
    if (!this.#hasExited) this.#child.kill('SIGKILL');
    await this.exited;
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isTrue()) {
      const left = deadline - Date.now();
      if (this.#hasExited || left <= 0) {
        throw new Error(`${this.#hasExited ? 'it ended' : 'it went on'} without ${what}\n${this.#said()}`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#watchers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#watchers.add(wake);
      });
    }
  }

  #wake(): void {
    for (const wake of [...this.#watchers]) wake();
  }

  #said(): string {
    const lines = this.lines.length > 60 ? ['…', ...this.lines.slice(-60)] : this.lines;
    return `stdout:\n${lines.join('\n')}\nstderr:\n${this.stderr}`;
  }
}
