/**
 * Events and contexts as small plain values that are safe to show: of whatever a bettor may have written, only
 * the size is told. A text is shown if its key is known to hold a word of the program's own; a number,
 * except under the key of what somebody bet on. All else is told by what it is: `‹7012 bytes›`.
 */
import { howMany } from '../../../machines/how-many.ts';
import { AgencyMap } from '../../../machines/server/agency-map.ts';

/**
 * Keys whose texts are the program's own words, a draw's name or hash, an address, or a reason in words that the program
 * chose.
 */
const OPEN_TEXTS: ReadonlySet<string> = new Set([
  'type',
  'kind',
  'fault',
  'signal',
  'dialect',
  'mode',
  'identity',
  'tp0Winners',
  'draw',
  'owed',
  'head',
  'encoding',
  'separator',
  'dates',
  'ip',
  'actorId',
  'cause',
  'who',
  'level',
]);

/** What is neither shown nor counted. */
const HIDDEN: ReadonlySet<string> = new Set(['number', 'handle']);

/** Characters of a text that is shown. */
const TEXT_CHARS = 80;

/** Numbers of a list that are shown: agencies, mostly. */
const LISTED_NUMBERS = 128;

/** Fields of one object that are shown: a record of all members of something has one for each. */
export const LISTED_FIELDS = 128;

/** What stands for all others. */
export const FURTHER = { '…': '‹more fields›' };

/** Objects inside objects that are shown; a queue, which is a chain of objects, is not walked along. */
const DEPTH = 2;

const sized = (count: number, one: string, many?: string): string => `‹${howMany(count, one, many)}›`;

/** What stands for a value that throws when it is looked at: a getter's, a proxy's. */
class Unreadable {}
const UNREADABLE = new Unreadable();

/** What the machines keep never changes, so its summary does not either. */
const known = new WeakMap<object, unknown>();

/** A value under a key of an event or a context; undefined if it is not to be seen at all. */
export function summarise(key: string, value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'number':
      return HIDDEN.has(key) ? undefined : Number.isFinite(value) ? value : String(value);
    case 'bigint': // No JSON has it.
      return HIDDEN.has(key) ? undefined : '‹bigint›';
    case 'boolean':
      return value;
    case 'string':
      return value === '' || OPEN_TEXTS.has(key)
        ? value.slice(0, TEXT_CHARS)
        : sized(value.length, 'character');
    case 'object':
      return value === null || HIDDEN.has(key) ? null : summariseObject(value, depth);
    default: // functions, symbols, undefined
      return undefined;
  }
}

function summariseObject(value: object, depth: number): unknown {
  const before = known.get(value);
  if (before !== undefined) return before;
  const summary = readableSummary(value, depth);
  // An actor's name and an object's fields at another depth are cheap enough to be found anew.
  if (depth === 0) known.set(value, summary);
  return summary;
}

function readableSummary(value: object, depth: number): unknown {
  try {
    return summaryOf(value, depth);
  } catch {
    return summaryOf(UNREADABLE, depth);
  }
}

function summaryOf(value: object, depth: number): unknown {
  if (ArrayBuffer.isView(value)) return sized(value.byteLength, 'byte');
  if (Array.isArray(value)) return numbersOf(value.length, () => value) ?? sized(value.length, 'item');
  if (value instanceof Set) return numbersOf(value.size, () => [...value]) ?? sized(value.size, 'item');
  if (value instanceof Map)
    return numbersOf(value.size, () => [...value.keys()]) ?? sized(value.size, 'entry', 'entries');
  if (value instanceof AgencyMap)
    return (
      numbersOf(value.size, () => [...value].map(([agency]) => agency)) ??
      sized(value.size, 'entry', 'entries')
    );
  if (value instanceof Error) return { error: value.name, ...('code' in value ? { code: value.code } : {}) };
  if ('sessionId' in value && 'send' in value) return `→ ${actorName(value as Named)}`;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `‹${value.constructor?.name ?? 'object'}›`;
  return depth < DEPTH ? summariseFields(value, depth + 1) : '‹…›';
}

/** A root's id says nothing, its machine's does. */
type Named = { id?: string; logic?: { id?: string } };
const actorName = ({ id, logic }: Named): string => (id?.startsWith('x:') ? logic?.id : id) ?? 'actor';

/** Of many not one is looked at: a context may keep millions. */
function numbersOf(count: number, list: () => readonly unknown[]): unknown {
  if (count > LISTED_NUMBERS) return undefined;
  const values = list();
  return values.every((value) => typeof value === 'number') ? values : undefined;
}

/** The fields of an object that may be seen. */
export function summariseFields(object: object, depth = 0): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let count = 0;
  for (const key in object) {
    if (++count > LISTED_FIELDS) return { ...fields, ...FURTHER };
    const summary = summarise(key, readField(object, key), depth);
    if (summary !== undefined) fields[key] = summary;
  }
  return fields;
}

export function readField(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}
