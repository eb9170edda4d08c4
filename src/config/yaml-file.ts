/** Reads a YAML file as a flat list of paths and texts, each with the line that it stands on. */
import {
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { UserError } from '../errors.ts';
import { type FileContent, type FileEntry, readText } from './config-file.ts';

/** Where the package's own words are for who programs with it, ours. */
const REASONS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins, and a file is one',
  RESOURCE_EXHAUSTION: 'it is nested too deeply: no settings need more than a few levels',
};

/** Why a file is no YAML, in one line. */
export const reasonOfYaml = ({ code, message }: Pick<YAMLError, 'code' | 'message'>): string =>
  REASONS[code] ?? message.split('\n')[0] ?? message;

/**
 * Every value of the file. Keys without a value (`SERVER_PORT:`) are left out: they say nothing.
 *
 * @throws {UserError} `CONFIG_FILE` when it cannot be read, `CONFIG_SYNTAX` when it is no YAML mapping
 */
export function readYamlFile(file: string): FileContent {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { prettyErrors: false, lineCounter: lines });
  const positionOf = (offset: number | undefined) => lines.linePos(offset ?? 0);

  const syntaxError = (offset: number | undefined, reason: string, cause?: unknown): UserError => {
    const { line, col } = positionOf(offset);
    const message = `${JSON.stringify(file)} is no valid YAML at line ${line}, column ${col}: ${reason}`;
    return new UserError('CONFIG_SYNTAX', message, { cause });
  };

  const [error] = document.errors;
  if (error !== undefined) {
    throw syntaxError(error.pos[0], reasonOfYaml(error), error);
  }
  const warnings = document.warnings.map(
    ({ message, pos }) => `${JSON.stringify(file)}, line ${positionOf(pos[0]).line}: ${message}`,
  );

  const entries: FileEntry[] = [];
  const visit = ({ key, value }: Pair<unknown, unknown>, parent: string): void => {
    const name = isScalar(key) ? String(key.source ?? key.value) : String(key);
    const path = parent === '' ? name : `${parent}.${name}`;
    const { line } = positionOf((key as Node | null)?.range?.[0]);
    const node = isAlias(value) ? value.resolve(document) : value;
    if (isAlias(value) && node === undefined) {
      throw syntaxError(value.range?.[0], `there is no anchor "${value.source}" above`);
    }
    if (isMap(node) && node === value && node.items.length > 0) {
      entries.push({ path, text: undefined, group: true, line });
      for (const item of node.items) visit(item, path);
    } else if (!isScalar(node)) {
      // A list, an empty group, or a group by alias, which could contain itself.
      if (node) entries.push({ path, text: undefined, group: false, line });
    } else if (node.value !== null) {
      entries.push({ path, text: node.source ?? String(node.value), group: false, line });
    }
  };

  const top = document.contents;
  if (isMap(top)) {
    for (const item of top.items) visit(item, '');
  } else if (top !== null && !(isScalar(top) && top.value === null)) {
    const message = `${JSON.stringify(file)} must be a YAML mapping: lines of "key: value"`;
    throw new UserError('CONFIG_SYNTAX', message);
  }
  return { file, entries, warnings };
}
