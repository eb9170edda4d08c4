/**
 * Reads an INI file, as the exercise's server has one: `[DEFAULT]`, then `SERVER_PORT = 12345`. Own code, since what
 * the npm packages give has lost the lines that messages name.
 */
import { UserError } from '../errors.ts';
import { type FileContent, type FileEntry, readText } from './config-file.ts';

const SECTION = /^\[([^\]]+)\]$/;
/** Python's configparser takes either sign. */
const PAIR = /^([^=:]+?)\s*[=:]\s*(.*)$/;

/**
 * Every value of the file, under its section's name, but for `[DEFAULT]`. Keys without a value say nothing.
 *
 * @throws {UserError} `CONFIG_FILE` when it cannot be read, `CONFIG_SYNTAX` when a line is neither
 */
export function readIniFile(file: string): FileContent {
  const entries: FileEntry[] = [];
  let section = '';
  for (const [index, raw] of readText(file)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const text = raw.trim();
    if (text === '' || text.startsWith('#') || text.startsWith(';')) continue;
    const header = SECTION.exec(text)?.[1]?.trim();
    if (header !== undefined) {
      section = header.toUpperCase() === 'DEFAULT' ? '' : `${header}.`;
      continue;
    }
    const [, name, value] = PAIR.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      const where = `${JSON.stringify(file)} is no valid INI at line ${index + 1}`;
      throw new UserError('CONFIG_SYNTAX', `${where}: expected [section] or key = value`);
    }
    if (value !== '') entries.push({ path: `${section}${name}`, text: value, group: false, line: index + 1 });
  }
  return { file, entries, warnings: [] };
}
