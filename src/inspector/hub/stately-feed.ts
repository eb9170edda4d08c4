/**
 * The events as Stately's own inspector takes them: with every actor's definition, without our own events and
 * fields. Who comes late is told of all actors as they are, as if they had just been made.
 */

import type { Definitions } from '../view/definitions.ts';
import { type ActorEvent, type InspectorEvent, STATELY_VERSION, type StatelyEvent } from '../view/events.ts';
import type { ActorPicture } from '../view/picture.ts';

export class StatelyFeed {
  readonly #definitions: Definitions;

  /** @param definitions those that are known, at any time */
  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** One event, or nothing if it is one of ours. */
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

  #defined({ machine: _, isForeign: __, chart, ...event }: ActorEvent): StatelyEvent {
    const known = chart === undefined ? undefined : this.#definitions.get(chart)?.definition;
    return { ...event, definition: known ?? JSON.stringify({ id: event.name }) } as StatelyEvent;
  }
}

const actorEventOf = (actor: ActorPicture): ActorEvent => ({
  type: '@xstate.actor',
  sessionId: actor.id,
  rootId: actor.rootId,
  parentId: actor.parentId,
  name: actor.name,
  machine: actor.machine,
  isForeign: actor.isForeign,
  chart: actor.chart,
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
