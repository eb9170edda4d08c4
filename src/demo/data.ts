/** The agencies' files as the demo needs them: all there, and their bets counted. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoFiles } from '../../machines/vocabulary/demo.ts';
import { loadRowConfig } from '../config/agency.ts';
import { agencyFileName } from '../data/file-name.ts';
import { generateAgencies, missingAgencies } from '../data/generate.ts';
import { codeOf, UserError } from '../errors.ts';
import { COUNTING, type Readable } from '../input/glance.ts';
import { cannotRead, openInputFile } from '../input/input-file.ts';
import { examine } from '../input/survey.ts';
import type { BetRules } from '../lottery/rules.ts';

/** The seed of `make data` when nobody gives another. */
const SEED = 1;

export type DataOptions = {
  agencies: number;
  /** Rows of a file that is made. */
  bets: number;
  folder: string;
  /** The user named the folder: nothing is made in it. */
  isGiven: boolean;
  /** Told before files are made, which may take a while. */
  onMaking: (missing: readonly number[]) => void;
  /** Told how far they are, from 0 to 100. */
  onProgress?: (percent: number) => void;
};

/**
 * Makes what is missing, unless the folder is the user's own, and counts.
 *
 * @throws {UserError} `DATA`, naming the agencies whose file is not there or cannot be read; `DATA_DIR`
 */
export async function prepareData(options: DataOptions, signal: AbortSignal): Promise<DemoFiles> {
  const { agencies, bets, folder, isGiven, onMaking, onProgress } = options;
  const missing = missingAgencies(folder, agencies);
  if (missing.length > 0 && isGiven) throw new UserError('DATA', missingText(folder, missing));
  if (missing.length > 0) {
    onMaking(missing);
    await generateAgencies({
      dir: folder,
      agencies,
      bets,
      seed: SEED,
      onlyMissing: true,
      signal,
      onProgress: ({ agency, written }) => {
        const done = missing.indexOf(agency) + written / Math.max(1, bets);
        onProgress?.(Math.floor((100 * done) / missing.length));
      },
    });
  }
  const { config: rules } = loadRowConfig({ env: process.env });
  const rows: number[] = [];
  for (let agency = 1; agency <= agencies; agency += 1) {
    rows.push(await countBets(join(folder, agencyFileName(agency)), agency, rules, signal));
  }
  return { folder, rows, made: missing, asked: isGiven ? undefined : bets };
}

function missingText(folder: string, missing: readonly number[]): string {
  if (!existsSync(folder)) return `cannot run the demo: the folder ${JSON.stringify(folder)} does not exist`;
  if (!statSync(folder).isDirectory())
    return `cannot run the demo: ${JSON.stringify(folder)} is no folder, expected that of the agencies' files`;
  const names = missing.slice(0, 5).map(agencyFileName).join(', ');
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return `cannot run the demo: ${JSON.stringify(folder)} has no ${names}${more}`;
}

/** Bets of a file, as its agency will find them, in constant memory. */
async function countBets(
  path: string,
  agency: number,
  rules: BetRules,
  signal: AbortSignal,
): Promise<number> {
  try {
    const file = await openInputFile(path);
    const read: Readable['read'] = (...into) => {
      signal.throwIfAborted();
      return file.read(...into);
    };
    const { tally } = await examine({ read }, { ...COUNTING, agency, rules }).finally(() => file.close());
    return tally.bets;
  } catch (error) {
    if (codeOf(error) === undefined || signal.aborted) throw error;
    throw new UserError('DATA', cannotRead(path, error), { cause: error });
  }
}
