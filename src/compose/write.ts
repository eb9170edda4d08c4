/** Puts a compose file on disk: whole or not at all. */
import {
  accessSync,
  constants,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { leftovers, unfinishedName } from '../unfinished.ts';
import { type ComposeOptions, composeFile, dataFolder } from './compose-file.ts';

/** Of a name as long as the system takes there is no room for the rest of a draft's. */
const NAME_CHARS = 100;

const cannotWrite = (file: string, why: string, cause?: unknown): UserError =>
  new UserError('FILE', `cannot write "${file}": ${why}`, { cause });

/** The file that FILE stands for (a link's own target), or undefined if there is none yet. */
function existing(file: string): string | undefined {
  try {
    const path = realpathSync(file);
    const stats = statSync(path);
    if (stats.isDirectory()) throw cannotWrite(file, 'it is a folder');
    if (!stats.isFile()) throw cannotWrite(file, 'it is not a regular file');
    accessSync(path, constants.W_OK);
    return path;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function replaceFile(file: string, text: string): void {
  const target = existing(file) ?? resolve(file);
  const folder = dirname(target);
  const name = `.${basename(target).slice(0, NAME_CHARS)}`;
  for (const left of leftovers(readdirSync(folder), (whole) => whole === name)) rmSync(join(folder, left));
  const draft = join(folder, unfinishedName(name));
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Makes the folder of the agencies' files if nobody named another: Docker would make it, but as root's.
 *
 * @throws {UserError} `DATA` if a folder was named that is none, or into which this user may not look
 */
export async function provideDataFolder(options: Pick<ComposeOptions, 'data'>): Promise<void> {
  const data = dataFolder(options);
  try {
    if (options.data === undefined) await makeFolder(data);
  } catch (cause) {
    throw unusable(data, cause);
  }
  checkDataFolder(data);
}

/** @throws {UserError} `DATA` if it is no folder, or none into which this user may look */
export function checkDataFolder(folder: string): void {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is a file');
    accessSync(folder, constants.X_OK);
  } catch (cause) {
    throw unusable(folder, cause);
  }
}

const unusable = (folder: string, cause: unknown): UserError =>
  new UserError('DATA', `cannot use "${folder}" as the folder of the agencies' files: ${reasonOf(cause)}`, {
    cause,
  });

/**
 * Writes the compose file, and provides the folder of the agencies' files.
 *
 * @throws {UserError} `FILE` if it cannot be written, `DATA` as `provideDataFolder`
 */
export async function writeComposeFile(options: ComposeOptions): Promise<void> {
  await provideDataFolder(options);
  const text = composeFile(options);
  try {
    replaceFile(options.file, text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw cannotWrite(options.file, reasonOf(error), error);
  }
}
