/**
 * Brings facts into the log: what waits goes into one entry, up to its bounds, and each entry is proposed again until it
 * has come back. Whether a fact counts is not known before that: an engine's acknowledgement says nothing of what else
 * stands in the log before it.
 */
import { ENTRY_BYTES, ENTRY_FACTS, ENTRY_FACTS_BYTES, ENTRY_RETURN_MS, LOG_ASK_MS } from '../limits.ts';
import { encodeFacts } from './codec.ts';
import type { Fact } from './entry.ts';
import type { Folded } from './fold.ts';
import type { OrderedLog } from './ordered-log.ts';
import type { Patience } from './patience.ts';

/** Rows of bets.csv, and how many bytes they are. */
export type FactRows = { rows: readonly Buffer[]; bytes: number };

type Waiting = { fact: Fact; load: FactRows; resolve: (folded: Folded) => void };

/** An entry on its way. */
type OnItsWay = { id: string; waiting: readonly Waiting[]; isBack: boolean; onBack: () => void };

/** Bytes that hold any fact, but for the signature of a DONE. */
const FACT_BYTES = ENTRY_FACTS_BYTES / ENTRY_FACTS;

/** Bytes of the signature of a DONE, as it is written. */
const signedBytes = (fact: Fact | undefined): number =>
  fact?.kind === 'done' && fact.proof ? JSON.stringify(fact.proof).length : 0;

const NO_ROWS: FactRows = { rows: [], bytes: 0 };

type ProposerOptions = {
  log: OrderedLog;
  patience: Patience;
  /** An id that nothing else has. */
  newId: () => string;
  /** The last entry that was taken from the log. */
  taken: () => number;
  /** The engine refuses for good. */
  fail: (error: unknown) => void;
};

export class Proposer {
  readonly #options: ProposerOptions;
  #waiting: Waiting[] = [];
  readonly #onItsWay = new Map<string, OnItsWay>();

  constructor(options: ProposerOptions) {
    this.#options = options;
  }

  /** @returns what became of the fact, once it has come back in the log */
  propose(fact: Fact, load = NO_ROWS): Promise<Folded> {
    if (this.#waiting.length === 0) setImmediate(() => this.#send());
    return new Promise((resolve) => {
      this.#waiting.push({ fact, load, resolve });
    });
  }

  /** Facts that have not come back. */
  get waiting(): number {
    const onTheirWay = [...this.#onItsWay.values()].map(({ waiting }) => waiting.length);
    return onTheirWay.reduce((sum, count) => sum + count, this.#waiting.length);
  }

  /** Whether an entry of the log is waited for here. */
  isOwn(id: string): boolean {
    return this.#onItsWay.has(id);
  }

  /** An own entry has come back, and its facts have been taken. */
  settle(id: string, folded: readonly Folded[]): void {
    const entry = this.#onItsWay.get(id);
    if (!entry) return;
    this.#onItsWay.delete(id);
    entry.isBack = true;
    entry.waiting.forEach(({ resolve }, index) => {
      const own = folded[index];
      if (own) resolve(own);
    });
    entry.onBack();
  }

  /** Nothing that was proposed counts any more. */
  giveUp(): void {
    for (const { id, waiting } of [...this.#onItsWay.values()]) {
      this.settle(
        id,
        waiting.map(() => ({ kind: 'setBack' })),
      );
    }
  }

  #send(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; ) {
      let [bytes, signed] = [0, 0];
      let to = from;
      for (; to < all.length && to - from < ENTRY_FACTS; to++) {
        bytes += all[to]?.load.bytes ?? 0;
        signed += signedBytes(all[to]?.fact);
        const facts = (to - from + 1) * FACT_BYTES + signed;
        const isFull = bytes > ENTRY_BYTES || facts > ENTRY_FACTS_BYTES;
        if (isFull && to > from) break;
      }
      this.#bring(all.slice(from, to)).catch(this.#options.fail);
      from = to;
    }
  }

  async #bring(waiting: readonly Waiting[]): Promise<void> {
    const { log, patience, newId, taken } = this.#options;
    const entry: OnItsWay = { id: newId(), waiting, isBack: false, onBack: () => {} };
    this.#onItsWay.set(entry.id, entry);
    const proposal = {
      id: entry.id,
      facts: encodeFacts(waiting.map(({ fact }) => fact)),
      rows: waiting.flatMap(({ load }) => load.rows),
    };
    for (let repeats = 0; !entry.isBack && !patience.isOver; repeats++) {
      const sequence = await patience.ask(() => (entry.isBack ? Promise.resolve(0) : log.propose(proposal)));
      if (sequence === undefined || entry.isBack) return;
      const isToCome = sequence > taken();
      await this.#back(entry, isToCome ? ENTRY_RETURN_MS * 2 ** Math.min(repeats, 4) : LOG_ASK_MS);
    }
  }

  /** Resolves when the entry is back, or should have been. */
  #back(entry: OnItsWay, ms: number): Promise<void> {
    const { clock } = this.#options.patience;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, ms);
      entry.onBack = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
  }
}
