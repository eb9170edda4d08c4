/** Puts a bug into a copy of the sources, and runs the tests against it: one that lets it pass is no guard. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyBug, type Bug } from './bug.ts';

/** The project's folder. */
export const SOURCES = join(import.meta.dirname, '..', '..');

export const readSource = (file: string): string => readFileSync(join(SOURCES, file), 'utf8');

/** Milliseconds for one test: with a bug some wait for ever. Several times what the slowest takes beside others. */
const TEST_MS = 120_000;

/** Milliseconds for a file of tests. */
const FILE_MS = 5 * TEST_MS;

/** The copy's own folder for temporary files: short, as the names of sockets must be. */
const TEMPORARY = 't';

/** Writes what has failed, as soon as it has. */
const REPORTER = './tests/guards/failures.ts';

/** Runs a test file up to the first test that fails; resolves with its name, undefined if none does. */
const runTests = (cwd: string, file: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    // What a test leaves open must not keep the run alive, and what it has started must not outlive it.
    const ends = ['--test-force-exit', `--test-timeout=${TEST_MS}`];
    const args = ['--test', '--test-isolation=none', `--test-reporter=${REPORTER}`, ...ends, `tests/${file}`];
    // A run of tests inside a test would tell its results to that one. What is killed clears up nothing: the copy holds it.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined, TMPDIR: join(cwd, TEMPORARY) };
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.on('error', reject);
    const killAll = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Nobody is left.
      }
    };
    const timer = setTimeout(killAll, FILE_MS);
    let failures = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      failures += text;
      if (failures.includes('\n')) killAll();
    });
    child.on('exit', killAll);
    child.on('close', (code) => {
      clearTimeout(timer);
      const [first] = failures.split('\n');
      resolve(code === 0 ? undefined : first || 'a suite that does not start');
    });
  });

/**
 * The test that catches the bug, undefined if none does.
 *
 * @param files the tests to run, in this order, up to the first that fails
 * @throws if the bug cannot be put into the sources
 */
export const whatCatches = async (
  bug: Bug | undefined,
  files: readonly string[],
): Promise<string | undefined> => {
  const changed = bug ? applyBug(bug, readSource) : new Map<string, string>();
  const copy = await mkdtemp(join(tmpdir(), 'q-'));
  try {
    for (const part of [
      'machines',
      'src',
      'tests',
      'tools',
      'docker',
      'compose-templates',
      'package.json',
      'tsconfig.json',
    ])
      await cp(join(SOURCES, part), join(copy, part), { recursive: true });
    await mkdir(join(copy, TEMPORARY));
    await symlink(join(SOURCES, 'node_modules'), join(copy, 'node_modules'));
    for (const [file, text] of changed) await writeFile(join(copy, file), text);
    for (const file of files) {
      const test = await runTests(copy, file);
      if (test) return `${file}: ${test}`;
    }
    return undefined;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};
