/**
 * The events of all processes in the order of their times, the newest of them kept one by one, all that is older
 * as one picture: whoever has both can show any moment since.
 */
import type { InspectorEvent } from './events.ts';
import { HISTORY_EVENTS, HISTORY_SLACK, SETTLE_MS } from './limits.ts';
import { apply, emptyPicture, type Picture } from './picture.ts';

export type Entry = { event: InspectorEvent; json: string };

export class History {
  /** As it was before the first event that is kept. */
  readonly base: Picture = emptyPicture();
  readonly now: Picture = emptyPicture();
  readonly #capacity: number;
  #entries: Entry[] = [];
  /** Number of the first event that is kept, from 0. */
  #first = 0;
  #arrived: Entry[] = [];

  constructor(capacity = HISTORY_EVENTS) {
    this.#capacity = capacity;
  }

  get first(): number {
    return this.#first;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Takes in an event, which is held back until those of other processes can have arrived. */
  add(event: InspectorEvent, json = JSON.stringify(event)): void {
    this.#arrived.push({ event, json });
  }

  /**
   * Puts in order what has been held back long enough.
   *
   * @param now milliseconds since 1970; everything, where it is infinite
   * @returns what is new
   */
  settle(now: number): readonly Entry[] {
    if (this.#arrived.length === 0) return [];
    const until = now - SETTLE_MS;
    const settled: Entry[] = [];
    const waiting: Entry[] = [];
    for (const entry of this.#arrived) (timeOf(entry) <= until ? settled : waiting).push(entry);
    this.#arrived = waiting;
    // Stable: what one process said in one moment keeps its order.
    settled.sort((one, other) => timeOf(one) - timeOf(other));
    for (const entry of settled) {
      apply(this.now, entry.event);
      this.#entries.push(entry);
    }
    if (this.#entries.length > this.#capacity + HISTORY_SLACK) {
      const old = this.#entries.splice(0, this.#entries.length - this.#capacity);
      for (const { event } of old) apply(this.base, event);
      this.#first += old.length;
    }
    return settled;
  }
}

const timeOf = ({ event }: Entry): number => Number(event.createdAt);
