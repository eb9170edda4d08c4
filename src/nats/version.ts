/** Which nats-server is new enough. Before it, a `kill -9` could take a whole stream (2.10.20 to 2.10.22), and followers did
 * not look at conditions (2.9). */
const OLDEST = [2, 10, 27] as const;

export const OLDEST_ENGINE = OLDEST.join('.');

export const isOldEngine = (version: string): boolean => {
  const parts = version.split(/[.-]/).map(Number);
  for (const [index, least] of OLDEST.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return !(part > least);
  }
  return false;
};
