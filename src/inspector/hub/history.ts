/**
 * The events of all processes in the order of their times, the newest of them kept one by one, all that is older
 * as one picture: whoever has both can show any moment since. Both are bounded in bytes, whatever is told.
 */

import { nanoid } from 'nanoid';
import { ARRIVED_CHARS, HISTORY_CHARS, HISTORY_EVENTS, HISTORY_SLACK, SETTLE_MS } from '../limits.ts';
import { apartFromDefinition } from '../view/definitions.ts';
import { type InspectorEvent, processOf } from '../view/events.ts';
import { apply, emptyPicture, type Picture } from '../view/picture.ts';
import { Inference } from './inference.ts';
import { PictureBudget } from './picture-budget.ts';

/** Letters that tell the runs of a page's hubs apart. */
const RUN_CHARS = 6;

type Entry = { readonly event: InspectorEvent; readonly json: string };

/** An event that is kept as its text alone, a tenth of what it takes when it is parsed. */
class Kept implements Entry {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  get event(): InspectorEvent {
    return JSON.parse(this.json);
  }
}

type Arrived = Entry & { readonly time: number };

export class History {
  /** As it was before the first event that is kept. */
  readonly base: Picture = emptyPicture();
  readonly now: Picture = emptyPicture();
  readonly #budget = new PictureBudget();
  readonly #inference = new Inference();
  readonly #run = nanoid(RUN_CHARS);
  readonly #events: number;
  readonly #mostChars: number;
  #entries: Kept[] = [];
  #chars = 0;
  /** Number of the first event that is kept, from 0. */
  #first = 0;
  #arrived: Arrived[] = [];
  #arrivedChars = 0;
  #isBehind = false;

  /** @param events how many are kept; and how many characters of them */
  constructor(events = HISTORY_EVENTS, chars = HISTORY_CHARS) {
    this.#events = events;
    this.#mostChars = chars;
  }

  get first(): number {
    return this.#first;
  }

  /** Number of the event that comes next. */
  get next(): number {
    return this.#first + this.#entries.length;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** The last turn was too short for all that was due. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** So much waits for its place, or to be forgotten, that nothing more should be brought. */
  get isFull(): boolean {
    return this.#arrivedChars > ARRIVED_CHARS || this.#chars > 1.25 * this.#mostChars;
  }

  /** Entry `number` to `end`, as JSON, as many as `chars` hold, at least one. */
  slice(number: number, chars: number): string[] {
    const slice: string[] = [];
    let size = 0;
    for (let index = number - this.#first; index < this.#entries.length; index += 1) {
      const { json } = this.#entries[index]!;
      size += json.length;
      if (slice.length > 0 && size > chars) break;
      slice.push(json);
    }
    return slice;
  }

  /** Takes in an event, which is held back until those of other processes can have arrived. */
  add(event: InspectorEvent): void {
    const json = JSON.stringify(event);
    this.#arrived.push({ event, json, time: this.#timeOf(event) });
    this.#arrivedChars += json.length;
  }

  /**
   * Puts in order what has been held back long enough.
   *
   * @param now milliseconds since 1970; everything, if it is infinite
   * @param turnMs milliseconds that it may take; what is left then waits for the next time
   * @returns what is new
   */
  settle(now: number, turnMs = Number.POSITIVE_INFINITY): readonly Entry[] {
    const until = now - SETTLE_MS;
    const settled: Arrived[] = [];
    const waiting: Arrived[] = [];
    for (const entry of this.#arrived) (entry.time <= until ? settled : waiting).push(entry);
    sort(settled);
    return this.#order(settled, waiting, performance.now() + turnMs);
  }

  /** Puts the older half in order, however little time has passed: there is no room for more. */
  settleHalf(): void {
    const arrived = sort(this.#arrived);
    const half = Math.ceil(arrived.length / 2);
    this.#order(arrived.slice(0, half), arrived.slice(half), Number.POSITIVE_INFINITY);
  }

  /** That a process has gone comes after all that it has told, whose times may be ahead of the hub's clock. */
  #timeOf(event: InspectorEvent): number {
    const time = Number(event.createdAt);
    if (event.type !== '@quiniela.left') return time;
    const told = this.#arrived.filter(
      (one) => 'sessionId' in one.event && processOf(one.event.sessionId) === event.process,
    );
    return told.reduce((latest, one) => Math.max(latest, one.time), time);
  }

  #order(settled: readonly Arrived[], waiting: readonly Arrived[], end: number): readonly Entry[] {
    let taken = 0;
    const before = this.#entries.length;
    while (taken < settled.length && (taken === 0 || performance.now() < end)) {
      const arrived = settled[taken]!;
      this.#arrivedChars -= arrived.json.length;
      this.#take(arrived);
      taken += 1;
    }
    this.#isBehind = taken < settled.length;
    this.#arrived = [...settled.slice(taken), ...waiting];
    const kept = this.#entries.slice(before);
    this.#forget(end);
    return kept;
  }

  #take({ event, json }: Entry): void {
    for (const kept of apartFromDefinition(
      this.now.definitions,
      this.#inference.complete(this.now, event),
      this.#run,
    ))
      this.#keep(kept, kept === event ? json : JSON.stringify(kept));
  }

  #keep(event: InspectorEvent, json: string): void {
    this.#budget.note(this.now, event);
    apply(this.now, event);
    this.#entries.push(new Kept(json));
    this.#chars += json.length;
    // A fact of the run like any other: every page forgets the same.
    const ids = this.#budget.excess(this.now);
    if (ids.length === 0) return;
    const forgotten = { type: '@quiniela.forgotten', ids, createdAt: event.createdAt } as const;
    this.#keep(forgotten, JSON.stringify(forgotten));
  }

  #forget(end: number): void {
    const isOver = this.#entries.length > this.#events + HISTORY_SLACK || this.#chars > this.#mostChars;
    if (!isOver) return;
    let count = 0;
    const enough = this.#mostChars - this.#mostChars / 16;
    while (
      count < this.#entries.length &&
      (this.#entries.length - count > this.#events || this.#chars > enough) &&
      (count === 0 || performance.now() < end)
    ) {
      const entry = this.#entries[count]!;
      this.#chars -= entry.json.length;
      apply(this.base, entry.event);
      count += 1;
    }
    this.#entries.splice(0, count);
    this.#first += count;
  }
}

/** Stable: what one process said in one moment keeps its order. */
const sort = (entries: Arrived[]): Arrived[] => entries.sort((one, other) => one.time - other.time);
