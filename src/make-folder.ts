/** Makes a folder and those above it. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EXIT_PERMANENT } from '../machines/exit-codes.ts';
import { codeOf, UserError } from './errors.ts';

const FOR_OTHERS: readonly RegExp[] = [
  /^~(\/|$)/,
  /^file:\//i,
  // A file of variables has them as somebody typed them: not every reader takes quotes and blanks away.
  /^[\s"']/,
  /^\$([A-Z_]+(\/|$)|\{)/,
  /^%\w+%/,
  ...(process.platform === 'win32' ? [] : [/^[a-z]:[\\/]/i]),
];

/** What a path is to be without, in words. */
export const MARKS_FOR_OTHERS = '~, $NAME, quotes or C: before it';

/** Whether it is a path only for a shell, a browser or Windows: to the system it is a folder called `~`, `file:` or `"`. */
export const isForOthers = (path: string): boolean => FOR_OTHERS.some((form) => form.test(path));

/**
 * Not by Node's own `recursive`: if a folder is there and takes no other (`/proc/x`) it tries for ever, in a thread
 * that no deadline ends.
 *
 * @throws the system's error; ENOTDIR if something else has its name; UserError if a link that leads nowhere has it, or if
 * it is no path here
 */
export async function makeFolder(folder: string): Promise<void> {
  if (isForOthers(folder)) {
    const text = `"${folder}" is no path yet, nobody replaces its beginning here: write the whole path, or ./ before it`;
    throw new UserError('PATH', text, { exitCode: EXIT_PERMANENT });
  }
  const parent = dirname(folder);
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && parent !== folder && !(await isFolder(parent))) {
      await makeFolder(parent);
      await makeFolder(folder);
    } else if (!(await isFolder(folder))) {
      // There is something of that name, and nothing behind it.
      if (codeOf(error) !== 'EEXIST') throw error;
      const text = `"${folder}" is a link to nothing, or to itself`;
      throw new UserError('DEAD_LINK', text, { exitCode: EXIT_PERMANENT });
    }
  }
}

/** @throws ENOTDIR if it is something else */
const isFolder = async (path: string): Promise<boolean> => {
  const stats = await stat(path).catch(() => undefined);
  if (!stats || stats.isDirectory()) return stats !== undefined;
  throw Object.assign(new Error(`ENOTDIR: not a directory, ${path}`), { code: 'ENOTDIR', syscall: 'mkdir' });
};
