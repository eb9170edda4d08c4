/** What is different between two values, field by field: a context before an event, and after it. */
import { type Fields, isFields } from './fields.ts';

export type Difference = {
  /** `total.count`; empty if the values themselves are not alike. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly before: unknown;
  readonly after: unknown;
};

/** Differences that are told one by one: of more, nobody reads the rest. */
const MOST = 200;
const DEPTH = 12;

export function differencesOf(before: unknown, after: unknown): Difference[] {
  const found: Difference[] = [];
  compare(before, after, '', 0, found);
  return found;
}

function compare(before: unknown, after: unknown, path: string, depth: number, found: Difference[]): void {
  if (found.length >= MOST || Object.is(before, after)) return;
  if (depth < DEPTH && isFields(before) && isFields(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(own(before, key), own(after, key), path === '' ? key : `${path}.${key}`, depth + 1, found);
    return;
  }
  if (isList(before) && isList(after)) {
    compareLists(before, after, path, depth, found);
    return;
  }
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  found.push({ path, kind, before, after });
}

/** Of a list of words or numbers, what came and what went says more than what stands at which place. */
function compareLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  depth: number,
  found: Difference[],
): void {
  if ([...before, ...after].some((item) => typeof item === 'object' && item !== null)) {
    for (let index = 0; index < Math.max(before.length, after.length); index += 1)
      compare(before[index], after[index], `${path}[${index}]`, depth + 1, found);
    return;
  }
  const went = before.filter((item) => !after.includes(item));
  const came = after.filter((item) => !before.includes(item));
  if (went.length > 0) found.push({ path, kind: 'removed', before: went, after: undefined });
  if (came.length > 0) found.push({ path, kind: 'added', before: undefined, after: came });
  const isOtherOrder = went.length + came.length === 0 && before.some((item, index) => item !== after[index]);
  if (isOtherOrder || (went.length + came.length === 0 && before.length !== after.length))
    found.push({ path, kind: 'changed', before, after });
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** A key may be any word, `__proto__` too. */
const own = (fields: Fields, key: string): unknown => (Object.hasOwn(fields, key) ? fields[key] : undefined);
