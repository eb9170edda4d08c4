/** The agencies' files as the demo needs them: all there, and their rows counted. */
import { join } from 'node:path';
import type { DemoFiles } from '../../machines/demo-events.ts';
import { agencyFileName } from '../data/file-name.ts';
import { makeMissing, missingAgencies } from '../data/missing.ts';
import { codeOf, UserError } from '../errors.ts';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import { openRegular } from '../regular-file.ts';

/** The seed of `make data` when nobody gives another. */
const SEED = 1;

const NEWLINE = 10;

export type DataOptions = {
  agencies: number;
  /** Rows of a file that is made. */
  bets: number;
  folder: string;
  /** The user named the folder: nothing is made in it. */
  isGiven: boolean;
  /** Told before files are made, which may take a while. */
  onMaking: (missing: readonly number[]) => void;
};

/**
 * Makes what is missing, unless the folder is the user's own, and counts.
 *
 * @throws {UserError} `DATA`, naming the agencies whose file is not there or cannot be read; `DATA_DIR`
 */
export async function prepareData(options: DataOptions, signal: AbortSignal): Promise<DemoFiles> {
  const { agencies, bets, folder, isGiven, onMaking } = options;
  const missing = missingAgencies(folder, agencies);
  if (missing.length > 0 && isGiven) throw new UserError('DATA', missingText(folder, missing));
  if (missing.length > 0) {
    onMaking(missing);
    await makeMissing({ folder, missing, bets, seed: SEED, signal });
  }
  const rows: number[] = [];
  for (let agency = 1; agency <= agencies; agency += 1) {
    rows.push(await countRows(join(folder, agencyFileName(agency)), signal));
  }
  return { folder, rows, made: missing, asked: isGiven ? undefined : bets };
}

function missingText(folder: string, missing: readonly number[]): string {
  const names = missing.slice(0, 5).map(agencyFileName).join(', ');
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return `cannot run the demo: ${JSON.stringify(folder)} has no ${names}${more}`;
}

/** Lines of a file, in constant memory; the last one may lack its end. */
async function countRows(path: string, signal: AbortSignal): Promise<number> {
  try {
    await using file = await openRegular(path);
    const chunk = Buffer.allocUnsafe(FILE_CHUNK_BYTES);
    let rows = 0;
    let last = NEWLINE;
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) return last === NEWLINE ? rows : rows + 1;
      const read = chunk.subarray(0, bytesRead);
      for (let at = read.indexOf(NEWLINE); at >= 0; at = read.indexOf(NEWLINE, at + 1)) rows += 1;
      last = read[bytesRead - 1]!;
    }
  } catch (error) {
    if (codeOf(error) === undefined || signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('DATA', `cannot read ${JSON.stringify(path)}: ${reason}`, { cause: error });
  }
}
