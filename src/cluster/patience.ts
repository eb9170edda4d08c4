/**
 * An engine may be away: while its leader is elected, while a network is cut, while somebody mends it. Each question is
 * asked again until it is answered; or, for a command that a person waits for, until `mostMs` has passed. The log says
 * once that we wait, and once that the wait is over.
 */
import { EXIT_PERMANENT, exitCodeOf } from '../../machines/exit-codes.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { messageOf } from '../errors.ts';
import { LOG_ASK_CAP_MS, LOG_ASK_MS } from '../limits.ts';
import { now } from '../runtime/time.ts';

/** Where time comes from; XState's clocks are such. */
export type Clock = { setTimeout(fn: () => void, ms: number): unknown; clearTimeout(id: unknown): void };

type PatienceOptions = {
  clock: Clock;
  notice: (entry: LogEntry) => void;
  /** How long it is waited for at a stretch; for ever unless told. */
  mostMs?: number;
};

export class Patience {
  readonly clock: Clock;
  readonly #notice: PatienceOptions['notice'];
  readonly #mostMs: number;
  readonly #pauses = new Map<unknown, () => void>();
  /** Since when, as `now()`. */
  #waitingSince: number | undefined;
  /** Questions that were asked in vain so far. */
  #unanswered = 0;
  isOver = false;

  constructor({ clock, notice, mostMs = Number.POSITIVE_INFINITY }: PatienceOptions) {
    this.clock = clock;
    this.#notice = notice;
    this.#mostMs = mostMs;
  }

  /** Since when the engine does not answer; undefined: it does. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  /**
   * Asks until there is an answer.
   *
   * @returns undefined if nobody waits for one any more
   * @throws what only a person can mend; what the engine said last, if it is not waited for any more
   */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    for (let attempt = 0; !this.isOver; attempt++) {
      try {
        const answer = await question();
        if (attempt > 0) this.#unanswered--;
        this.answered();
        return answer;
      } catch (error) {
        if (exitCodeOf(error) === EXIT_PERMANENT) throw error;
        if (attempt === 0) this.#unanswered++;
        await this.failed(error, attempt);
      }
    }
    return undefined;
  }

  /** Counts a question that somebody else asks, in vain so far. @returns to be called once it is answered */
  inVain(): () => void {
    this.#unanswered++;
    return () => {
      this.#unanswered--;
      this.answered();
    };
  }

  /** A question was answered. The wait is over only once all are: an engine that comes back may tell where a log ends, and
   * not take anything yet. */
  answered(): void {
    if (this.#waitingSince === undefined || this.#unanswered > 0) return;
    this.#waitingSince = undefined;
    this.#notice({ level: 'info', action: 'wait_for_log', result: 'success' });
  }

  /**
   * A question has failed, after `attempt` failures before: resolves when to ask again.
   *
   * @throws what the engine said, if it is not waited for any more
   */
  async failed(error: unknown, attempt: number): Promise<void> {
    if (this.isOver) return;
    if (this.#waitingSince === undefined) {
      const details = { error: messageOf(error) };
      this.#notice({ level: 'warn', action: 'wait_for_log', result: 'in_progress', details });
    }
    this.#waitingSince ??= now();
    if (now() - this.#waitingSince >= this.#mostMs)
      throw new Error(`${messageOf(error)} (waited ${this.#mostMs / 1_000} s)`, { cause: error });
    await this.pause(Math.min(LOG_ASK_CAP_MS, LOG_ASK_MS * 2 ** Math.min(attempt, 16)));
  }

  pause(ms: number): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.clock.setTimeout(() => {
        this.#pauses.delete(timer);
        resolve();
      }, ms);
      this.#pauses.set(timer, resolve);
    });
  }

  /** No question is asked any more. */
  end(): void {
    this.isOver = true;
    for (const [timer, resolve] of this.#pauses) {
      this.clock.clearTimeout(timer);
      resolve();
    }
    this.#pauses.clear();
  }
}
