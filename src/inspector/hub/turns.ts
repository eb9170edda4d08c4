/**
 * Work in turns: between one piece of it and the next everybody else of the process has theirs, whoever has
 * however much to do. A piece must be small; that is its caller's business.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isCalling = false;

  /** Waits for the caller's turn: those who came before go first, one in each round of the event loop. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isCalling) this.#call();
    });
  }

  #call(): void {
    this.#isCalling = true;
    setImmediate(() => {
      this.#isCalling = false;
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#call();
    });
  }
}
