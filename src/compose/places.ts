/** Where the repository is, and how a compose file in some folder names what it mounts. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { codeOf, UserError } from '../errors.ts';

/** The folder above this file that holds the templates: a clone, or the dist/ of what npm installs. */
export function findRepository(): string {
  const from = import.meta.dirname;
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'compose-templates', 'base.yaml'))) return folder;
    if (dirname(folder) === folder) {
      throw new UserError(
        'TEMPLATES',
        `cannot find the folder compose-templates above "${from}": run it from a clone, or by npx`,
      );
    }
  }
}

/**
 * The folder that FILE is to be written in.
 *
 * @throws {UserError} `FILE` if it is no folder
 */
export function folderOf(file: string): string {
  const folder = dirname(resolve(file));
  try {
    if (statSync(folder).isDirectory()) return folder;
  } catch (cause) {
    const why = codeOf(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${codeOf(cause)})`;
    throw new UserError('FILE', `cannot write "${file}": the folder "${folder}" ${why}`, { cause });
  }
  throw new UserError('FILE', `cannot write "${file}": "${folder}" is not a folder`);
}

/**
 * How the compose file names a place. Compose takes a relative path from the folder of the file, so the file
 * stays right when a clone is moved; a folder reached through a link has two names with different parents,
 * there only an absolute path is right.
 *
 * @param folder of the compose file
 * @param place an absolute path
 */
export function nameFrom(folder: string, place: string): string {
  const real = realpathSync(folder);
  const path = relative(real, place) || '.';
  if (isAbsolute(path)) return path;
  if (!path.startsWith('..')) return path === '.' ? path : `./${path}`;
  return real === folder ? path : place;
}
