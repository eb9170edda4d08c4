/** An agency's file while it is open, and whether it is still what it was. */

import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { howMany } from '../../machines/how-many.ts';
import { agencyFileName } from '../data/file-name.ts';
import { codeOf, messageOf, reasonOf } from '../errors.ts';
import { openRegular } from './regular-file.ts';

export interface InputFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  /** What became of it since it was opened, as a clause; undefined if nothing did. */
  change(): Promise<string | undefined>;
  /** Whether anything was done to it that `change` does not see: somebody may have set its times back. */
  wasTouched(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading.
 *
 * @throws {UserError} `NOT_A_FILE`; the system's error
 */
export const openInputFile = async (path: string): Promise<InputFile> => {
  const handle = await openRegular(path);
  const first = await handle.stat({ bigint: true });
  return {
    read: (buffer, offset, length, position) => handle.read(buffer, offset, length, position),
    change: () => changeOf(path, first),
    wasTouched: async () => (await handle.stat({ bigint: true })).ctimeNs !== first.ctimeNs,
    close: () => handle.close(),
  };
};

/** Why a file cannot be read, with its path, which openRegular has said already. */
export const cannotRead = (path: string, error: unknown): string => {
  const reason = reasonOf(error);
  return codeOf(error) === 'NOT_A_FILE' ? reason : `cannot read ${JSON.stringify(path)}: ${reason}`;
};

/** Where the agencies' files are. */
export type InputFiles = { pathOf: (agency: number) => string; open: (path: string) => Promise<InputFile> };

/** The agencies' files in a folder. */
export const filesIn = (folder: string): InputFiles => ({
  pathOf: (agency) => join(folder, agencyFileName(agency)),
  open: openInputFile,
});

/** By the name, not the open file: a file that was renamed over it is another one. */
const changeOf = async (path: string, first: BigIntStats): Promise<string | undefined> => {
  const file = JSON.stringify(path);
  try {
    const now = await stat(path, { bigint: true });
    if (now.ino !== first.ino || now.dev !== first.dev) return `${file} was replaced by another file`;
    if (now.size !== first.size)
      return `${file} had ${howMany(Number(first.size), 'byte')} and has ${now.size} now`;
    if (now.mtimeNs !== first.mtimeNs) return `${file} was written again at ${now.mtime.toISOString()}`;
    return undefined;
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? `${file} was removed` : `${file}: ${messageOf(error)}`;
  }
};
