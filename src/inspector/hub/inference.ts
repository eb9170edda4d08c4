/** What other programs' machines did, found out from their definitions. */
import { describeDefinition, NotDrawn } from '../charts/definition.ts';
import { type MachineDescription, statesOf } from '../charts/description.ts';
import { transitionsIn } from '../charts/inference.ts';
import { STEP_TRANSITIONS, WORD_CHARS } from '../limits.ts';
import type { Definitions } from '../view/definitions.ts';
import type { ActorEvent, InspectorEvent, SnapshotEvent } from '../view/events.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';

/** As XState calls what is invoked without an id: `0.player.loading`. */
const GENERATED = /^\d+\./;

export class Inference {
  /** By definition's key; undefined for one that cannot be read. */
  readonly #described = new Map<string, MachineDescription | undefined>();

  /** @param picture as it was before the event. @returns the event with what can be known of it */
  complete(picture: Picture, event: InspectorEvent): InspectorEvent {
    if (event.type === '@xstate.snapshot' && event.transitions.length === 0)
      return this.#withTransitions(picture, event);
    if (event.type === '@xstate.actor' && GENERATED.test(event.name)) return this.#named(picture, event);
    return event;
  }

  #withTransitions(picture: Picture, event: SnapshotEvent): SnapshotEvent {
    const actor = picture.actors.get(event.sessionId);
    const machine = this.#machineOf(picture, actor);
    if (!actor || !machine) return event;
    const { value: after, context = {} } = event.snapshot;
    const hasChanged = () => JSON.stringify(actor.context) !== JSON.stringify(context);
    const step = { before: actor.value, event: event.event.type, after, hasChanged };
    const transitions = transitionsIn(machine, step)
      .filter((id) => id.length <= WORD_CHARS)
      .slice(0, STEP_TRANSITIONS);
    return transitions.length === 0 ? event : { ...event, transitions };
  }

  /** An invoked actor without an id of its own is called as what its parent invokes. */
  #named(picture: Picture, event: ActorEvent): ActorEvent {
    const parent = event.parentId === undefined ? undefined : picture.actors.get(event.parentId);
    const machine = this.#machineOf(picture, parent);
    if (!machine) return event;
    const invokes = [...statesOf(machine.root)].flatMap((state) => state.invokes);
    const name = invokes.find(({ id }) => id === event.name)?.actor;
    return name === undefined ? event : { ...event, name };
  }

  /** Of another program: our own processes tell. */
  #machineOf({ definitions }: Picture, actor: ActorPicture | undefined): MachineDescription | undefined {
    const definition = actor?.chart === undefined ? undefined : definitions.get(actor.chart);
    if (!actor?.isForeign || !definition) return undefined;
    return this.#describe(definitions, definition.key, definition.definition);
  }

  /** A description is kept as long as its definition, which is bounded. */
  #describe(known: Definitions, key: string, text: string): MachineDescription | undefined {
    if (!this.#described.has(key)) {
      for (const other of this.#described.keys()) if (!known.has(other)) this.#described.delete(other);
      this.#described.set(key, descriptionIn(text));
    }
    return this.#described.get(key);
  }
}

function descriptionIn(text: string): MachineDescription | undefined {
  try {
    return describeDefinition(text);
  } catch (error) {
    if (error instanceof NotDrawn) return undefined;
    throw error;
  }
}
