/** Root may read everything. */
const NOBODY = 65_534;

/** Runs what must not wait as somebody whose permissions count, also if all tests run as root. */
export const asNobody = <T>(run: () => T): T => {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(NOBODY);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
};
