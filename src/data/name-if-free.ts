import { existsSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { codeOf } from '../errors.ts';

/** What `link` answers if the file system has no links, as vfat or a shared folder. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']);

/**
 * Gives a whole file its name, unless another has it by now; a file system without links can only look first.
 *
 * @returns whether it has it
 */
export async function nameIfFree(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(codeOf(error) ?? '')) throw error;
    if (existsSync(path)) return false;
    await rename(file, path);
  }
  return true;
}
