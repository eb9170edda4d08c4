/** Where a composite's name stands in the band above its inside: beside the wires that cross it. */
import type { Place, Point } from './layout.ts';

/** Pixels between a name and a wire, and between a name and its box. */
const BESIDE = 5;
const INDENT = 12;

/**
 * @param box the composite
 * @param size that of its name, with what stands beside it
 * @param wires straight pieces one after another
 * @returns pixels by which it is moved to the right; 0 also where there is no room
 */
export function titleShift(
  box: Place,
  size: { width: number; height: number },
  wires: readonly (readonly Point[])[],
): number {
  const band = { top: box.y + 2, bottom: box.y + size.height };
  const inTheWay = wires
    .flatMap((points) => points.slice(1).map((point, index) => [points[index]!, point] as const))
    .filter(([one, other]) => Math.min(one.y, other.y) < band.bottom && Math.max(one.y, other.y) > band.top)
    .map(([one, other]) => ({ left: Math.min(one.x, other.x), right: Math.max(one.x, other.x) }))
    .sort((one, other) => one.left - other.left);
  const start = box.x + INDENT;
  let x = start;
  for (const { left, right } of inTheWay)
    if (left < x + size.width + BESIDE && right > x - BESIDE) x = right + BESIDE;
  return x + size.width <= box.x + box.width - BESIDE ? x - start : 0;
}
