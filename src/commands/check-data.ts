/** `quiniela check-data`: what agencies' files are, and how many of their rows are bets, before anybody uploads. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EXIT_FAILED } from '../../machines/exit-codes.ts';
import { loadRowConfig } from '../config/agency.ts';
import { reasonOf, UserError } from '../errors.ts';
import { checkFile } from '../input/check.ts';
import { Copies, copyText } from '../input/copies.ts';
import { cannotRead } from '../input/input-file.ts';

/** @returns 0 if every row of every file is a bet, else 1; 2 if there is a file of which no upload can come anything */
export const run = async (
  paths: readonly string[],
  { config: file }: { config?: string },
): Promise<number> => {
  const { config, warnings } = loadRowConfig({ file, env: process.env });
  for (const warning of warnings) console.error(`quiniela: ${warning}`);
  let worst = 0;
  const copies = new Copies();
  for (const path of paths.flatMap(filesAt)) {
    const { verdict, lines, exitCode } = await checkFile(path, { agency: agencyOf(path), config });
    for (const line of lines) console.log(line);
    const copied = verdict === 'unread' ? undefined : await copyOf(path, copies);
    if (copied !== undefined) console.log(copied);
    worst = Math.max(worst, copied === undefined ? exitCode : EXIT_FAILED);
  }
  return worst;
};

/** What is wrong with it beside other files, or by now. */
const copyOf = async (path: string, copies: Copies): Promise<string | undefined> => {
  try {
    const original = await copies.earlier(path);
    return original && copyText(original);
  } catch (error) {
    return cannotRead(path, error);
  }
};

const AGENCY_FILE = /^agency-(\d{1,5})\.csv$/;

/** A folder stands for the agencies' files in it, by their numbers. @throws {UserError} `DATA` if none can be found */
const filesAt = (path: string): string[] => {
  if (!isFolder(path)) return [path];
  const names = namesIn(path).filter((name) => AGENCY_FILE.test(name));
  if (names.length === 0)
    throw new UserError('DATA', `cannot check ${JSON.stringify(path)}: it has no agency-N.csv`);
  return names.sort((a, b) => agencyOf(a)! - agencyOf(b)!).map((name) => join(path, name));
};

/** What cannot be looked at is no folder: whoever reads it says why. */
const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new UserError('DATA', `cannot check ${JSON.stringify(folder)}: ${reasonOf(cause)}`, { cause });
  }
};

const agencyOf = (path: string): number | undefined => {
  const [, agency] = AGENCY_FILE.exec(basename(path)) ?? [];
  return agency === undefined ? undefined : Number(agency);
};
