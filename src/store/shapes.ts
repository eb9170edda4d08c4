/** What values must be that were read from JSON: whoever can compute a hash can write any. */
import type { Proof } from '../../machines/vocabulary/draw.ts';
import { isDrawName } from '../lottery/draw.ts';
import type { Commit } from './commit.ts';
import type { Header } from './journal.ts';

export type Check = (value: unknown) => boolean;

export const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
export const isString: Check = (value) => typeof value === 'string';
export const isText: Check = (value) => typeof value === 'string' && value.length > 0;

const isBoolean: Check = (value) => typeof value === 'boolean';
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const tupleOf =
  (...checks: Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length <= checks.length && checks.every((check, at) => check(value[at]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One check for each field; others are not looked at. A line has few of its fields: only those that are there are. */
export const objectOf = <TValue>(fields: { [TKey in keyof TValue]-?: Check }): Check => {
  const checks = new Map<string, Check>(Object.entries<Check>(fields));
  const required = [...checks.keys()].filter((name) => !checks.get(name)?.(undefined));
  return (value) => {
    if (!isObject(value)) return false;
    for (const name of required) if (value[name] === undefined) return false;
    for (const name in value) if (checks.get(name)?.(value[name]) === false) return false;
    return true;
  };
};

export const isRules: Check = objectOf<NonNullable<Commit['rules']>>({
  maxNumber: isCount,
  shortDocuments: isBoolean,
});

const PROOF = { sha: isText, signature: isText, certificate: isText };

export const isProof: Check = objectOf<Proof>(PROOF);

const isPosition = tupleOf(isCount, isCount, isCount);

const isCommitShape = objectOf<Commit>({
  n: isCount,
  at: isString,
  range: optional(tupleOf(isCount, isCount)),
  sha: optional(isText),
  agencies: optional(listOf(isPosition)),
  tp0: optional(listOf(isPosition)),
  ids: optional(listOf(tupleOf(isText, isCount, isCount, optional(isText)))),
  done: optional(listOf(isCount)),
  signed: optional(
    listOf(
      objectOf<NonNullable<Commit['signed']>[number]>({
        agency: isCount,
        count: isCount,
        crc: isCount,
        ...PROOF,
      }),
    ),
  ),
  draw: optional((value) => isObject(value) && Object.values(value).every(listOf(isText))),
  roll: optional(isCount),
  rules: optional(isRules),
  told: optional(listOf(isCount)),
  toldLate: optional(listOf(isCount)),
  closed: optional(isBoolean),
  gaveUp: optional(
    objectOf<NonNullable<Commit['gaveUp']>>({
      range: tupleOf(isCount, isCount),
      commits: isCount,
      agencies: listOf(isPosition),
      ids: listOf(isText),
      done: listOf(isCount),
      told: listOf(isCount),
    }),
  ),
  setBack: optional(
    objectOf<NonNullable<Commit['setBack']>>({
      agency: isCount,
      stored: isCount,
      crc: isCount,
      singles: isCount,
      finished: isBoolean,
      was: isText,
    }),
  ),
});

/** Whether a line of the journal can be one about a commit. */
export const isCommit = (value: unknown): value is Commit => isCommitShape(value);

/** A name, also a number as version 1 has it: archives are called by it. */
const isDraw: Check = (value) => (isString(value) || isCount(value)) && isDrawName(String(value));

const isHeaderShape = objectOf<Omit<Header, 'format' | 'version'>>({
  draw: isDraw,
  agencies: optional(isCount),
  from: optional(isCount),
  before: optional(
    objectOf<NonNullable<Header['before']>>({
      draw: isDraw,
      head: isText,
      // Journals that were begun before these were thought of do not have them.
      untold: optional(listOf(isCount)),
      singles: optional(isCount),
    }),
  ),
  at: isString,
});

/** Whether a line of the journal can be its first. */
export const isHeader = (value: unknown): value is Header => isHeaderShape(value);
