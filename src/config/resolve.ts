/** Environment over file over default, each key checked; all that is wrong is said at once. */

import leven, { closestMatch } from 'leven';
import { howMany } from '../../machines/how-many.ts';
import { UserError } from '../errors.ts';
import { UNKNOWN_KEYS_SAID } from '../limits.ts';
import type { FileContent, FileEntry } from './config-file.ts';
import { readIniFile } from './ini-file.ts';
import { type Key, type KeyTable, nameOf, normalisePath } from './keys.ts';
import { shown } from './values.ts';
import { readYamlFile } from './yaml-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Resolved<TConfig> = { config: Readonly<TConfig>; warnings: string[] };

type Sources<TConfig> = {
  /** Path of the file; undefined: there is none. */
  file: string | undefined;
  env: Environment;
  /** What the command line says: it wins over everything. */
  options?: { readonly [K in keyof TConfig]?: string | undefined };
  /** Keys of the file that are accepted and do nothing. */
  ignored?: readonly string[];
};

/** A value as somebody gave it; `text` is undefined if it is no single value. */
type Given = { text: string | undefined; source: string };

/** Line ends at the end of a value: what an env file with Windows' line ends (CRLF) leaves there. */
const LINE_ENDS = /[\r\n]+$/;

/** What bytes become that are no UTF-8, as of Windows-1252: a path would be another one. */
const NO_CHARACTER = '\ufffd';

/**
 * What Kubernetes and Docker's links put into the environment of every container near a service: one called
 * `server` makes `SERVER_PORT=tcp://10.0.0.1:12345`. Nobody has typed it.
 */
const isInjected = (variable: string, text: string): boolean =>
  /_(PORT|HOST)$/.test(variable) && /^(tcp|udp|sctp):\/\/\S+$/.test(text);

/** `.ini` as the exercise's server has it; everything else is YAML. */
const readFile = (file: string): FileContent =>
  file.toLowerCase().endsWith('.ini') ? readIniFile(file) : readYamlFile(file);

/** The file's entries by normalised path; pushes onto `problems` what stands there twice. */
function indexFile(content: FileContent, problems: string[]): Map<string, FileEntry> {
  const index = new Map<string, FileEntry>();
  for (const entry of content.entries) {
    const path = normalisePath(entry.path);
    const first = index.get(path);
    if (first === undefined) index.set(path, entry);
    else if (!first.group || !entry.group) {
      const where = `${JSON.stringify(content.file)}, lines ${first.line} and ${entry.line}`;
      problems.push(`${shown(entry.path)} stands twice (${where})`);
    }
  }
  return index;
}

/** Letters of the shortest variable that others may be taken for: shorter ones are near to too many. */
const TELLING_LETTERS = 7;

/** Letters that may be wrong: nobody but us need know the other variables of a machine. */
const WRONG_LETTERS = 2;

/**
 * What is nearly one of our variables, and is none: who starts the program by hand (`docker run -e`, systemd, npx) has
 * nobody who reads it over. Its value is not repeated, as it may be somebody else's secret.
 */
function misspeltVariables(env: Environment, known: readonly string[]): string[] {
  const missing = known.filter((variable) => !env[variable]);
  return Object.entries(env).flatMap(([name, text]) => {
    if (!text || known.includes(name) || isInjected(name, text)) return [];
    const [word, near] = [normalisePath(name), nearTo(name, missing)];
    const meant =
      near.find((variable) => normalisePath(variable) === word) ??
      closestMatch(
        name,
        near.filter((variable) => variable.length >= TELLING_LETTERS && isSlip(name, variable)),
        { maxDistance: WRONG_LETTERS },
      );
    return meant === undefined ? [] : [`the variable ${shown(name)} is not read; did you mean ${meant}?`];
  });
}

/** Each word is the other's, but for a third of its letters or their order: SERVER_ROOT is no slip for SERVER_PORT. */
const isSlip = (name: string, variable: string): boolean => {
  const [words, meant] = [name.split('_'), variable.split('_')];
  return words.every((word, index) => {
    const other = meant[index] ?? '';
    return leven(word, other) <= other.length / 3 || lettersOf(word) === lettersOf(other);
  });
};

const lettersOf = (word: string): string => [...word].sort().join('');

const nearTo = (name: string, variables: readonly string[]): string[] =>
  variables.filter(({ length }) => Math.abs(length - name.length) <= WRONG_LETTERS);

/** The key that a misspelt one was meant to be: two letters may be wrong (swapped, say), of a long one a third. */
function closestTo(path: string, known: readonly string[]): string | undefined {
  const wanted = normalisePath(path);
  const words = known.map(normalisePath);
  const maxDistance = Math.min(wanted.length - 1, Math.max(2, Math.floor(wanted.length / 3)));
  const word = closestMatch(wanted, words, { maxDistance });
  return word === undefined ? undefined : known[words.indexOf(word)];
}

function unknownKeys(content: FileContent, known: readonly string[], ignored: readonly string[]): string[] {
  const accepted = new Set([...known, ...ignored].map(normalisePath));
  const unknown = content.entries.filter(({ path, group }) => !group && !accepted.has(normalisePath(path)));
  const rest = unknown.length - UNKNOWN_KEYS_SAID;
  const more = `${howMany(rest, 'more unknown key')} of ${JSON.stringify(content.file)} ${rest === 1 ? 'is' : 'are'} ignored: is it the right file?`;
  return unknown
    .slice(0, UNKNOWN_KEYS_SAID)
    .map(({ path, line }) => {
      const inGroup = known.find((word) => word.toLowerCase().startsWith(`${path.toLowerCase()}.`));
      const guess = inGroup ?? closestTo(path, known);
      const hint = guess === undefined ? '' : `; did you mean "${guess}"?`;
      const where = `${JSON.stringify(content.file)}, line ${line}`;
      return `unknown key ${shown(path)} is ignored (${where})${hint}`;
    })
    .concat(rest > 0 ? [more] : []);
}

/**
 * Reads every key of the table.
 *
 * @throws {UserError} `CONFIG_VALUE` naming every bad or missing value, `CONFIG_FILE`, `CONFIG_SYNTAX`
 */
export function resolveConfig<TConfig>(
  table: KeyTable<TConfig>,
  { file, env, options = {}, ignored = [] }: Sources<TConfig>,
): Resolved<TConfig> {
  const content = file === undefined ? { file: '', entries: [], warnings: [] } : readFile(file);
  const keys = Object.entries(table) as [keyof TConfig & string, Key<unknown, TConfig>][];
  const paths = keys.flatMap(([, { path }]) => (path === undefined ? [] : [path]));
  const variables = keys.map(([, { variable }]) => variable);
  const warnings = [
    ...content.warnings,
    ...unknownKeys(content, paths, ignored),
    ...misspeltVariables(env, variables),
  ];
  const problems: string[] = [];
  const inFile = indexFile(content, problems);

  const given = (field: keyof TConfig, key: Key<unknown, TConfig>): Given | undefined => {
    const option = options[field];
    if (option !== undefined) return { text: option, source: 'the command line' };
    const variable = env[key.variable]?.replace(LINE_ENDS, '') ?? '';
    if (isInjected(key.variable, variable)) {
      const what = `the variable ${key.variable} is ${shown(variable)}`;
      warnings.push(`${what}: ignored, as Kubernetes and Docker's links set such addresses by themselves`);
    } else if (variable !== '') {
      // Compose passes what is not set as an empty text.
      return { text: variable, source: `the variable ${key.variable}` };
    }
    const entry = key.path === undefined ? undefined : inFile.get(normalisePath(key.path));
    // A key whose name is also the beginning of others: here they stand, not it.
    if (entry?.group && paths.some((path) => path.startsWith(`${key.path}.`))) return undefined;
    if (entry?.text?.includes(NO_CHARACTER)) {
      const where = `${JSON.stringify(content.file)}, line ${entry.line}`;
      problems.push(`${nameOf(key)} is ${shown(entry.text)} (${where}), must be in UTF-8`);
      return undefined;
    }
    return entry && { text: entry.text, source: `${JSON.stringify(content.file)}, line ${entry.line}` };
  };

  const config: Record<string, unknown> = {};
  for (const [field, key] of keys) {
    const name = nameOf(key);
    const found = given(field, key);
    const value = found?.text === undefined ? undefined : key.type.parse(found.text);
    if (value !== undefined) {
      config[field] = value;
      continue;
    }
    const standard =
      typeof key.default === 'function' ? key.default(config as Partial<TConfig>) : key.default;
    config[field] = standard === undefined ? undefined : key.type.parse(standard);
    if (found !== undefined) {
      const given = found.text === undefined ? 'no single value' : shown(found.text, key.type);
      const problem = `${name} is ${given} (${found.source}), must be ${key.type.allowed}`;
      if (key.lenient) warnings.push(`${problem}: ${standard} is used`);
      else problems.push(problem);
    } else if (key.required) {
      problems.push(
        `${name} is missing: set ${key.variable}, or ${name} in the file, to ${key.type.allowed}`,
      );
    }
  }

  if (problems.length > 0) {
    throw new UserError('CONFIG_VALUE', `invalid configuration: ${problems.join('; ')}`);
  }
  return { config: Object.freeze(config) as Readonly<TConfig>, warnings };
}
