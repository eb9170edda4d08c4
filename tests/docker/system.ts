/** One system in Docker, from a compose file in a folder of its own with configuration and data of its own. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeFile } from '../../src/compose/compose-file.ts';
import type { AgencyMode } from '../../src/config/agency.ts';
import { type Ran, REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';

/** Milliseconds after which what was awaited of a container is taken for lost: a slow machine starts many at once. */
export const PATIENCE_MS = 120_000;

export const docker = (...args: string[]): Ran => run('docker', args);

/** Its output; a failure fails the test. */
export function dockerOk(...args: string[]): string {
  const { status, stdout, stderr } = docker(...args);
  assert.equal(status, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** What Compose has made for a project: others that run its images, as the bench does, have the project's label from those. */
export const containersOf = (project = 'tp0', format = '{{.Names}}'): string =>
  dockerOk(
    ...['ps', '-a', '--filter', `label=com.docker.compose.project=${project}`],
    ...['--filter', 'label=com.docker.compose.container-number', '--format', format],
  );

/** The lines of its output and of its errors, those first. */
export function dockerBoth(...args: string[]): string[] {
  const { stdout, stderr } = docker(...args);
  return `${stdout}${stderr}`.split('\n');
}

/** Removes whatever of the project is left. */
export function removeProject(): void {
  docker('compose', '-p', 'tp0', 'down', '-v', '-t', '1', '--remove-orphans');
}

/** Changes keys of one of the configuration files: `['amount: 5', 'amount: 2']`. */
type Edits = readonly (readonly [string, string])[];

type SystemOptions = {
  clients: number;
  mode?: AgencyMode;
  /** All agencies in one container. */
  fleet?: boolean;
  /** Rows of agency N at index N - 1, without line ends. */
  files?: readonly (readonly string[])[];
  server?: Edits;
  agency?: Edits;
};

export class System {
  readonly folder: string;
  readonly file: string;
  readonly #t: TestContext;

  constructor(t: TestContext, options: SystemOptions) {
    this.#t = t;
    this.folder = temporaryFolder(t);
    this.file = join(this.folder, 'compose.yaml');
    for (const folder of ['config', 'data']) mkdirSync(join(this.folder, folder));
    for (const [i, rows] of (options.files ?? []).entries()) {
      writeFileSync(join(this.folder, 'data', `agency-${i + 1}.csv`), rows.map((row) => `${row}\n`).join(''));
    }
    this.configure('server', options.server ?? []);
    this.configure('agency', options.agency ?? []);
    const { clients, mode, fleet } = options;
    const { folder, file } = this;
    writeFileSync(
      file,
      composeFile({ file, clients, mode, fleet, data: join(folder, 'data'), config: join(folder, 'config') }),
    );
    t.after(removeProject);
  }

  /** Writes a configuration file anew: the repository's with these edits. */
  configure(name: 'server' | 'agency', edits: Edits): void {
    let text = readFileSync(join(REPOSITORY, 'docker', `${name}.yaml`), 'utf8');
    for (const [from, to] of edits) {
      assert.ok(text.includes(from), `docker/${name}.yaml has no "${from}"`);
      text = text.replace(from, to);
    }
    writeFileSync(join(this.folder, 'config', `${name}.yaml`), text);
  }

  compose(...args: string[]): string {
    return dockerOk('compose', '-f', this.file, ...args);
  }

  up(...args: string[]): void {
    this.compose('up', '-d', ...args);
  }

  /** What is not gone within the grace period is killed by Docker, which measures it: its exit code is 137 then. */
  stop(): void {
    this.compose('stop');
  }

  /** All that a container has said. */
  logs(container: string): string[] {
    return dockerOk('logs', container).split('\n');
  }

  /** The first line of a container that fits, waited for. */
  async line(container: string, pattern: RegExp, timeoutMs = PATIENCE_MS): Promise<string> {
    return this.until(
      () => this.logs(container).find((line) => pattern.test(line)),
      timeoutMs,
      () => `no line of ${container} matches ${pattern}:\n${this.logs(container).slice(-30).join('\n')}`,
    );
  }

  /** The exit code of a container, once it has exited and stays so. */
  async exitCode(container: string, timeoutMs = PATIENCE_MS): Promise<number> {
    return this.until(
      () => {
        const [status, code] = this.inspect(container, '{{.State.Status}} {{.State.ExitCode}}').split(' ');
        return status === 'exited' ? Number(code) : undefined;
      },
      timeoutMs,
      () => `${container} does not exit:\n${this.logs(container).slice(-30).join('\n')}`,
    );
  }

  isRunning(container: string): boolean {
    return this.inspect(container, '{{.State.Running}}') === 'true';
  }

  inspect(container: string, format: string): string {
    return dockerOk('inspect', '-f', format, container);
  }

  /** The rows of bets.csv, sorted. */
  storedRows(): string[] {
    const copy = join(this.folder, 'bets.csv');
    dockerOk('cp', 'server:/data/draw/bets.csv', copy);
    return readFileSync(copy, 'utf8').split('\r\n').filter(Boolean).sort();
  }

  async until<T>(look: () => T | undefined, timeoutMs: number, failure: () => string): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) assert.fail(failure());
      this.#t.signal.throwIfAborted();
      await sleep(100);
    }
  }
}
