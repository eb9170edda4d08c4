/** Where a bench works, and how it ends: nothing of it stays behind, and a user's mistake is one line. */
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../../src/errors.ts';

/** On the disk of the repository. */
export const DATA = join(import.meta.dirname, '../../.data');

/** Runs `main` with a folder that is removed at the end, also on a signal. */
export async function inWorkplace(main: (work: string) => Promise<void>): Promise<void> {
  // The lock's socket has a short name only if the folder's is relative.
  const work = relative('.', join(DATA, `bench-${process.pid}`));
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  await tellingMistakes(async () => {
    await mkdir(work, { recursive: true });
    await main(work);
  });
}

export async function tellingMistakes(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    // Not only its exit code: processes that are measured may still run.
    process.exit(1);
  }
}
