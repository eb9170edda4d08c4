/**
 * What is told of an actor that took one of several branches, where nothing says which: `light.red|next|0/2` is its
 * transition `light.red|next|0` or `light.red|next|2`.
 */

const BETWEEN = '/';

/** A transition's number among those of its state for the same event; a state's own name may hold bars. */
export const numberIn = (id: string): string => id.slice(id.lastIndexOf('|') + 1);

/** Of one state, for one event. */
export const oneOf = (ids: readonly [string, ...string[]]): string => {
  const [first, ...others] = ids;
  return [first, ...others.map(numberIn)].join(BETWEEN);
};

/** Ids of the transitions that one told may have been: itself, mostly. */
export function branchesIn(told: string): readonly string[] {
  const [, before, numbers] = /^(.*\|)(\d+(?:\/\d+)+)$/s.exec(told) ?? [];
  if (before === undefined || numbers === undefined) return [told];
  return numbers.split(BETWEEN).map((number) => `${before}${number}`);
}
