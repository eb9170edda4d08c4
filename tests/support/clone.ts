/** A clone of the working tree to run `make` in, its packages included. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';

/**
 * The working tree without what is made in it, in a folder of its own that goes away with the test.
 *
 * @param name of a folder in there that holds the clone; the clone is that folder itself unless told
 */
export function clone(t: TestContext, name = ''): string {
  const folder = join(temporaryFolder(t), name);
  mkdirSync(folder, { recursive: true });
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  assert.equal(listed.status, 0, listed.stderr);
  const files = listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(REPOSITORY, file)));
  for (const file of files) {
    cpSync(join(REPOSITORY, file), join(folder, file), { preserveTimestamps: true });
  }
  // Links if that is possible: the packages are large, and only read.
  const copied = ['-al', '-a'].some(
    (how) => run('cp', [how, join(REPOSITORY, 'node_modules'), folder]).status === 0,
  );
  assert.ok(copied);
  return folder;
}
