/** Turns XState's inspection events into what the inspector is told, one JSON line each. */
import type {
  ActorRefLike,
  AnyActorRef,
  AnyStateMachine,
  AnyStateNode,
  InspectionEvent,
  Observer,
} from 'xstate';
import { Lines } from './lines.ts';
import { transitionsOf } from './transitions.ts';

export type InspectionObserver = Observer<InspectionEvent> & {
  /** Tells of every living actor as if it had just been made: for a hub that has not heard of them. */
  announce(): void;
  /** A living actor, by the id that it is told with. */
  find(id: string): AnyActorRef | undefined;
};

/**
 * @param process what makes its session ids unique among all processes
 * @param write takes one line, without its end
 */
export function createObserver(process: string, write: (line: string) => void): InspectionObserver {
  const lines = new Lines(process);
  const living = new Map<string, AnyActorRef>();
  /** By id: the configuration that was told, and null once another machine has the same id. */
  const described = new Map<string, AnyStateMachine['config'] | null>();
  /** By actor: the transitions of the step that is being taken. */
  const taken = new WeakMap<ActorRefLike, string[]>();
  /** By actor: the snapshot that was told last. */
  const told = new WeakMap<ActorRefLike, unknown>();
  const quoted = (actor: ActorRefLike | undefined): string | undefined =>
    actor && `"${lines.idOf((actor as AnyActorRef).sessionId)}"`;

  const tellActor = (actor: AnyActorRef, rootId: string, snapshot: string): void => {
    const machine = machineOf(actor);
    let rest = `"name":${JSON.stringify(nameOf(actor, machine))},"snapshot":${snapshot}`;
    if (actor._parent) rest += `,"parentId":${quoted(actor._parent)}`;
    if (machine) rest += `,"machine":${JSON.stringify(machine.id)}`;
    if (machine && described.get(machine.id) !== machine.config) {
      described.set(machine.id, described.has(machine.id) ? null : machine.config);
      const definition = definitionOf(machine);
      if (definition !== undefined) rest += `,"definition":${JSON.stringify(definition)}`;
    }
    write(lines.line('@xstate.actor', actor, rootId, rest));
  };

  return {
    next(inspected) {
      const actor = inspected.actorRef as AnyActorRef;
      const { rootId } = inspected;
      switch (inspected.type) {
        case '@xstate.actor':
          living.set(actor.sessionId, actor);
          return tellActor(actor, rootId, '{"status":"active"}');
        case '@xstate.event': {
          const source = quoted(inspected.sourceRef);
          const rest = `"event":${lines.event(inspected.event)}${source ? `,"sourceId":${source}` : ''}`;
          return write(lines.line('@xstate.event', actor, rootId, rest));
        }
        case '@xstate.microstep': {
          const ids = inspected._transitions.flatMap((transition) => transitionId(actor, transition) ?? []);
          if (ids.length > 0) taken.set(actor, [...(taken.get(actor) ?? []), ...ids]);
          return;
        }
        case '@xstate.snapshot': {
          const { event, snapshot } = inspected;
          const transitions = taken.get(actor);
          if (transitions) taken.delete(actor);
          if (snapshot.status !== 'active') living.delete(actor.sessionId);
          // Sockets and the like never change; a machine that took no notice has not changed.
          if (!transitions && told.get(actor) === snapshot) return;
          told.set(actor, snapshot);
          const rest =
            `"event":${lines.event(event)},"snapshot":${lines.snapshot(actor, rootId, snapshot)}` +
            `,"transitions":${transitions ? JSON.stringify(transitions) : '[]'}`;
          return write(lines.line('@xstate.snapshot', actor, rootId, rest));
        }
      }
    },
    find: (id) => [...living.values()].find(({ sessionId }) => lines.idOf(sessionId) === id),
    announce() {
      described.clear();
      for (const actor of living.values()) {
        const { sessionId } = rootOf(actor);
        tellActor(actor, sessionId, lines.snapshot(actor, sessionId, actor.getSnapshot()));
      }
    },
  };
}

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

/**
 * As Stately's own client writes it: functions by their name. Without its first context, which is no part of a chart and is
 * told as any other; of what else is in it only meta and the like may be something that no JSON has.
 */
export function definitionOf(machine: AnyStateMachine): string | undefined {
  const { context: _, ...config } = machine.config;
  const around: unknown[] = [];
  try {
    return JSON.stringify(config, function (this: unknown, _, value) {
      if (typeof value === 'function') return { type: value.name };
      if (typeof value === 'bigint') return '‹bigint›';
      if (typeof value !== 'object' || value === null) return value;
      while (around.length > 0 && around.at(-1) !== this) around.pop();
      if (around.includes(value)) return '‹around it›';
      around.push(value);
      return value;
    });
  } catch {
    return undefined;
  }
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
