/** The agencies' files that are not there: which, and making them without touching any that is. */
import { createWriteStream, existsSync } from 'node:fs';
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { agencyFileName } from './file-name.ts';
import { RowMaker } from './rows.ts';

/** Bytes made and written at a time: large enough that the calls do not count. */
const CHUNK_BYTES = 256 * 1024;

/** Numbers of the agencies, of 1 to `agencies`, that have no file in `folder`. */
export const missingAgencies = (folder: string, agencies: number): number[] =>
  Array.from({ length: agencies }, (_, index) => index + 1).filter(
    (agency) => !existsSync(join(folder, agencyFileName(agency))),
  );

export type MissingOptions = {
  folder: string;
  /** Agencies whose file is made. */
  missing: readonly number[];
  /** Rows of each. */
  bets: number;
  seed: number;
  /** Stops; the file that is being written is removed. */
  signal: AbortSignal;
};

/**
 * Makes the files as `quiniela data` does, the same bytes. A file has its name only when it is whole, and one
 * that somebody else put there meanwhile stays.
 *
 * @throws {UserError} `DATA_DIR` when the folder cannot be written
 */
export async function makeMissing({ folder, missing, bets, seed, signal }: MissingOptions): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    for (const agency of missing) {
      const path = join(folder, agencyFileName(agency));
      // The name that the generator's own leftovers have: its next run removes what a killed one left.
      const unfinished = `${path}.${process.pid}.unfinished`;
      try {
        await pipeline(rowsOf(agency, bets, seed), createWriteStream(unfinished), { signal });
        await name(unfinished, path);
      } finally {
        await rm(unfinished, { force: true });
      }
    }
  } catch (error) {
    if (codeOf(error) === undefined || signal.aborted) throw error;
    const text = `cannot make the agencies' files in ${JSON.stringify(folder)}: ${reasonOf(error)}`;
    throw new UserError('DATA_DIR', text, { cause: error });
  }
}

/** What `link` answers if the file system has no links, as vfat or a shared folder. */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']);

/** Gives a file its name, unless another has it by now; a file system without links can only look first. */
async function name(file: string, path: string): Promise<void> {
  try {
    await link(file, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (!WITHOUT_LINKS.has(codeOf(error) ?? '')) throw error;
    if (!existsSync(path)) await rename(file, path);
  }
}

function* rowsOf(agency: number, bets: number, seed: number): Generator<Uint8Array> {
  const maker = new RowMaker(seed, agency);
  for (let left = bets; left > 0; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { rows, bytes } = maker.fill(chunk, left);
    left -= rows;
    yield chunk.subarray(0, bytes);
  }
}
