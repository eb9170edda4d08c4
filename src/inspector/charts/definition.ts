/**
 * Reads a machine's definition as Stately's protocol tells it (its configuration as JSON, functions by their names) into
 * a plain description. It may be of any program, cut where it was too deep, and of a machine that XState would refuse:
 * what makes no sense is left out, and the rest is drawn.
 */
import { DRAWN_STATES, DRAWN_TRANSITIONS } from '../limits.ts';
import { type Fields, fieldsOf, isFields } from '../view/fields.ts';
import { idOf, stateId } from '../view/naming.ts';
import type { MachineDescription, StateDescription, TransitionDescription, Trigger } from './description.ts';
import { triggerOf } from './words.ts';

/** A state, and what is needed to find others from it. */
type Place = {
  readonly config: Fields;
  readonly path: readonly string[];
  /** As XState calls it, which transitions are called by. */
  readonly name: string;
  readonly parent: Place | undefined;
  readonly children: ReadonlyMap<string, Place>;
};

/** It is told to the user. */
export class NotDrawn extends Error {}

/** @throws {NotDrawn} if it is no machine's, or larger than can be looked at */
export function describeDefinition(text: string): MachineDescription {
  const config = parse(text);
  // The hub tells the size of what it does not take.
  if (textIn(config.states)?.startsWith('‹'))
    throw new NotDrawn(`its definition is too large: its states are ${config.states}`);
  const id = idOf(config);
  const names = new Map<string, Place>();
  const root = placeOf(config, [], undefined, id, names);
  const machine = { id, names, transitions: 0 };
  return { id, root: describe(root, machine) };
}

type Machine = { id: string; names: ReadonlyMap<string, Place>; transitions: number };

function parse(text: string): Fields {
  try {
    const config: unknown = JSON.parse(text);
    if (isFields(config)) return config;
  } catch {}
  throw new NotDrawn('its definition cannot be read');
}

const listIn = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function placeOf(
  config: Fields,
  path: readonly string[],
  parent: Place | undefined,
  id: string,
  names: Map<string, Place>,
): Place {
  const name = parent === undefined ? id : (textIn(config.id) ?? [id, ...path].join('.'));
  const children = new Map<string, Place>();
  const place: Place = { config, path, name, parent, children };
  names.set(name, place);
  if (names.size > DRAWN_STATES) throw new NotDrawn(`it has more than ${DRAWN_STATES} states`);
  for (const [key, inner] of Object.entries(fieldsOf(config.states)))
    children.set(key, placeOf(fieldsOf(inner), [...path, key], place, id, names));
  return place;
}

function describe(place: Place, machine: Machine): StateDescription {
  const { config, path, children } = place;
  const kind = kindOf(place);
  const initial = children.get(textIn(fieldsOf(config.initial).target) ?? String(config.initial));
  const [history] = kind === 'history' ? targetsOf(config.target, place, machine) : [];
  return {
    id: stateId(machine.id, path),
    key: path.at(-1) ?? machine.id,
    kind,
    description: textIn(config.description),
    initial: kind === 'compound' && initial ? stateId(machine.id, initial.path) : history,
    tags: listIn(config.tags).flatMap((tag) => nameOf(tag) ?? []),
    entry: namesOf(config.entry),
    exit: namesOf(config.exit),
    invokes: invokesOf(place).map(({ id, actor }) => ({ id, actor })),
    transitions: transitionsOf(place, machine),
    states: [...children.values()].map((child) => describe(child, machine)),
  };
}

const KINDS = ['atomic', 'compound', 'parallel', 'final', 'history'] as const;

function kindOf({ config, children }: Place): StateDescription['kind'] {
  const told = KINDS.find((kind) => kind === config.type);
  if (children.size > 0) return told === 'parallel' ? told : 'compound';
  if (told === 'final' || told === 'history') return told;
  return config.history ? 'history' : 'atomic';
}

type Invoke = { id: string; actor: string; config: Fields };

function invokesOf({ config, name }: Place): Invoke[] {
  return listIn(config.invoke).map((invoke, index) => {
    const fields = fieldsOf(invoke);
    const id = textIn(fields.id) ?? `${index}.${name}`;
    const actor = textIn(fields.src) ?? textIn(fieldsOf(fields.src).id) ?? id;
    return { id, actor, config: fields };
  });
}

function transitionsOf(place: Place, machine: Machine): TransitionDescription[] {
  const { config, name } = place;
  const all: TransitionDescription[] = [];
  const add = (event: string, trigger: Trigger, told: unknown): void => {
    for (const [index, one] of listIn(told).entries()) {
      machine.transitions += 1;
      if (machine.transitions > DRAWN_TRANSITIONS)
        throw new NotDrawn(`it has more than ${DRAWN_TRANSITIONS} transitions`);
      const fields = typeof one === 'string' ? { target: one } : fieldsOf(one);
      const guard = guardName(fields.guard);
      all.push({
        id: [name, event || 'always', index].map((part) => wordIn(String(part))).join('|'),
        source: stateId(machine.id, place.path),
        trigger,
        guard,
        otherwise: index > 0 && guard === undefined,
        targets: targetsOf(fields.target, place, machine),
        reenter: fields.reenter === true,
        actions: namesOf(fields.actions),
        description: textIn(fields.description),
      });
    }
  };
  for (const [event, told] of Object.entries(fieldsOf(config.on)))
    add(
      event,
      triggerOf(event, (id) => id),
      told,
    );
  add(`xstate.done.state.${name}`, { kind: 'done', of: place.path.at(-1) ?? machine.id }, config.onDone);
  for (const { id, actor, config: invoke } of invokesOf(place)) {
    const of = textIn(invoke.id) ?? actor;
    add(`xstate.done.actor.${id}`, { kind: 'done', of }, invoke.onDone);
    add(`xstate.error.actor.${id}`, { kind: 'failed', of }, invoke.onError);
    add(`xstate.snapshot.${id}`, { kind: 'changed', of }, invoke.onSnapshot);
  }
  for (const [key, told] of Object.entries(fieldsOf(config.after))) {
    const delay = Number.isNaN(Number(key)) ? key : Number(key);
    add(`xstate.after.${delay}.${name}`, { kind: 'after', delay }, told);
  }
  add('', { kind: 'always' }, config.always);
  return all;
}

/** A part of a transition's id: bars stand between the parts, spaces between ids in a list. */
export const wordIn = (text: string): string => text.replaceAll(/\s/g, '\u00a0').replaceAll('|', '\u00a6');

/** As XState finds them: `#id`, `#id.child`, `.child`, `sibling`, `sibling.child`. */
function targetsOf(told: unknown, place: Place, machine: Machine): string[] {
  return listIn(told).flatMap((target) => {
    const found = typeof target === 'string' ? find(target, place, machine) : undefined;
    return found ? [stateId(machine.id, found.path)] : [];
  });
}

function find(target: string, place: Place, { names }: Machine): Place | undefined {
  const [first = '', ...rest] = keysIn(target);
  if (target.startsWith('#')) return walk(names.get(first.slice(1)), rest);
  if (target.startsWith('.')) return walk(place, rest);
  return walk(place.parent, [first, ...rest]);
}

const walk = (from: Place | undefined, keys: readonly string[]): Place | undefined =>
  keys.reduce<Place | undefined>((place, key) => (key === '' ? place : place?.children.get(key)), from);

/** Between dots; a backslash takes the next character as it is. */
const keysIn = (target: string): string[] =>
  [...`${target}.`.matchAll(/((?:\\.|[^.\\])*)\./gs)].map(([, key = '']) => key.replaceAll(/\\(.)/gs, '$1'));

const namesOf = (told: unknown): string[] => listIn(told).map((one) => nameOf(one) ?? 'inline');

/** An inline function has the name of the field that it stands in. */
const INLINE = new Set(['guard', 'actions', 'entry', 'exit', '']);

const nameOf = (told: unknown): string | undefined => {
  const name = textIn(told) ?? textIn(fieldsOf(told).type);
  if (name === undefined || INLINE.has(name)) return undefined;
  return CUT.has(name) ? '…' : name;
};

/** What stands in the place of what was too deep. */
const CUT = new Set(['[Object]', '[Array]', '[Circular]']);

const COMBINED = new Set(['and', 'or', 'not', 'stateIn']);

function guardName(guard: unknown): string | undefined {
  if (guard === undefined || guard === null) return undefined;
  const name = nameOf(guard) ?? 'inline';
  // Of a function that XState made of others, only its own name is told.
  if (COMBINED.has(name)) return `${name} …`;
  const { params } = fieldsOf(guard);
  const isPlain = ['string', 'number', 'boolean'].includes(typeof params);
  return isPlain ? `${name}(${params})` : name;
}
