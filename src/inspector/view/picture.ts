/**
 * What is known of all actors after some events: the one place that says what an inspection event means. The
 * hub, the page and the terminal fold the same events into the same picture, so that an early visitor, a late
 * one, and one who steps back in time see the same.
 */

import { COUNTED_TRANSITIONS, ENDED_ACTORS } from '../limits.ts';
import { chartOf, type Definitions, keepDefinition } from './definitions.ts';
import {
  type ActorEvent,
  type EventSummary,
  type InspectorEvent,
  processOf,
  type SnapshotEvent,
  type SnapshotSummary,
} from './events.ts';
import { isFields } from './fields.ts';
import { type AgencyRecord, isRecorded, recordOf } from './record.ts';

export type ActorPicture = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly rootId: string;
  readonly name: string;
  /** The machine's id; undefined for an actor that is no machine. */
  readonly machine: string | undefined;
  /** It is of another program than this one. */
  readonly isForeign: boolean;
  /** Key of its machine's definition, if one was told. */
  readonly chart: string | undefined;
  /** `gone`: its process has ended without telling how this actor ended. */
  readonly status: SnapshotSummary['status'] | 'gone';
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  /** The event that it took last, when, and the transitions that it took then. */
  readonly lastEvent: EventSummary | undefined;
  readonly lastAt: number;
  readonly lastTransitions: readonly string[];
  /** Events that it was sent. */
  readonly received: number;
  /** By transition: how often it was taken. */
  readonly taken: Readonly<Record<string, number>>;
};

export type Picture = {
  /** By session id, in the order in which they were made. */
  actors: Map<string, ActorPicture>;
  /** Ids of machines that have ended, besides roots, oldest first. */
  ended: string[];
  /** Programs that are connected no more, and have actors here; by what `processOf` says of an actor's id. */
  left: Set<string>;
  /** What is known of each agency, whose actor may be kept no longer; by its number. */
  agencies: Map<number, AgencyRecord>;
  definitions: Definitions;
  events: number;
  lost: number;
  /** Lines that were no events. */
  refused: number;
  /** Actors that there was no room for any more. */
  forgotten: number;
  /** Milliseconds since 1970 of the newest event; 0 as long as there is none. */
  time: number;
};

export const emptyPicture = (): Picture => ({
  actors: new Map(),
  ended: [],
  left: new Set(),
  agencies: new Map(),
  definitions: new Map(),
  events: 0,
  lost: 0,
  refused: 0,
  forgotten: 0,
  time: 0,
});

/** Shares the actors' pictures and the records, which never change. */
export const copyOf = (picture: Picture): Picture => ({
  ...picture,
  actors: new Map(picture.actors),
  ended: [...picture.ended],
  left: new Set(picture.left),
  agencies: new Map(picture.agencies),
  definitions: new Map(picture.definitions),
});

/** Changes the picture by one event. */
export function apply(picture: Picture, event: InspectorEvent): void {
  if (event.type === '@quiniela.definition') {
    keepDefinition(picture.definitions, event, () => chartsIn(picture));
    return;
  }
  if (event.type === '@quiniela.restarted') {
    const before = picture.definitions.values();
    Object.assign(picture, copyOf(event.base));
    // Those who look back still need what was told then.
    for (const definition of before) keepDefinition(picture.definitions, definition, () => chartsIn(picture));
    return;
  }
  picture.events += 1;
  picture.time = Math.max(picture.time, Number(event.createdAt));
  switch (event.type) {
    case '@xstate.actor':
      meet(picture, event);
      return;
    case '@xstate.event': {
      const actor = picture.actors.get(event.sessionId);
      const begun = begins(actor, event) ? NOT_YET : {};
      if (actor) picture.actors.set(actor.id, { ...actor, ...begun, received: actor.received + 1 });
      return;
    }
    case '@xstate.snapshot':
      update(picture, event);
      return;
    case '@quiniela.lost':
      picture.lost += event.lost;
      return;
    case '@quiniela.refused':
      picture.refused += event.refused;
      return;
    case '@quiniela.forgotten':
      picture.forgotten += event.ids.length;
      for (const id of event.ids) picture.actors.delete(id);
      return;
    case '@quiniela.left':
      leave(picture, event.process);
  }
}

/** Of a program that is there no more nobody knows how its living actors ended. */
function leave(picture: Picture, program: string): void {
  const known = new Set<string>();
  for (const actor of picture.actors.values()) {
    const its = processOf(actor.id);
    known.add(its);
    if (actor.status === 'active' && its === program) keep(picture, { ...actor, status: 'gone' });
  }
  picture.left = picture.left.add(program).intersection(known);
}

/** Keys of the definitions that living actors have. */
const chartsIn = ({ actors }: Picture): Set<string> =>
  new Set([...actors.values()].flatMap(({ status, chart }) => (status === 'active' ? (chart ?? []) : [])));

function keep(picture: Picture, actor: ActorPicture): void {
  picture.actors.set(actor.id, actor);
  if (isRecorded(actor)) picture.agencies.set(actor.context.id, recordOf(actor));
}

/** An actor is new, or told of again to a hub that had not heard of it. */
function meet(picture: Picture, event: ActorEvent): void {
  const { sessionId: id, parentId, rootId, name, machine, isForeign, snapshot } = event;
  const before = picture.actors.get(id);
  picture.left.delete(processOf(id));
  if (!before && parentId === undefined && machine === 'server' && !isForeign) forgetRecords(picture);
  keep(picture, {
    id,
    parentId,
    rootId,
    name,
    machine,
    isForeign,
    chart: machine === undefined ? undefined : (chartOf(picture.definitions, event) ?? before?.chart),
    status: snapshot.status,
    value: snapshot.value ?? before?.value,
    context: contextOf(snapshot) ?? before?.context ?? {},
    output: snapshot.output,
    lastEvent: before?.lastEvent,
    lastAt: Number(event.createdAt),
    lastTransitions: [],
    received: before?.received ?? 0,
    taken: before?.taken ?? {},
  });
}

/** How it is before it has taken the event with which it begins. */
const NOT_YET = { status: 'active', value: undefined, context: {}, output: undefined } as const;

/**
 * Stately's client tells how a new actor is a while after it was made, when it may be anywhere: only what it tells
 * with each event is right. One that has failed by then may not even have begun, and tells no more.
 */
export const begins = (actor: ActorPicture | undefined, event: InspectorEvent): boolean =>
  event.type === '@xstate.event' &&
  event.event.type === 'xstate.init' &&
  actor?.isForeign === true &&
  actor.status !== 'error' &&
  actor.lastEvent === undefined;

const contextOf = ({ context }: SnapshotSummary) => (isFields(context) ? context : undefined);

function update(picture: Picture, event: SnapshotEvent): void {
  const actor = picture.actors.get(event.sessionId);
  if (!actor) return;
  const { snapshot, transitions = [] } = event;
  keep(picture, {
    ...actor,
    status: snapshot.status ?? actor.status,
    value: snapshot.value,
    context: contextOf(snapshot) ?? {},
    output: snapshot.output,
    lastEvent: event.event,
    lastAt: Number(event.createdAt),
    lastTransitions: transitions,
    taken: withTransitions(actor.taken, transitions),
  });
  if (actor.status === 'active' && snapshot.status !== 'active') forgetSome(picture, actor);
}

/** Another draw begins: agencies that had ended by then take no part in it. */
function forgetRecords(picture: Picture): void {
  for (const { agency, actor } of picture.agencies.values()) {
    if (picture.actors.get(actor)?.status !== 'active') picture.agencies.delete(agency);
  }
}

/** Of an actor that takes ever other transitions, only so many are counted. */
function withTransitions(
  taken: ActorPicture['taken'],
  transitions: readonly string[],
): ActorPicture['taken'] {
  if (transitions.length === 0) return taken;
  const counted = { ...taken };
  for (const id of transitions) {
    if (Object.hasOwn(counted, id)) counted[id]! += 1;
    else if (Object.keys(counted).length < COUNTED_TRANSITIONS)
      // An id may be any word, `__proto__` too, which cannot be assigned.
      Object.defineProperty(counted, id, { value: 1, writable: true, enumerable: true, configurable: true });
  }
  return counted;
}

/** Sockets, timers and the like leave with their end; machines stay a while, roots for ever. */
function forgetSome(picture: Picture, ended: ActorPicture): void {
  if (ended.parentId === undefined) return;
  if (ended.machine === undefined) {
    picture.actors.delete(ended.id);
    return;
  }
  picture.ended.push(ended.id);
  if (picture.ended.length <= ENDED_ACTORS) return;
  const oldest = picture.ended.shift()!;
  // It may have been told of anew, and live.
  if (picture.actors.get(oldest)?.status !== 'active') picture.actors.delete(oldest);
}
