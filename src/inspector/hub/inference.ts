/** What other programs' machines did, found out from their definitions. */
import { describeDefinition, NotDrawn } from '../charts/definition.ts';
import type { MachineDescription } from '../charts/description.ts';
import { transitionsIn } from '../charts/inference.ts';
import { STEP_TRANSITIONS } from '../limits.ts';
import type { Definitions } from '../view/definitions.ts';
import type { InspectorEvent } from '../view/events.ts';
import type { Picture } from '../view/picture.ts';

export class Inference {
  /** By definition's key; undefined for one that cannot be read. */
  readonly #described = new Map<string, MachineDescription | undefined>();

  /** @param picture as it was before the event. @returns the event with its transitions, where they can be known */
  complete({ actors, definitions }: Picture, event: InspectorEvent): InspectorEvent {
    if (event.type !== '@xstate.snapshot' || event.transitions.length > 0) return event;
    const actor = actors.get(event.sessionId);
    const definition = actor?.chart === undefined ? undefined : definitions.get(actor.chart);
    // Our own processes tell.
    if (!actor?.isForeign || !definition) return event;
    const machine = this.#describe(definitions, definition.key, definition.definition);
    if (!machine) return event;
    const step = { before: actor.value, event: event.event.type, after: event.snapshot.value };
    const transitions = transitionsIn(machine, step).slice(0, STEP_TRANSITIONS);
    return transitions.length === 0 ? event : { ...event, transitions };
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
