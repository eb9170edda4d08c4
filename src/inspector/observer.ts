/** Turns XState's inspection events into what the inspector is told, one JSON line each. */
import type {
  ActorRefLike,
  AnyActorRef,
  AnyStateMachine,
  AnyStateNode,
  InspectionEvent,
  Observer,
} from 'xstate';
import { transitionsOf } from '../diagram/describe.ts';
import {
  type ActorEvent,
  type EventSummary,
  type SentEvent,
  type SnapshotEvent,
  type SnapshotSummary,
  STATELY_VERSION,
} from './events.ts';
import { summarise, summariseFields } from './summary.ts';

export type InspectionObserver = Observer<InspectionEvent> & {
  /** Tells of every living actor as if it had just been made: for a hub that has not heard of them. */
  announce(): void;
};

/**
 * @param process what makes its session ids unique among all processes
 * @param write takes one line, without its end
 */
export function createObserver(process: string, write: (line: string) => void): InspectionObserver {
  const idOf = (actor: ActorRefLike): string => `${process}.${actor.sessionId.replace('x:', '')}`;
  const living = new Map<string, AnyActorRef>();
  const described = new Set<string>();
  /** By actor: the transitions of the step that is being taken. */
  const taken = new WeakMap<ActorRefLike, string[]>();
  /** By actor: the snapshot that was told last. */
  const told = new WeakMap<ActorRefLike, unknown>();

  const common = (actor: ActorRefLike, rootId: string) => ({
    sessionId: idOf(actor),
    rootId: `${process}.${rootId.replace('x:', '')}`,
    createdAt: now(),
    id: null,
    _version: STATELY_VERSION,
  });

  const tellActor = (actor: AnyActorRef, rootId: string, snapshot: SnapshotSummary): void => {
    const machine = machineOf(actor);
    const isFirst = machine !== undefined && !described.has(machine.id);
    if (machine && isFirst) described.add(machine.id);
    const event: ActorEvent = {
      type: '@xstate.actor',
      ...common(actor, rootId),
      name: nameOf(actor, machine),
      parentId: actor._parent && idOf(actor._parent),
      snapshot,
      definition: machine && isFirst ? definitionOf(machine) : undefined,
      machine: machine?.id,
    };
    write(JSON.stringify(event));
  };

  return {
    next(inspected) {
      const actor = inspected.actorRef as AnyActorRef;
      switch (inspected.type) {
        case '@xstate.actor':
          living.set(actor.sessionId, actor);
          return tellActor(actor, inspected.rootId, { status: 'active' });
        case '@xstate.event': {
          const event: SentEvent = {
            type: '@xstate.event',
            ...common(actor, inspected.rootId),
            event: eventOf(inspected.event),
            sourceId: inspected.sourceRef && idOf(inspected.sourceRef),
          };
          return write(JSON.stringify(event));
        }
        case '@xstate.microstep': {
          const ids = inspected._transitions.flatMap((transition) => transitionId(actor, transition) ?? []);
          if (ids.length > 0) taken.set(actor, [...(taken.get(actor) ?? []), ...ids]);
          return;
        }
        case '@xstate.snapshot': {
          const { snapshot } = inspected;
          const transitions = taken.get(actor);
          if (transitions) taken.delete(actor);
          if (snapshot.status !== 'active') living.delete(actor.sessionId);
          // Sockets and the like never change; a machine that took no notice has not changed.
          if (!transitions && told.get(actor) === snapshot) return;
          told.set(actor, snapshot);
          const event: SnapshotEvent = {
            type: '@xstate.snapshot',
            ...common(actor, inspected.rootId),
            event: eventOf(inspected.event),
            snapshot: snapshotOf(snapshot),
            transitions: transitions ?? [],
          };
          return write(JSON.stringify(event));
        }
      }
    },
    announce() {
      described.clear();
      for (const actor of living.values()) {
        const root = rootOf(actor);
        tellActor(actor, root.sessionId, snapshotOf(actor.getSnapshot()));
      }
    },
  };
}

const now = (): string => (performance.timeOrigin + performance.now()).toFixed(3);

const rootOf = (actor: AnyActorRef): AnyActorRef => (actor._parent ? rootOf(actor._parent) : actor);

const machineOf = (actor: AnyActorRef): AnyStateMachine | undefined => {
  const { logic } = actor as unknown as { logic: Partial<AnyStateMachine> };
  return logic.root ? (logic as AnyStateMachine) : undefined;
};

/** A root is called as its machine; an actor whose id XState made is called as what it runs. */
const nameOf = (actor: AnyActorRef, machine: AnyStateMachine | undefined): string => {
  if (machine && actor.id === actor.sessionId) return machine.id;
  return /^\d+\./.test(actor.id) && typeof actor.src === 'string' ? actor.src : actor.id;
};

/** As Stately's own client writes it: functions by their name. */
const definitionOf = (machine: AnyStateMachine): string =>
  JSON.stringify(machine.config, (_, value) => (typeof value === 'function' ? { type: value.name } : value));

const eventOf = (event: { type: string }): EventSummary => ({
  ...summariseFields(event),
  type: event.type,
});

/** What is kept of a snapshot; the context's fields may be seen or not, each by its own. */
function snapshotOf(snapshot: unknown): SnapshotSummary {
  const { status, value, context, output } = snapshot as SnapshotSummary;
  return {
    status,
    value,
    context: context === undefined ? undefined : summariseFields(context as object),
    output: output === undefined ? undefined : summarise('output', output),
  };
}

const statesIn = (state: AnyStateNode): AnyStateNode[] => [
  state,
  ...Object.values(state.states).flatMap(statesIn),
];

/** By machine: the id of each transition, as its description has it. */
const transitionIds = new WeakMap<AnyStateMachine, ReadonlyMap<unknown, string>>();

function transitionId(actor: AnyActorRef, transition: unknown): string | undefined {
  const machine = machineOf(actor);
  if (!machine) return undefined;
  let ids = transitionIds.get(machine);
  if (!ids) {
    ids = new Map(
      statesIn(machine.root)
        .flatMap(transitionsOf)
        .map(({ id, definition }) => [definition, id]),
    );
    transitionIds.set(machine, ids);
  }
  return ids.get(transition);
}
