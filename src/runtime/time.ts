/** Time, without a slower start: `performance` loads eleven of Node's modules at its first use. */

/** Milliseconds of a clock that never goes back. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Until the event loop has served everybody else. */
export const othersTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
