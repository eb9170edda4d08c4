/** Time that passes only when it is told to: timers fire in the order of their time, then of their making. */
export class SimulatedTime {
  now = 0;
  #made = 0;
  readonly #timers = new Map<number, { at: number; fn: () => void }>();

  setTimeout = (fn: () => void, ms: number): number => {
    this.#made += 1;
    this.#timers.set(this.#made, { at: this.now + Math.max(0, Math.round(ms)), fn });
    return this.#made;
  };

  clearTimeout = (id: unknown): void => {
    this.#timers.delete(id as number);
  };

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  /** Fires the next timer; false if there is none. */
  step(): boolean {
    let next: [number, { at: number; fn: () => void }] | undefined;
    for (const entry of this.#timers) if (!next || entry[1].at < next[1].at) next = entry;
    if (!next) return false;
    const [id, { at, fn }] = next;
    this.#timers.delete(id);
    this.now = Math.max(this.now, at);
    fn();
    return true;
  }
}
