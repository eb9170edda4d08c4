/** Facts as text, one line of ASCII: `{"v":1,"facts":[{"kind":"open","agency":7,"session":"…"}]}`. */
import { isSha256 } from '../identity/statement.ts';
import { StorageError } from '../store/errors.ts';
import {
  type Check,
  isCount,
  isProof,
  isRules,
  isString,
  isText,
  objectOf,
  optional,
} from '../store/shapes.ts';
import type { Fact, FactOf } from './entry.ts';
import type { LogEntry } from './ordered-log.ts';

/** A server that reads a version which it does not know would fold something else than the others. */
const VERSION = 1;

type Shape<TFact> = { [TKey in Exclude<keyof TFact, 'kind'>]-?: Check };

const isDialect: Check = (value) => value === 'quiniela' || value === 'tp0';
const isSha: Check = (value) => typeof value === 'string' && isSha256(value);

const inSession = { agency: isCount, session: isText };
const withRows = { bytes: isCount, sha: isSha };

const SHAPES: { [TKind in Fact['kind']]: Shape<FactOf<TKind>> } = {
  begin: { draw: isText, agencies: isCount, first: isCount, rules: isRules },
  open: { ...inSession, after: isString },
  bets: {
    ...inSession,
    ...withRows,
    dialect: isDialect,
    from: isCount,
    next: isCount,
    before: isCount,
    after: isCount,
  },
  single: { ...inSession, ...withRows, id: isText, crc: isCount },
  done: { ...inSession, dialect: isDialect, count: isCount, crc: isCount, proof: optional(isProof) },
  draw: { of: isSha, winners: isSha },
  told: { agency: isCount },
  closed: {},
};

const checks = new Map<unknown, Check>(
  Object.entries(SHAPES).map(([kind, shape]) => [kind, objectOf<Record<string, unknown>>(shape)]),
);

const isFact = (value: unknown): value is Fact =>
  typeof value === 'object' && value !== null && 'kind' in value && checks.get(value.kind)?.(value) === true;

/** @throws Error for a fact that no server could read: in the log it would stop each of them, for good */
export function encodeFacts(facts: readonly Fact[]): string {
  const bad = facts.find((fact) => !isFact(fact));
  if (bad) throw new Error(`a fact that cannot be written: ${JSON.stringify(bad).slice(0, 200)}`);
  return JSON.stringify({ v: VERSION, facts }).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The facts of an entry. One without an id and facts is none of ours: somebody has published it by mistake, and every
 * server skips it.
 *
 * @throws StorageError FOREIGN if they are no facts of this version: it is not safe to skip what other servers count
 */
export function decodeFacts({
  sequence,
  id,
  facts: text,
}: Pick<LogEntry, 'sequence' | 'id' | 'facts'>): Fact[] {
  if (id === '' && text === '') return [];
  let written: { v?: unknown; facts?: unknown } | undefined;
  try {
    written = JSON.parse(text);
  } catch {
    written = undefined;
  }
  const { v, facts } = written ?? {};
  if (v === VERSION && Array.isArray(facts) && facts.every(isFact)) return facts;
  const found = v === undefined || v === VERSION ? `"${text.slice(0, 80)}"` : `version ${String(v)}`;
  const what = `entry ${sequence} of the log: ${found}, this server reads facts of version ${VERSION}`;
  throw new StorageError('FOREIGN', what);
}

/** Where a fact stands: `row` is the byte of its entry's body at which its rows begin. */
export type FactPlace = { sequence: number; at: number; row: number };

/** The facts of an entry, each with its place. @throws StorageError FOREIGN */
export function factsOf(entry: LogEntry): { fact: Fact; place: FactPlace }[] {
  const { sequence, at } = entry;
  let row = 0;
  return decodeFacts(entry).map((fact) => {
    const place = { sequence, at, row };
    if ('bytes' in fact) row += fact.bytes;
    return { fact, place };
  });
}
