/** By what a link says which run it is to: when that run began. */

/** @param began milliseconds since 1970, of which microseconds are told: no two runs of one inspector begin in one */
export const runNameOf = (began: number): string => Math.round(began * 1_000).toString(36);

/** @returns undefined for what is no run's name */
export function whenBegan(name: string): Date | undefined {
  const date = new Date(Number.parseInt(name, 36) / 1_000);
  return /^[\da-z]{1,12}$/.test(name) && Number.isFinite(date.getTime()) ? date : undefined;
}
