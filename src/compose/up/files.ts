/** The agencies' files: all there, made if they may be, and such that the containers can read them. */

import { join, relative } from 'node:path';
import { howMany } from '../../../machines/how-many.ts';
import { agencyFileName } from '../../data/file-name.ts';
import { generateAgencies, missingAgencies } from '../../data/generate.ts';
import { UserError } from '../../errors.ts';
import { flawOf } from '../agency-files.ts';
import type { Wanted } from './wanted.ts';

/** Modes in which an agency reads its file. */
export const WITH_FILES: readonly string[] = ['lottery', 'batches'];

/** As a user would name it from here. */
export const nearer = (path: string): string => {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short || '.';
};

const idsOf = ({ agencies }: Wanted): number[] => Array.from({ length: agencies }, (_, index) => index + 1);

export const filesOf = (wanted: Wanted, folder: string): string[] =>
  idsOf(wanted).map((id) => join(folder, agencyFileName(id)));

/** Bets of a file that is made, unless BETS says otherwise. */
const STANDARD_BETS = 10_000;

/** Flaws that are named; the others are counted. */
const NAMED_FLAWS = 3;

/** @throws {UserError} `DATA` if there is any */
export function refuseFlaws(folder: string, flaws: readonly string[]): void {
  if (flaws.length === 0) return;
  const more = flaws.length > NAMED_FLAWS ? ` and ${flaws.length - NAMED_FLAWS} more` : '';
  const named = flaws.slice(0, NAMED_FLAWS).join('; ');
  throw new UserError('DATA', `cannot use the files in ${JSON.stringify(nearer(folder))}: ${named}${more}`);
}

/**
 * Makes what is missing, unless the folder is the user's own.
 *
 * @throws {UserError} `DATA`, naming what is missing there or is no file
 */
export async function provideFiles(
  wanted: Wanted,
  folder: string,
  { say, signal }: { say: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  refuseFlaws(
    folder,
    idsOf(wanted).flatMap((id) => flawOf(folder, id) ?? []),
  );
  const { agencies, bets, seed, data } = wanted;
  const missing = missingAgencies(folder, agencies);
  if (bets !== undefined && data === undefined && missing.length < agencies) {
    const remake = `make data AGENCIES=${agencies} BETS=${bets}`;
    say(`${nearer(folder)}: files that are there stay as they are; to make them anew: ${remake}`);
  }
  if (missing.length === 0) return;
  if (data !== undefined) {
    throw new UserError('DATA', `DATA=${data} has no file agency-N.csv for agency ${shortened(missing)}`);
  }
  const each = bets ?? STANDARD_BETS;
  await generateAgencies({ dir: folder, agencies, bets: each, seed, onlyMissing: true, signal });
  say(`${nearer(folder)}: made files of ${howMany(each, 'bet')} for agency ${shortened(missing)}`);
}

/** A thousand numbers are no message. */
export const shortened = (ids: readonly number[]): string =>
  ids.length > 10 ? `${ids.slice(0, 4).join(' ')} and ${ids.length - 4} more` : ids.join(' ');
