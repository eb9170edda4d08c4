/** `quiniela check-data`: what agencies' files are, and how many of their rows are bets, before anybody uploads. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cannotRead, openInputFile } from '../adapters/input-file.ts';
import { loadRowConfig } from '../config/agency.ts';
import type { RowConfig } from '../config/rows.ts';
import { codeOf, UserError } from '../errors.ts';
import { COUNTING } from '../input/glance.ts';
import { reportLines } from '../input/report.ts';
import { examine } from '../input/survey.ts';

/** @returns 0 if every row of every file is a bet, else 1 */
export const run = async (
  paths: readonly string[],
  { config: file }: { config?: string },
): Promise<number> => {
  const { config, warnings } = loadRowConfig({ file, env: process.env });
  for (const warning of warnings) console.error(`quiniela: ${warning}`);
  let exitCode = 0;
  for (const path of paths.flatMap(filesAt)) {
    if (!(await check(path, config))) exitCode = 1;
  }
  return exitCode;
};

const AGENCY_FILE = /^agency-(\d{1,5})\.csv$/;

/** A folder stands for the agencies' files in it, by their numbers. @throws {UserError} `DATA` if it has none */
const filesAt = (path: string): string[] => {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => AGENCY_FILE.test(name));
  if (names.length === 0)
    throw new UserError('DATA', `cannot check ${JSON.stringify(path)}: it has no agency-N.csv`);
  return names.sort((a, b) => agencyOf(a)! - agencyOf(b)!).map((name) => join(path, name));
};

const agencyOf = (path: string): number | undefined => {
  const [, agency] = AGENCY_FILE.exec(basename(path)) ?? [];
  return agency === undefined ? undefined : Number(agency);
};

const check = async (path: string, config: RowConfig): Promise<boolean> => {
  try {
    const file = await openInputFile(path);
    const options = { ...COUNTING, agency: agencyOf(path), rules: config };
    const { form, ...found } = await examine(file, options).finally(() => file.close());
    for (const line of reportLines(path, form, found, config.maxInvalid)) console.log(line);
    return found.tally.invalid === 0;
  } catch (error) {
    if (!(error instanceof UserError) && codeOf(error) === undefined) throw error;
    console.log(cannotRead(path, error as Error));
    return false;
  }
};
