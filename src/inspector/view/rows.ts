/** The events between actors, one row each, with what each of them caused. */
import type { EventSummary } from './events.ts';
import type { Moments } from './moments.ts';

export type Row = {
  /** The event's number in the run. */
  readonly number: number;
  /** Milliseconds since 1970, and those that its actor had waited for it. */
  readonly time: number;
  readonly gap: number;
  readonly source: string | undefined;
  readonly target: string;
  readonly event: EventSummary;
  /** Number of the record that says what its actor made of it; undefined if it took no notice. */
  step: number | undefined;
  /** The transitions that were taken. */
  took: readonly string[];
};

const NONE: readonly string[] = [];

/** Events of one actor that may wait for being taken. */
const MOST_WAITING = 256;

export class Rows {
  all: Row[] = [];
  #moments: Moments;
  #epoch = -1;
  #read = 0;
  /** By actor: what it was sent and has not taken yet, and when it was sent something last. */
  readonly #waiting = new Map<string, Row[]>();
  readonly #lastAt = new Map<string, number>();

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  /** Takes in what is new. @returns whether it is another run, and how many rows at the beginning have gone */
  update(): { isAnother: boolean; gone: number } {
    const { first, next, epoch } = this.#moments;
    const isAnother = epoch !== this.#epoch;
    if (isAnother) {
      this.#epoch = epoch;
      this.all = [];
      this.#read = first;
      this.#waiting.clear();
      this.#lastAt.clear();
    }
    let gone = 0;
    while (gone < this.all.length && this.all[gone]!.number < first) gone += 1;
    if (gone > 0) this.all.splice(0, gone);
    this.#read = Math.max(this.#read, first);
    for (; this.#read < next; this.#read += 1) this.#take(this.#read);
    return { isAnother, gone };
  }

  #take(number: number): void {
    const event = this.#moments.event(number);
    if (event?.type === '@xstate.event') {
      const { sessionId: target, sourceId: source } = event;
      const time = Number(event.createdAt);
      const gap = time - (this.#lastAt.get(target) ?? time);
      const row: Row = { number, time, gap, source, target, event: event.event, step: undefined, took: NONE };
      this.#lastAt.set(target, time);
      this.all.push(row);
      const waiting = this.#waiting.get(target);
      if (waiting && waiting.length < MOST_WAITING) waiting.push(row);
      else this.#waiting.set(target, [row]);
    } else if (event?.type === '@xstate.snapshot') {
      const waiting = this.#waiting.get(event.sessionId) ?? [];
      // What was sent before it and left no trace was not heeded.
      const index = waiting.findIndex((row) => isSame(row.event, event.event));
      if (index >= 0) {
        const row = waiting[index]!;
        row.step = number;
        if (event.transitions.length > 0) row.took = event.transitions;
        waiting.splice(0, index + 1);
      }
      if (event.snapshot.status !== 'active') {
        this.#waiting.delete(event.sessionId);
        this.#lastAt.delete(event.sessionId);
      }
    }
  }
}

/** When its actor had taken it, in milliseconds since 1970. */
export const endOf = ({ step }: Row, moments: Moments): number | undefined =>
  step === undefined ? undefined : moments.timeOf(step);

/** An event is told twice, when it is sent and when it is taken. */
const isSame = (one: EventSummary, other: EventSummary): boolean =>
  one.type === other.type &&
  Object.keys(one).every(
    (key) => typeof one[key] === 'object' || (Object.hasOwn(other, key) && Object.is(one[key], other[key])),
  );

/** Index of the last row whose event has happened before `number`; -1 if there is none. */
export function lastBefore(rows: readonly Row[], number: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.number < number) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
