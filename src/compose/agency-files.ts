/** The agencies' files as a container will find them: in a container a link leads nowhere. */
import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { agencyFileName } from '../data/file-name.ts';
import { codeOf } from '../errors.ts';

/** A folder's own place, if it is a link: the engine may not see what lies between. */
export function realFolder(folder: string): string {
  try {
    return lstatSync(folder).isSymbolicLink() ? realpathSync(folder) : folder;
  } catch {
    return folder;
  }
}

/** By agency, of those whose file is a link: what it leads to in the end. */
export function linkedFiles(folder: string, agencies: number): Map<number, string> {
  const linked = new Map<number, string>();
  for (let agency = 1; agency <= agencies; agency += 1) {
    const file = join(folder, agencyFileName(agency));
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) linked.set(agency, targetOf(file));
  }
  return linked;
}

function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    // It leads to nothing: Docker names this place when it does not find it.
    return resolve(dirname(link), readlinkSync(link));
  }
}

/** What is wrong with that which a link leads to. */
const FLAWS_OF_TARGETS: Readonly<Record<string, string>> = {
  EACCES: 'is in a folder that this user may not enter',
  ELOOP: 'leads back to itself',
  ENOENT: 'does not exist',
};

/** Why an agency could not read its file, though something has that name; undefined if it could, or nothing has it. */
export function flawOf(folder: string, agency: number): string | undefined {
  const name = agencyFileName(agency);
  const file = join(folder, name);
  const entry = lstatSync(file, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  try {
    if (statSync(file).isFile()) return undefined;
    const link = entry.isSymbolicLink() ? `a link to ${JSON.stringify(targetOf(file))}, which is ` : '';
    return `${name} is ${link}no regular file`;
  } catch (error) {
    const code = codeOf(error) ?? '';
    const why = FLAWS_OF_TARGETS[code] ?? code;
    return `${name} is a link to ${JSON.stringify(readlinkSync(file))}, which ${why}`;
  }
}
