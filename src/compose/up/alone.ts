/** One `make up` at a time in a clone: of two each would make some of the containers, and fail at those of the other. */
import { join } from 'node:path';
import { codeOf, UserError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { lockFolder } from '../../store/lock.ts';

/** @throws {UserError} `UP` if another one is under way */
export async function alone<T>(root: string, run: () => T | Promise<T>): Promise<T> {
  // What is made from here on is for the containers' user too, whatever the umask: the folder is the first of it.
  process.umask(0o022);
  const folder = join(root, '.data');
  const unlock = await makeFolder(folder)
    .then(() => lockFolder(folder))
    .catch((cause) => {
      // A folder that cannot be written is said by whoever has something to write.
      if (codeOf(cause) !== 'LOCKED') return undefined;
      const text =
        'cannot start the system: another make up is under way in this folder: wait until it has ended, or end it (Ctrl-C)';
      throw new UserError('UP', text, { cause });
    });
  try {
    return await run();
  } finally {
    await unlock?.();
  }
}
