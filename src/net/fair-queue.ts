/** A queue that is fair to addresses: they take turns, however many wait from each. Within an address, who came first is first. */
export interface Waiting {
  /** Where it comes from. */
  readonly address: string;
}

type Neighbours<T> = { address: string; waiting: T[] };

export class FairQueue<T extends Waiting> {
  /** In the order of their turns. */
  readonly #order: Neighbours<T>[] = [];
  readonly #byAddress = new Map<string, Neighbours<T>>();

  get isEmpty(): boolean {
    return this.#order.length === 0;
  }

  push(one: T): void {
    const { address } = one;
    let neighbours = this.#byAddress.get(address);
    if (!neighbours) {
      neighbours = { address, waiting: [] };
      this.#byAddress.set(address, neighbours);
      this.#order.push(neighbours);
    }
    neighbours.waiting.push(one);
  }

  shift(): T | undefined {
    const neighbours = this.#order.shift();
    const one = neighbours?.waiting.shift();
    if (neighbours && neighbours.waiting.length > 0) this.#order.push(neighbours);
    else if (neighbours) this.#byAddress.delete(neighbours.address);
    return one;
  }
}
