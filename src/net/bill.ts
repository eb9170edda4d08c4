/** What one peer has had of the server. Floods pay for what they cost besides their turns: see turns.ts. */
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

  /** It has said more than a line or two. */
  get isHeavy(): boolean {
    return this.#heard > LIGHT_BYTES;
  }

  /** It goes on sending what nobody wants. */
  get isOverdrawn(): boolean {
    return this.#discarded > DISCARDED_BYTES;
  }

  /** Milliseconds to charge once it has left: for peers that only come and go. */
  total(isStranger: boolean): number {
    if (now() - this.#openedAt >= SHORT_LIFE_MS) return 0;
    const isLight = isStranger && this.#heard + this.#discarded <= LIGHT_BYTES;
    return isLight ? SHORT_LIFE_COST_MS : SHORT_SESSION_COST_MS;
  }
}
