/** How much memory the actors take, each by what was told of it last; and who goes if it is too much. */

import { PICTURE_BYTES } from '../limits.ts';
import type { InspectorEvent } from '../view/events.ts';
import type { Picture } from '../view/picture.ts';
import { weightOf } from '../view/weight.ts';

/** Bytes of an actor's picture without what was told. */
const ACTOR_BYTES = 600;
/** Bytes of a counter, without its name. */
const COUNTER_BYTES = 32;

type Weight = { told: number; counters: number };

export class PictureBudget {
  readonly #most: number;
  readonly #weights = new Map<string, Weight>();
  #bytes = 0;

  constructor(most = PICTURE_BYTES) {
    this.#most = most;
  }

  /** Notes what an event is about to change. */
  note({ actors }: Picture, event: InspectorEvent): void {
    if (event.type !== '@xstate.actor' && event.type !== '@xstate.snapshot') return;
    const id = event.sessionId;
    const actor = actors.get(id);
    if (event.type === '@xstate.snapshot' && !actor) return;
    const before = this.#weights.get(id) ?? { told: 0, counters: 0 };
    let { counters } = before;
    if (event.type === '@xstate.snapshot') {
      for (const transition of event.transitions ?? [])
        if (!actor || !Object.hasOwn(actor.taken, transition)) counters += COUNTER_BYTES + transition.length;
    }
    const { value, context, output } = event.snapshot;
    const parts = [value, context, output, 'event' in event ? event.event : undefined];
    const told = parts.reduce<number>((bytes, part) => bytes + weightOf(part), ACTOR_BYTES);
    this.#weights.set(id, { told, counters });
    this.#bytes += told + counters - before.told - before.counters;
  }

  /** Ids of the actors that have to go: those that ended long ago first. */
  excess({ actors }: Picture): string[] {
    if (this.#bytes <= this.#most) return [];
    // Some have gone by themselves.
    for (const id of this.#weights.keys()) if (!actors.has(id)) this.#drop(id);
    // An eighth more, so that this is rare.
    const enough = this.#most - this.#most / 8;
    const ids: string[] = [];
    if (this.#bytes <= this.#most) return ids;
    for (const isEnded of [true, false]) {
      for (const { id, status } of actors.values()) {
        if (this.#bytes <= enough) return ids;
        if ((status !== 'active') !== isEnded) continue;
        this.#drop(id);
        ids.push(id);
      }
    }
    return ids;
  }

  #drop(id: string): void {
    const { told, counters } = this.#weights.get(id) ?? { told: 0, counters: 0 };
    this.#bytes -= told + counters;
    this.#weights.delete(id);
  }
}
