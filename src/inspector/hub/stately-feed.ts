/**
 * The events as Stately's own inspector takes them: with every actor's definition, without our own events and
 * fields. Who comes late is told of all actors as they are, as if they had just been made.
 */

import { DEFINITIONS } from '../limits.ts';
import { type ActorEvent, type InspectorEvent, STATELY_VERSION, type StatelyEvent } from '../view/events.ts';
import type { ActorPicture } from '../view/picture.ts';

export class StatelyFeed {
  /** By machine; those that were told last stand last. */
  readonly #definitions = new Map<string, string>();

  /** Learns definitions from all events, in whatever order they are asked for later. */
  note(event: InspectorEvent): void {
    if (event.type !== '@xstate.actor' || !event.machine || !event.definition) return;
    this.#definitions.delete(event.machine);
    this.#definitions.set(event.machine, event.definition);
    if (this.#definitions.size > DEFINITIONS)
      this.#definitions.delete(this.#definitions.keys().next().value!);
  }

  /** One event, or nothing where it is one of ours. */
  translate(event: InspectorEvent): StatelyEvent | undefined {
    switch (event.type) {
      case '@xstate.actor':
        return this.#defined(event);
      case '@xstate.snapshot': {
        const { transitions: _, ...stately } = event;
        return stately as StatelyEvent;
      }
      case '@xstate.event':
        return event;
      default:
        return undefined;
    }
  }

  /** An actor as JSON, as it is told of to somebody who comes late. */
  opening(actor: ActorPicture): string {
    return JSON.stringify(this.#defined(actorEventOf(actor)));
  }

  #defined({ machine, ...event }: ActorEvent): StatelyEvent {
    const known = machine === undefined ? undefined : this.#definitions.get(machine);
    const definition = event.definition ?? known ?? JSON.stringify({ id: event.name });
    return { ...event, definition } as StatelyEvent;
  }
}

const actorEventOf = (actor: ActorPicture): ActorEvent => ({
  type: '@xstate.actor',
  sessionId: actor.id,
  rootId: actor.rootId,
  parentId: actor.parentId,
  name: actor.name,
  machine: actor.machine,
  definition: undefined,
  snapshot: {
    status: actor.status === 'gone' ? 'stopped' : actor.status,
    value: actor.value,
    context: actor.context,
    output: actor.output,
  },
  createdAt: actor.lastAt.toFixed(3),
  id: null,
  _version: STATELY_VERSION,
});
