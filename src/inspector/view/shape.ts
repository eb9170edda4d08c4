/**
 * What somebody claims to be an inspection event, taken in field by field: who posts to the hub, or wrote the file
 * that is replayed, may be anybody. What has the wrong shape is no event. What is only too large keeps its place,
 * and its size is told instead, so that of another program's huge context at least the states are seen.
 */

import {
  DEPTH,
  EVENT_CHARS,
  ID_CHARS,
  NAME_CHARS,
  PART_BYTES,
  STEP_TRANSITIONS,
  WORD_CHARS,
} from '../limits.ts';
import {
  type EventSummary,
  type InspectorEvent,
  type SnapshotSummary,
  STATELY_VERSION,
  type StatelyEvent,
} from './events.ts';
import { type Fields, isFields } from './fields.ts';
import { idOf } from './naming.ts';
import { weightOf } from './weight.ts';

/** A field is not what it must be. */
class Odd extends Error {}

/** @returns undefined if the text is no event */
export function parseEvent(text: string): InspectorEvent | undefined {
  // To be refused by the parser costs ten times as much.
  if (text.length > EVENT_CHARS || text[0] !== '{') return undefined;
  try {
    return readEvent(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** An event that holds nothing but the fields of its kind, each within its bounds; undefined if it is none. */
export function readEvent(value: unknown): InspectorEvent | undefined {
  try {
    return isFields(value) ? eventOf(value) : undefined;
  } catch (error) {
    if (error instanceof Odd) return undefined;
    throw error;
  }
}

/** Those that processes tell; the others are the hub's own to say. */
export const isStately = (event: InspectorEvent): event is StatelyEvent => event.type.startsWith('@xstate.');

function eventOf(fields: Fields): InspectorEvent | undefined {
  const createdAt = timeIn(fields.createdAt);
  switch (fields.type) {
    case '@quiniela.lost':
      return { type: fields.type, process: idIn(fields.process), lost: countIn(fields.lost), createdAt };
    case '@quiniela.refused':
      return { type: fields.type, refused: countIn(fields.refused), createdAt };
    case '@quiniela.left':
      return { type: fields.type, process: idIn(fields.process), createdAt };
    case '@quiniela.forgotten':
      return { type: fields.type, ids: listIn(fields.ids, Number.POSITIVE_INFINITY).map(idIn), createdAt };
    case '@quiniela.definition':
      return {
        type: fields.type,
        key: idIn(fields.key),
        machine: wordIn(fields.machine),
        isForeign: fields.isForeign === true,
        definition: textIn(fields.definition),
        createdAt,
      };
  }
  const sessionId = idIn(fields.sessionId);
  const common = {
    sessionId,
    rootId: maybe(fields.rootId, idIn) ?? sessionId,
    createdAt,
    id: null,
    _version: typeof fields._version === 'string' ? fields._version.slice(0, ID_CHARS) : STATELY_VERSION,
  };
  switch (fields.type) {
    case '@xstate.actor': {
      const definition = maybe(fields.definition, textIn);
      const told = maybe(fields.machine, wordIn);
      const snapshot = snapshotIn(fields.snapshot);
      const machine = told ?? machineIn(definition, snapshot);
      return {
        type: fields.type,
        ...common,
        // A machine without an id has no name either.
        name: cut(maybe(fields.name, textIn) || machine || sessionId, NAME_CHARS),
        parentId: maybe(fields.parentId, idIn),
        snapshot,
        definition,
        machine,
        isForeign: fields.isForeign === true || (told === undefined && definition !== undefined),
        chart: maybe(fields.chart, idIn),
      };
    }
    case '@xstate.event': {
      const sourceId = maybe(fields.sourceId, idIn);
      return { type: fields.type, ...common, event: payloadIn(fields.event), sourceId };
    }
    case '@xstate.snapshot':
      return {
        type: fields.type,
        ...common,
        event: payloadIn(fields.event),
        snapshot: snapshotIn(fields.snapshot),
        transitions: listIn(fields.transitions ?? [], STEP_TRANSITIONS).map(wordIn),
      };
    default:
      return undefined;
  }
}

const fieldsIn = (value: unknown): Fields => {
  if (isFields(value)) return value;
  throw new Odd();
};

/** JSON has no undefined, and some clients write null for it. */
const maybe = <T>(value: unknown, read: (value: unknown) => T): T | undefined =>
  value === undefined || value === null ? undefined : read(value);

const textIn = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new Odd();
};

const shortIn = (value: unknown, chars: number): string => {
  const text = textIn(value);
  if (text === '' || text.length > chars) throw new Odd();
  return text;
};
const idIn = (value: unknown): string => shortIn(value, ID_CHARS);
const wordIn = (value: unknown): string => shortIn(value, WORD_CHARS);

const cut = (text: string, chars: number): string =>
  text.length > chars ? `${text.slice(0, chars - 1)}…` : text;

const countIn = (value: unknown): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Odd();
};

const listIn = (value: unknown, most: number): readonly unknown[] => {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new Odd();
};

/** Milliseconds since 1970 as a text, which `Number` would read much else as. */
const timeIn = (value: unknown): string => {
  const text = typeof value === 'number' ? value.toFixed(3) : textIn(value);
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return text;
  throw new Odd();
};

const STATUSES = ['active', 'done', 'error', 'stopped'] as const;

function snapshotIn(value: unknown): SnapshotSummary {
  const { status = 'active', value: state, context, output } = fieldsIn(value);
  if (!STATUSES.includes(status as SnapshotSummary['status'])) throw new Odd();
  return {
    status: status as SnapshotSummary['status'],
    value: maybe(state, stateIn),
    context: contextIn(context),
    output: output === undefined ? undefined : (oversized(output) ?? output),
  };
}

/** An actor that is no machine may have anything for a context. */
function contextIn(value: unknown): Fields | undefined {
  if (value === undefined || value === null) return undefined;
  return withinBounds(isFields(value) ? value : { context: value });
}

/**
 * A state value is a key, or an object of such: what else would be shown as a state is none. Of one that is deeper, or in more
 * regions, than there is room for, its outer states are told, and that there are more.
 */
function stateIn(value: unknown): unknown {
  return weightOf(value) > PART_BYTES ? cutState(value, { bytes: PART_BYTES / 2 }) : wholeState(value);
}

function wholeState(value: unknown): unknown {
  if (typeof value === 'string') return cut(value, WORD_CHARS);
  for (const inner of Object.values(fieldsIn(value))) wholeState(inner);
  return value;
}

function cutState(value: unknown, room: { bytes: number }, depth = 0): unknown {
  if (typeof value === 'string') return cut(value, WORD_CHARS);
  if (depth === DEPTH) return MORE;
  const kept: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(fieldsIn(value))) {
    room.bytes -= weightOf({ [key]: typeof inner === 'string' ? inner : {} });
    if (room.bytes < 0) return Object.fromEntries([...kept, [MORE, {}]]);
    kept.push([key, cutState(inner, room, depth + 1)]);
  }
  return Object.fromEntries(kept);
}

const MORE = '…';

function payloadIn(value: unknown): EventSummary {
  const event = fieldsIn(value);
  const type = cut(textIn(event.type), WORD_CHARS);
  return { ...withinBounds(event), type };
}

/** Of fields that are too large together, those are told by their size that take more than their share. */
function withinBounds(fields: Fields): Fields {
  const instead = oversized(fields);
  if (instead === undefined) return fields;
  const entries = Object.entries(fields);
  const share = PART_BYTES / 2 / entries.length;
  const some = entries.map(([key, value]) =>
    weightOf(value) > Math.max(share, SMALL_BYTES) ? [key, oversized(value, 0)] : [key, value],
  );
  const rest = Object.fromEntries(some);
  return oversized(rest) === undefined ? rest : { '…': instead };
}

/** Bytes of a value that is told at least, as its size would take no less. */
const SMALL_BYTES = 128;

/** What is shown instead of a part that is too large or too deep. */
function oversized(part: unknown, most = PART_BYTES): string | undefined {
  const bytes = weightOf(part);
  if (bytes <= most) return undefined;
  return Number.isFinite(bytes) ? `‹some ${bytes} bytes›` : '‹…›';
}

/**
 * Other clients than ours tell the machine only by its definition. Of an actor that is none they make one, which holds
 * a name and no more; a machine without states has a value nevertheless.
 */
function machineIn(definition: string | undefined, { value }: SnapshotSummary): string | undefined {
  if (definition === undefined) return undefined;
  try {
    const config = fieldsIn(JSON.parse(definition));
    const isMachine = value !== undefined || MACHINES_OWN.some((key) => Object.hasOwn(config, key));
    return isMachine ? cut(idOf(config), WORD_CHARS) : undefined;
  } catch {
    return undefined;
  }
}

const MACHINES_OWN = ['states', 'on', 'always', 'after', 'invoke', 'context', 'entry', 'exit', 'initial'];
