/** A configuration file as its readers see it: a flat list of paths and texts, each with the line that it stands on. */
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';

/** `text` is the value as it was written; undefined if it is none: a list, or a group of keys. */
export type FileEntry = {
  path: string;
  text: string | undefined;
  /** Its keys are entries of their own. */
  group: boolean;
  line: number;
};

export type FileContent = { file: string; entries: FileEntry[]; warnings: string[] };

/** A CR alone ends a line in YAML and to Python, but not to the package: it becomes an LF. @throws {UserError} `CONFIG_FILE` */
export function readText(file: string): string {
  const text = readAsUtf8(file);
  // So is each other byte of PowerShell's and Notepad's "Unicode".
  if (text.includes('\0')) {
    const why = 'it has zero bytes, as UTF-16 has: save it as UTF-8';
    throw new UserError('CONFIG_FILE', `cannot read the configuration file ${JSON.stringify(file)}: ${why}`);
  }
  return text.replaceAll(/\r(?!\n)/g, '\n');
}

function readAsUtf8(file: string): string {
  try {
    return readRegularSync(file);
  } catch (cause) {
    const more =
      codeOf(cause) === 'EISDIR' ? '; Docker makes one where the file to mount does not exist' : '';
    const why = `${reasonOf(cause)}${more}`;
    throw new UserError('CONFIG_FILE', `cannot read the configuration file ${JSON.stringify(file)}: ${why}`, {
      cause,
    });
  }
}
