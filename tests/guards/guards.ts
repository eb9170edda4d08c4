/**
 * Guards the guards: applies known bugs one by one to a copy of the sources, and runs the suites against each.
 * A suite that lets a bug pass is no guard.
 *
 *     node tests/guards/guards.ts [BUG...]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** The project's folder. */
export const sources = join(import.meta.dirname, '..', '..');
const bugs = join(import.meta.dirname, 'bugs');
/** The patch that puts a bug into the sources. */
export const bugFile = (bug: string): string => join(bugs, `${bug}.patch`);

/** Those that need neither Docker nor minutes; the first that fails has caught the bug. */
const SUITES = ['tests/store/*.test.ts', 'tests/simulation/*.test.ts', 'tests/machines/server.test.ts'];

export type Verdict = { bug: string; caughtBy: string | undefined };

/** The first test that a run says to have failed. */
const firstFailure = (output: string): string =>
  /✖ (?!failing tests)(.+?)(?: \([\d.]+ms\))?$/m.exec(output)?.[1] ?? 'a suite that does not start';

const run = (cwd: string, command: string, args: string[]) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } });

/**
 * Runs the suites against the sources with a bug, or without one where it is undefined.
 *
 * @throws where a patch does not apply: the code has moved on, and the bug must be written anew
 */
export const tryBug = (bug: string | undefined): Verdict => {
  const copy = mkdtempSync(join(tmpdir(), 'quiniela-guard-'));
  try {
    for (const part of ['machines', 'src', 'tests', 'package.json', 'tsconfig.json'])
      cpSync(join(sources, part), join(copy, part), { recursive: true });
    symlinkSync(join(sources, 'node_modules'), join(copy, 'node_modules'));
    const patch = bug && run(copy, 'git', ['apply', bugFile(bug)]);
    if (patch && patch.status !== 0) throw new Error(`the bug "${bug}" does not apply: ${patch.stderr}`);
    for (const suite of SUITES) {
      const { status, stdout } = run(copy, process.execPath, ['--test', suite]);
      if (status !== 0) return { bug: bug ?? 'no bug', caughtBy: `${suite}: ${firstFailure(stdout)}` };
    }
    return { bug: bug ?? 'no bug', caughtBy: undefined };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

/** The names of all known bugs. */
export const knownBugs = (): string[] => readdirSync(bugs).map((file) => basename(file, '.patch'));

if (import.meta.main) {
  const { caughtBy: complaint } = tryBug(undefined);
  if (complaint) {
    console.error(`${complaint} fails without any bug: there is nothing to learn from it`);
    process.exit(1);
  }
  const names = process.argv.length > 2 ? process.argv.slice(2) : knownBugs();
  const verdicts = names.map((bug) => {
    const verdict = tryBug(bug);
    console.log(`${bug}: ${verdict.caughtBy ? `caught by ${verdict.caughtBy}` : 'NOT CAUGHT'}`);
    return verdict;
  });
  const caught = verdicts.filter(({ caughtBy }) => caughtBy).length;
  console.log(`${caught} of ${verdicts.length} bugs are caught`);
  process.exitCode = caught === verdicts.length ? 0 : 1;
}
