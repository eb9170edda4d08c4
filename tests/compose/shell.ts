/** Runs commands as a user types them, and makes folders that go away with the test. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export const REPOSITORY = join(import.meta.dirname, '..', '..');

export type Ran = { status: number | null; stdout: string; stderr: string };

/** Milliseconds after which a command is taken to hang: on a slow machine npm packs for a minute. */
const HANGS_MS = 600_000;

/** @param options.timeout milliseconds */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Ran {
  const { MODE: _mode, DATA: _data, FLEET: _fleet, COMPOSE_PROJECT_NAME: _name, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: options.cwd ?? REPOSITORY,
    // bash complains of a locale that this machine does not have.
    env: { ...inherited, LC_ALL: 'C', ...options.env },
    encoding: 'utf8',
    timeout: options.timeout ?? HANGS_MS,
  });
  return { status, stdout, stderr };
}

export function temporaryFolder(t: TestContext, name = 'quiniela-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), name)));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Why tests that need Docker are skipped, or false if they are not. */
export const withoutDocker: string | false =
  run('docker', ['compose', 'version']).status === 0 ? false : 'Docker with Compose is not installed';
