/** Runs the bench small, as a user's process. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../..');

export const bench = (file: string, env: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [join('tests/bench', file)], {
    cwd: ROOT,
    env: { ...process.env, SMALL: '1', FULL: '', RUNS: '', ONLY: '', BASE: '', ...env },
  });
