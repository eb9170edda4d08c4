/** Another revision of the program, in a git worktree of its own as long as it is measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UserError } from '../../src/errors.ts';

const ROOT = join(import.meta.dirname, '../..');

type Revision = { commit: string; subject: string };

// Synchronous: a signal is heard only between two of them, and what is to be removed is known by then.
const git = (...args: string[]) =>
  spawnSync('git', ['-c', 'core.hooksPath=/dev/null', ...args], { cwd: ROOT, encoding: 'utf8' });

/** @throws {UserError} `BASE` if git knows no such commit */
export function revisionOf(base: string | undefined): Revision {
  const { status, stdout } = git(
    'log',
    '-1',
    '--format=%h %s',
    '--end-of-options',
    `${base || '?'}^{commit}`,
    '--',
  );
  if (status !== 0) {
    const given = base ? JSON.stringify(base) : 'not set';
    throw new UserError(
      'BASE',
      `cannot compare: BASE is ${given}, must be a revision that git knows: a commit, a branch or a tag`,
    );
  }
  const [, commit, subject] = /^(\S+) (.*)/.exec(stdout)!;
  return { commit: commit!, subject: subject! };
}

/** Checks it out into `folder`, with its packages; removed when this process ends. */
export function checkOut({ commit }: Revision, path: string): string {
  const folder = resolve(path);
  // Twice: also if git was stopped while it made it, and has it locked.
  process.on('exit', () => git('worktree', 'remove', '--force', '--force', folder));
  must(git('worktree', 'add', '--quiet', '--detach', folder, commit));
  const [lock, ours] = [folder, ROOT].map((dir) => readFileSync(join(dir, 'package-lock.json'), 'utf8'));
  if (lock === ours) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  else must(spawnSync('npm', ['ci', '--loglevel=error', '--no-progress'], { cwd: folder, encoding: 'utf8' }));
  return folder;
}

function must({ status, stderr, error }: ReturnType<typeof git>): void {
  if (status !== 0)
    throw new UserError('BASE', `cannot check BASE out: ${(error?.message ?? stderr).trim()}`);
}
