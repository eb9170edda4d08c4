/** The one clock of all that is told: Node's own is not enough, as several processes tell of one run. */

/** A tick of the machine's clock that is seen this closely, in milliseconds, is close enough; and how many are looked at. */
const CLOSE_MS = 0.02;
const MOST_TICKS = 8;

/**
 * When `steady` was 0, by `wall`: milliseconds since 1970. Node reads both clocks when a process starts, one after the other,
 * and where that loses the processor in between, `performance.timeOrigin` is wrong by as long: an answer would come before
 * its question. So a tick is waited for, which takes a millisecond at most, until one was seen without interruption.
 *
 * @param wall milliseconds since 1970, in whole ones
 * @param steady milliseconds, with their fractions, of a clock that never goes back
 */
export function originOf(wall: () => number, steady: () => number): number {
  let closest = { within: Number.POSITIVE_INFINITY, origin: 0 };
  for (let ticks = 0; ticks < MOST_TICKS && closest.within > CLOSE_MS; ticks += 1) {
    let older = steady();
    const begin = wall();
    let newer = steady();
    let time = wall();
    while (time === begin) {
      older = newer;
      newer = steady();
      time = wall();
    }
    const after = steady();
    const within = after - older;
    if (within < closest.within) closest = { within, origin: time - (older + after) / 2 };
  }
  return closest.origin;
}

const origin = originOf(Date.now, () => performance.now());

/** Milliseconds since 1970, by a clock that never goes back, whatever is done to the machine's. */
export const now = (): number => origin + performance.now();
