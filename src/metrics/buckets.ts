import type { Sample } from './text.ts';

/** How often a value was at most each of some bounds: a histogram as Prometheus has it. */
export class Buckets {
  readonly #bounds: readonly number[];
  /** How many fell between a bound and the one before; the last has no bound. */
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const index = this.#bounds.findIndex((bound) => value <= bound);
    const place = index === -1 ? this.#bounds.length : index;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#sum += value;
  }

  samples(): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((own, index): Sample => {
      count += own;
      return { suffix: '_bucket', labels: { le: `${this.#bounds[index] ?? '+Inf'}` }, value: count };
    });
    return [...buckets, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: count }];
  }
}
