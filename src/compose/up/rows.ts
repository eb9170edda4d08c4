/** What the agencies would find in their files, said before anything starts, in the words of `make data-check`. */

import { accessSync, constants, statSync } from 'node:fs';
import { howMany } from '../../../machines/how-many.ts';
import type { AgencyMode } from '../../config/agency.ts';
import type { RowConfig } from '../../config/rows.ts';
import { UserError } from '../../errors.ts';
import { checkFile } from '../../input/check.ts';
import { Copies, copyText } from '../../input/copies.ts';
import { filesOf } from './files.ts';
import type { Wanted } from './wanted.ts';

/** Bytes of all files together that are looked at, so that nobody waits long: of odd ones a core reads 15 MB a second,
 * of plain ones ten times as much. The agencies themselves look at the rest. */
const LOOKED_BYTES = 128 * 1024 * 1024;

/** Rows of all files together that may be no bets: a core looks at 500,000 a second, however short they are. */
const LOOKED_INVALID = 1_000_000;

/** Such rows of one file that say what it is. */
const INVALID_OF_ONE = 10_000;

/** Files with something to say of which all is said; a thousand would be no message. */
const TOLD_FILES = 5;

type RowsOptions = { config: RowConfig; mode: AgencyMode; say: (line: string) => void };

/**
 * @param folder of the files
 * @throws {UserError} `DATA` if an agency could not upload its file to the end
 */
export async function checkRows(
  wanted: Wanted,
  folder: string,
  { config, mode, say }: RowsOptions,
): Promise<void> {
  const upToBytes = Math.ceil(LOOKED_BYTES / wanted.agencies);
  const upToInvalid = Math.max(INVALID_OF_ONE, Math.ceil(LOOKED_INVALID / wanted.agencies));
  const hopeless: string[] = [];
  let told = 0;
  const copies = new Copies();
  for (const [index, path] of filesOf(wanted, folder).entries()) {
    // The containers' user may read what this one may not.
    if (!isReadable(path)) continue;
    const { verdict, lines } = await checkFile(path, { agency: index + 1, config, upToBytes, upToInvalid });
    const isLooked = verdict !== 'unread' && statSync(path).size <= upToBytes;
    const original = isLooked ? await copies.earlier(path) : undefined;
    if (verdict === 'good' && original === undefined) continue;
    told += 1;
    if (told <= TOLD_FILES) for (const line of lines) say(line);
    if (told <= TOLD_FILES && original !== undefined) say(copyText(original));
    // Mode `batches` sends the first bets, whatever the file has besides.
    if (verdict === 'unread' || (verdict === 'bad' && mode === 'lottery')) hopeless.push(path);
  }
  if (told > TOLD_FILES) say(`and ${howMany(told - TOLD_FILES, 'more file')} with something to say`);
  if (hopeless.length === 0) return;
  const [first] = hopeless;
  const more = hopeless.length === 1 ? '' : ` and ${hopeless.length - 1} more`;
  const text = `the agencies could not upload ${first}${more}, for the reasons above: nothing was started (make data-check${wanted.data === undefined ? '' : ` DATA=${wanted.data}`} says it of all files)`;
  throw new UserError('DATA', text);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
