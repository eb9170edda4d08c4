/** A small seeded generator: the same words give the same numbers, on every machine. */

const TWO_32 = 2 ** 32;

/**
 * sfc32 ("small fast counting", Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and
 * BigCrush, a few nanoseconds a number.
 */
export class Random {
  // A typed array: fields of an object would be boxed above 31 bits.
  readonly #state: Uint32Array;

  /** @param words three 32-bit words; different words give unrelated numbers */
  constructor(words: readonly [number, number, number]) {
    this.#state = Uint32Array.of(...words, 1);
    for (let i = 0; i < 15; i += 1) this.next(); // so that similar words part
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const s = this.#state as Uint32Array & [number, number, number, number];
    const [a, b, c, counter] = [s[0], s[1], s[2], s[3]];
    const result = (a + b + counter) >>> 0;
    s[3] = counter + 1;
    s[0] = b ^ (b >>> 9);
    s[1] = c + (c << 3);
    s[2] = ((c << 21) | (c >>> 11)) + result;
    return result;
  }

  /** A whole number from 0 to `limit` - 1; `limit` is at most 2^32. */
  below(limit: number): number {
    return Math.floor((this.next() / TWO_32) * limit);
  }
}
