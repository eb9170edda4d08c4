/** Facts as text, one line of ASCII: `{"v":1,"facts":[{"kind":"open","agency":7,"session":"…"}]}`. */
import { StorageError } from '../store/errors.ts';
import type { Fact, FactOf } from './entry.ts';

/** A server that reads a version which it does not know would fold something else than the others. */
const VERSION = 1;

export const encodeFacts = (facts: readonly Fact[]): string =>
  JSON.stringify({ v: VERSION, facts }).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

type Check = (value: unknown) => boolean;
type Shape<TFact> = { [TKey in Exclude<keyof TFact, 'kind'>]: Check };

const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isText: Check = (value) => typeof value === 'string' && value.length > 0;
const isSha: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isRules: Check = (value) =>
  typeof value === 'object' && value !== null && 'maxNumber' in value && 'shortDocuments' in value;

const inSession = { agency: isCount, session: isText };
const withRows = { bytes: isCount, sha: isSha };

const SHAPES: { [TKind in Fact['kind']]: Shape<FactOf<TKind>> } = {
  begin: { draw: isText, agencies: isCount, first: isCount, rules: isRules },
  open: inSession,
  bets: {
    ...inSession,
    ...withRows,
    dialect: (value) => value === 'quiniela' || value === 'tp0',
    from: isCount,
    next: isCount,
    before: isCount,
    after: isCount,
  },
  single: { ...inSession, ...withRows, id: isText, crc: isCount },
  done: { ...inSession, count: isCount, crc: isCount },
  draw: { of: isSha, winners: isSha },
  told: { agency: isCount },
  closed: {},
};

const isFact = (value: unknown): value is Fact => {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const fields = value as Record<string, unknown>;
  const shape = Object.entries(SHAPES).find(([kind]) => kind === fields.kind)?.[1];
  return shape !== undefined && Object.entries(shape).every(([name, check]) => check(fields[name]));
};

/**
 * The facts of an entry.
 *
 * @throws StorageError FOREIGN if they are no facts of this version: to skip them, as others may not, is not safe
 */
export function decodeFacts({ sequence, facts: text }: { sequence: number; facts: string }): Fact[] {
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
