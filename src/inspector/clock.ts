/** Milliseconds since 1970, by a clock that never goes back, whatever is done to the machine's. */
export const now = (): number => timeOrigin + performance.now();

/** Asked for at once: `performance` is a module of Node's, which is loaded then. */
const { timeOrigin } = performance;
