/** Milliseconds since 1970, by a clock that never goes back, whatever is done to the machine's. */
export const now = (): number => performance.timeOrigin + performance.now();
