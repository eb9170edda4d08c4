/** What one peer has cost the server. A flood is charged for what it costs outside its turns: see turns.ts. */
import {
  DISCARDED_BYTES,
  LIGHT_BYTES,
  SHORT_LIFE_COST_MS,
  SHORT_LIFE_MS,
  SHORT_SESSION_COST_MS,
} from '../limits.ts';
import { now } from '../runtime/time.ts';

export class Bill {
  readonly #openedAt = now();
  /** Bytes that came from a stranger, and those that came after the session was over. */
  #heard = 0;
  #discarded = 0;

  hear(bytes: number): void {
    this.#heard += bytes;
  }

  discard(bytes: number): void {
    this.#discarded += bytes;
  }

  /** It has sent more than a line or two. */
  get isHeavy(): boolean {
    return this.#heard > LIGHT_BYTES;
  }

  /** It has sent too much since its session was over. */
  get isOverdrawn(): boolean {
    return this.#discarded > DISCARDED_BYTES;
  }

  /** Milliseconds to charge when it leaves, if it left soon after it came. */
  total(isStranger: boolean): number {
    if (now() - this.#openedAt >= SHORT_LIFE_MS) return 0;
    const isLight = isStranger && this.#heard + this.#discarded <= LIGHT_BYTES;
    return isLight ? SHORT_LIFE_COST_MS : SHORT_SESSION_COST_MS;
  }
}
