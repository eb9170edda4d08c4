/** Random choices that a seed repeats. */
import { asked } from './asked.ts';

export type Random = {
  /** 0 to `below - 1`. */
  int: (below: number) => number;
  pick: <T>(items: readonly T[]) => T;
};

/** The seed of a run: FUZZ_SEED repeats one that failed. */
export const fuzzSeed = (): number => asked('FUZZ_SEED', Math.floor(Math.random() * 2 ** 32), 0);

/** mulberry32: 32 bits of state, good enough to choose with. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return { int, pick: (items) => items[int(items.length)]! };
};

/** Bytes that formats turn on. */
const TELLING = [...Buffer.from('\n\r,;:%"0129-ADHB \0\x7f'), 0xc3, 0xb1, 0xff, 0xf0, 0xef];

/** A copy with up to four changes: bytes replaced, put in, taken out, repeated elsewhere, or the end cut off. */
export const mutate = (bytes: Buffer, random: Random): Buffer => {
  let mutated: Buffer = Buffer.from(bytes);
  for (let changes = random.int(5); changes > 0; changes--) {
    const at = random.int(mutated.length + 1);
    const to = Math.min(mutated.length, at + random.int(8));
    const before = mutated.subarray(0, at);
    const byte = Buffer.of(random.int(3) === 0 ? random.int(256) : random.pick(TELLING));
    const other = random.int(mutated.length + 1);
    const piece = mutated.subarray(other, other + random.int(40));
    mutated = random.pick([
      () => Buffer.concat([before, byte, mutated.subarray(at + 1)]),
      () => Buffer.concat([before, byte, mutated.subarray(at)]),
      () => Buffer.concat([before, mutated.subarray(to)]),
      () => Buffer.concat([before, piece, mutated.subarray(at)]),
      () => Buffer.concat([before, piece, mutated.subarray(to)]),
      () => before,
    ])();
  }
  return mutated;
};

/** A few places in `bytes`, in order. */
export const randomCuts = (bytes: Buffer, random: Random): number[] =>
  Array.from({ length: random.int(4) }, () => random.int(bytes.length + 1)).sort((a, b) => a - b);
