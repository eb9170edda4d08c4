/**
 * What is known of all actors after some events: the one place that says what an inspection event means. The
 * hub, the page and the terminal fold the same events into the same picture, so that an early visitor, a late
 * one, and one who steps back in time see the same.
 */
import {
  type ActorEvent,
  type EventSummary,
  type InspectorEvent,
  processOf,
  type SnapshotEvent,
  type SnapshotSummary,
} from './events.ts';
import { ENDED_ACTORS } from './limits.ts';

export type ActorPicture = {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly rootId: string;
  readonly name: string;
  /** The machine's id; undefined for an actor that is no machine. */
  readonly machine: string | undefined;
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
  events: number;
  lost: number;
  /** Milliseconds since 1970 of the newest event; 0 as long as there is none. */
  time: number;
};

export const emptyPicture = (): Picture => ({ actors: new Map(), ended: [], events: 0, lost: 0, time: 0 });

/** Shares the actors' pictures, which never change. */
export const copyOf = (picture: Picture): Picture => ({
  ...picture,
  actors: new Map(picture.actors),
  ended: [...picture.ended],
});

/** As JSON, and back. */
export type PictureData = Omit<Picture, 'actors'> & { actors: readonly ActorPicture[] };
export const toData = (picture: Picture): PictureData => ({
  ...picture,
  actors: [...picture.actors.values()],
});
export const fromData = (data: PictureData): Picture => ({
  ...data,
  ended: [...data.ended],
  actors: new Map(data.actors.map((actor) => [actor.id, actor])),
});

/** Changes the picture by one event. */
export function apply(picture: Picture, event: InspectorEvent): void {
  picture.events += 1;
  picture.time = Math.max(picture.time, Number(event.createdAt));
  switch (event.type) {
    case '@xstate.actor':
      meet(picture, event);
      return;
    case '@xstate.event': {
      const actor = picture.actors.get(event.sessionId);
      if (actor) picture.actors.set(actor.id, { ...actor, received: actor.received + 1 });
      return;
    }
    case '@xstate.snapshot':
      update(picture, event);
      return;
    case '@quiniela.lost':
      picture.lost += event.lost;
      return;
    case '@quiniela.left':
      for (const actor of picture.actors.values()) {
        if (actor.status === 'active' && processOf(actor.id) === event.process)
          picture.actors.set(actor.id, { ...actor, status: 'gone' });
      }
  }
}

/** An actor is new, or told of again to a hub that had not heard of it. */
function meet(picture: Picture, event: ActorEvent): void {
  const { sessionId: id, parentId, rootId, name, snapshot } = event;
  const before = picture.actors.get(id);
  picture.actors.set(id, {
    id,
    parentId,
    rootId,
    name,
    machine: event.machine ?? machineIn(event),
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

/** Other clients than ours tell the machine only by its definition. */
const machineIn = ({ definition }: ActorEvent): string | undefined => {
  try {
    const { id, states } = JSON.parse(definition ?? '{}') as { id?: string; states?: unknown };
    return states ? id : undefined;
  } catch {
    return undefined;
  }
};

const contextOf = ({ context }: SnapshotSummary) =>
  typeof context === 'object' && context !== null
    ? (context as Readonly<Record<string, unknown>>)
    : undefined;

function update(picture: Picture, event: SnapshotEvent): void {
  const actor = picture.actors.get(event.sessionId);
  if (!actor) return;
  const { snapshot, transitions = [] } = event;
  const taken: Record<string, number> = transitions.length > 0 ? { ...actor.taken } : actor.taken;
  for (const id of transitions) taken[id] = (taken[id] ?? 0) + 1;
  picture.actors.set(actor.id, {
    ...actor,
    status: snapshot.status ?? actor.status,
    value: snapshot.value,
    context: contextOf(snapshot) ?? {},
    output: snapshot.output,
    lastEvent: event.event,
    lastAt: Number(event.createdAt),
    lastTransitions: transitions,
    taken,
  });
  if (actor.status === 'active' && snapshot.status !== 'active') forgetSome(picture, actor);
}

/** Sockets, timers and the like leave with their end; machines stay a while, roots for ever. */
function forgetSome(picture: Picture, ended: ActorPicture): void {
  if (ended.parentId === undefined) return;
  if (ended.machine === undefined) {
    picture.actors.delete(ended.id);
    return;
  }
  picture.ended.push(ended.id);
  if (picture.ended.length > ENDED_ACTORS) picture.actors.delete(picture.ended.shift()!);
}
