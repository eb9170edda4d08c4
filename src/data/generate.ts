/** Writes agencies' files of made-up bets, as many as wanted, in constant memory. */
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../errors.ts';
import { checkDataArguments, type DataArguments } from './arguments.ts';
import { RowMaker } from './rows.ts';

/** Bytes made and written at a time: large enough that the calls do not count. */
const CHUNK_BYTES = 256 * 1024;

export type DataProgress = {
  agency: number;
  agencies: number;
  /** Rows of this agency that are written, of `bets`. */
  written: number;
  bets: number;
};

export type GenerateOptions = DataArguments & {
  dir: string;
  onProgress?: (progress: DataProgress) => void;
  /** Stops between two chunks; the file that is being written is removed. */
  signal?: AbortSignal;
};

export type GeneratedData = { files: string[]; rows: number; bytes: number };

/** The file of an agency's bets. */
export const agencyFileName = (agency: number): string => `agency-${agency}.csv`;

/** Names the process, so that two at once do not write into one another's file. */
const unfinishedName = (agency: number): string => `${agencyFileName(agency)}.${process.pid}.unfinished`;
const UNFINISHED = /^agency-\d+\.csv\.(\d+)\.unfinished$/;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** What a killed run left behind would never be removed by anybody else. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const [, pid] = UNFINISHED.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(dir, name), { force: true });
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let at = 0;
  while (at < chunk.length) at += (await file.write(chunk, at)).bytesWritten;
}

/** One chunk is made while the one before it is on its way to the disk: there are never more. */
async function writeRows(
  file: FileHandle,
  { bets, signal }: GenerateOptions,
  maker: RowMaker,
  onWritten: (rows: number) => void,
): Promise<number> {
  let [making, writing] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
  let made = 0;
  let bytes = 0;
  let earlier: { done: Promise<void>; rows: number } = { done: Promise.resolve(), rows: 0 };
  while (made < bets) {
    const chunk = maker.fill(making, bets - made);
    made += chunk.rows;
    bytes += chunk.bytes;
    await earlier.done;
    onWritten(earlier.rows);
    signal?.throwIfAborted();
    earlier = { done: writeAll(file, making.subarray(0, chunk.bytes)), rows: made };
    [making, writing] = [writing, making];
  }
  await earlier.done;
  onWritten(earlier.rows);
  return bytes;
}

async function generateAgency(agency: number, options: GenerateOptions, path: string): Promise<number> {
  const { agencies, bets, seed, onProgress } = options;
  const unfinished = join(options.dir, unfinishedName(agency));
  const file = await open(unfinished, 'w');
  try {
    const bytes = await writeRows(file, options, new RowMaker(seed, agency), (written) =>
      onProgress?.({ agency, agencies, written, bets }),
    );
    await file.close();
    await rename(unfinished, path);
    return bytes;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
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
  const { dir, signal } = options;
  const files: string[] = [];
  let bytes = 0;
  try {
    await mkdir(dir, { recursive: true });
    await removeLeftovers(dir);
    for (let agency = 1; agency <= agencies; agency += 1) {
      signal?.throwIfAborted();
      const path = join(dir, agencyFileName(agency));
      bytes += await generateAgency(agency, options, path);
      files.push(path);
    }
  } catch (error) {
    if (codeOf(error) === undefined || signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('DATA_DIR', `cannot write the agencies' files to ${JSON.stringify(dir)}: ${reason}`, {
      cause: error,
    });
  }
  return { files, rows: agencies * bets, bytes };
}
