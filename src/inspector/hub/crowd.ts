/** Whether programs are turned away, as so many are connected already: who looks at the page wonders where theirs is. */
import { CLIENTS } from '../limits.ts';

export class Crowd {
  readonly #onFirst: () => void;
  #wasFull = false;
  /** Programs that may be connected at once, as long as others are turned away. */
  limit: number | undefined;

  /** @param onFirst told once: who is turned away tries again every few seconds */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  turnAway(): void {
    this.limit = CLIENTS;
    if (!this.#wasFull) this.#onFirst();
    this.#wasFull = true;
  }

  makeRoom(): void {
    this.limit = undefined;
  }
}
