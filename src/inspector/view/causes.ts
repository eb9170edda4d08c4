/**
 * What caused an event, and what it caused, as far as XState tells. An actor takes one event at a time, and what a machine
 * sends it sends while it takes one: that one is the cause. What is sent at another time is a timer's, or was begun by
 * what its actor was told last.
 */
import type { EventSummary } from './events.ts';
import { activeStates } from './naming.ts';

/** An event that an actor was sent. */
type Sent = {
  readonly number: number;
  readonly source: string | undefined;
  readonly target: string;
  readonly event: EventSummary;
  /** Number of the record that says that it was taken. */
  readonly step: number | undefined;
};

/** How a cause is known: sent while it was taken, a timer that was set then, over the wire; or only that its actor was
 * told nothing else since. */
export type How = 'step' | 'timer' | 'wire' | 'latest';

export type Cause<T> = { readonly row: T; readonly how: How };

/** An event that was caused, directly (1) or by others that were. */
export type Effect<T> = { readonly row: T; readonly depth: number; readonly how: How };

type Run<T> = {
  /** A machine's id; undefined of an actor that is none. */
  machineOf(id: string): string | undefined;
  /** The state that an actor had after a step. */
  valueAfter(step: number): unknown;
  /** Tells what another process wrote that arrived as this; of what comes from no other, undefined. */
  wire: Wire<T>;
};

/** @param sentBy what an actor sent, in its order */
export type Wire<T> = (
  sentBy: (id: string) => readonly T[],
) => (row: T) => { write: T | undefined } | undefined;

/** Events that are looked through for effects, and steps of an actor for when a state was entered. */
const MOST_FOLLOWING = 10_000;
const MOST_STEPS = 1_000;

export class Causes<T extends Sent> {
  readonly #rows: readonly T[];
  readonly #run: Run<T>;
  readonly #writeOf: ReturnType<Wire<T>>;
  /** By actor: what it was sent, what of that it has taken, and what it sent; each in its order. */
  readonly #told = new Map<string, T[]>();
  readonly #taken = new Map<string, T[]>();
  readonly #sent = new Map<string, T[]>();

  constructor(rows: readonly T[], run: Run<T>) {
    this.#rows = rows;
    this.#run = run;
    this.#writeOf = run.wire((id) => this.#sent.get(id) ?? []);
    for (const row of rows) {
      put(this.#told, row.target, row);
      if (row.step !== undefined) put(this.#taken, row.target, row);
      if (row.source !== undefined) put(this.#sent, row.source, row);
    }
  }

  /** Undefined of an event that comes from outside, or is older than what is kept. */
  of(row: T): Cause<T> | undefined {
    const { number, source, event } = row;
    if (source === undefined) return undefined;
    const come = this.#writeOf(row);
    if (come) return come.write && come.write.number < number ? { row: come.write, how: 'wire' } : undefined;
    const taken = this.#taken.get(source) ?? [];
    const next = firstBeyond(taken, number, ({ step }) => step ?? 0);
    const during = taken[next];
    if (during && during.number < number) return { row: during, how: 'step' };
    const machine = this.#run.machineOf(source);
    if (machine !== undefined)
      return this.#timer(machine, event.type, taken.slice(Math.max(0, next - MOST_STEPS), next));
    const told = this.#told.get(source) ?? [];
    const latest = told[firstBeyond(told, number - 1, (one) => one.number) - 1];
    return latest && { row: latest, how: 'latest' };
  }

  /** Back to the first that is known, which comes first. */
  before(row: T): Cause<T>[] {
    const chain: Cause<T>[] = [];
    for (let cause = this.of(row); cause; cause = this.of(cause.row)) chain.push(cause);
    return chain.reverse();
  }

  /** In their order, at most so many. */
  after(row: T, most: number): Effect<T>[] {
    const depths = new Map([[row, 0]]);
    const effects: Effect<T>[] = [];
    /** Who may have sent an effect: whoever was sent one. */
    const senders = new Set([row.target]);
    const begin = firstBeyond(this.#rows, row.number, ({ number }) => number);
    for (const one of this.#rows.slice(begin, begin + MOST_FOLLOWING)) {
      if (effects.length >= most) break;
      if (one.source === undefined || !(senders.has(one.source) || this.#writeOf(one)?.write)) continue;
      const cause = this.of(one);
      const depth = cause && depths.get(cause.row);
      if (cause === undefined || depth === undefined) continue;
      depths.set(one, depth + 1);
      senders.add(one.target);
      effects.push({ row: one, depth: depth + 1, how: cause.how });
    }
    return effects;
  }

  /** `xstate.after.<delay>.<state>`: the step with which that state was entered, or the timer's last one before. */
  #timer(machine: string, type: string, taken: readonly T[]): Cause<T> | undefined {
    if (!type.startsWith('xstate.after.')) return undefined;
    const isIn = ({ step }: T): boolean =>
      [...activeStates(machine, step === undefined ? undefined : this.#run.valueAfter(step))].some((state) =>
        type.endsWith(`.${state}`),
      );
    const outside = taken.findLastIndex((row) => !isIn(row));
    const again = taken.findLastIndex(({ event }) => event.type === type);
    const row = taken[Math.max(outside + 1, again)];
    return row && { row, how: 'timer' };
  }
}

function put<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** Index of the first whose number is greater. */
function firstBeyond<T>(list: readonly T[], number: number, numberOf: (item: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberOf(list[middle]!) <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}
