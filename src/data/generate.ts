/** Writes agencies' files of made-up bets, as many as wanted, in constant memory. */
import { existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { leftovers, unfinishedName } from '../unfinished.ts';
import { checkDataArguments, type DataArguments } from './arguments.ts';
import { agencyFileName } from './file-name.ts';
import { nameIfFree } from './name-if-free.ts';
import { RowMaker } from './rows.ts';
import { writeRows } from './write-rows.ts';

export type DataProgress = {
  agency: number;
  agencies: number;
  /** Rows of this agency that are written, of `bets`. */
  written: number;
  bets: number;
};

type GenerateOptions = DataArguments & {
  dir: string;
  /** Makes only the files that are not there; one that somebody else puts there meanwhile stays. */
  onlyMissing?: boolean;
  onProgress?: (progress: DataProgress) => void;
  /** Stops between two chunks; the file that is being written is removed. */
  signal?: AbortSignal;
};

type GeneratedData = { files: string[]; rows: number; bytes: number };

const numbersTo = (agencies: number): number[] => Array.from({ length: agencies }, (_, index) => index + 1);

/** Numbers of the agencies, of 1 to `agencies`, that have no file in `dir`. */
export const missingAgencies = (dir: string, agencies: number): number[] =>
  numbersTo(agencies).filter((agency) => !existsSync(join(dir, agencyFileName(agency))));

const isOurs = (name: string): boolean => /^agency-\d+\.csv$/.test(name);

async function removeLeftovers(dir: string): Promise<void> {
  for (const name of leftovers(await readdir(dir), isOurs)) await rm(join(dir, name), { force: true });
}

async function generateAgency(agency: number, options: GenerateOptions, path: string): Promise<number> {
  const { agencies, bets, seed, onlyMissing, onProgress, signal } = options;
  const unfinished = unfinishedName(path);
  const file = await open(unfinished, 'w');
  try {
    const bytes = await writeRows(file, {
      maker: new RowMaker(seed, agency),
      bets,
      signal,
      onWritten: (written) => onProgress?.({ agency, agencies, written, bets }),
    });
    await file.close();
    await (onlyMissing ? nameIfFree : rename)(unfinished, path);
    return bytes;
  } finally {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

/**
 * Writes `agency-1.csv` to `agency-<agencies>.csv` into `dir`: rows `first,last,document,birthdate,number`
 * ending in CRLF, UTF-8, no header. The same seed gives the same bytes, and an agency's bytes do not depend
 * on how many others there are. A file has its name only when it is whole.
 *
 * @throws {UserError} `ARGUMENT` for a bad number, `DATA_DIR` when the folder cannot be written
 */
export async function generateAgencies(options: GenerateOptions): Promise<GeneratedData> {
  const { agencies, bets } = checkDataArguments(options);
  const { dir, onlyMissing, signal } = options;
  const files: string[] = [];
  let bytes = 0;
  try {
    await makeFolder(dir);
    await removeLeftovers(dir);
    for (const agency of onlyMissing ? missingAgencies(dir, agencies) : numbersTo(agencies)) {
      signal?.throwIfAborted();
      const path = join(dir, agencyFileName(agency));
      bytes += await generateAgency(agency, options, path);
      files.push(path);
    }
  } catch (error) {
    if (codeOf(error) === undefined || signal?.aborted) throw error;
    const text = `cannot write the agencies' files to ${JSON.stringify(dir)}: ${reasonOf(error)}`;
    throw new UserError('DATA_DIR', text, { cause: error });
  }
  return { files, rows: files.length * bets, bytes };
}
