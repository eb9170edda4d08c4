/** A chart in which some composite states are closed: what is inside of them is one box, with all its arrows. */
import type { ChartArrow, ChartBox, ChartGraph, ChartLine } from './graph.ts';

/** @param closed ids of composite states; what is none, or inside of another, is passed over */
export function folded({ root, arrows }: ChartGraph, closed: ReadonlySet<string>): ChartGraph {
  /** By box: the one that stands for it. */
  const shown = new Map<string, string>();
  const fold = (box: ChartBox, into: string | undefined): ChartBox => {
    const isClosed = closed.has(box.id) && box.boxes.length > 0;
    const stands = into ?? (isClosed ? box.id : undefined);
    shown.set(box.id, stands ?? box.id);
    const inner = box.boxes.map((child) => fold(child, stands));
    if (!isClosed) return { ...box, boxes: inner };
    const states = box.boxes.filter(({ kind }) => kind !== 'initial' && kind !== 'every').length;
    return { ...box, title: `${box.title} (${states})`, isFolded: true, answers: [], boxes: [] };
  };
  const box = fold(root, undefined);
  return { root: box, arrows: merged(arrows, shown) };
}

/** Arrows that have come to have the same ends are one; what happens inside of a closed state is not to be seen. */
function merged(arrows: readonly ChartArrow[], shown: ReadonlyMap<string, string>): ChartArrow[] {
  const kept = new Map<string, { id: string; from: string; to: string; lines: ChartLine[] }>();
  for (const { id, from, to, lines } of arrows) {
    const ends = { from: shown.get(from) ?? from, to: shown.get(to) ?? to };
    const isInside = ends.from === ends.to && (from !== ends.from || to !== ends.to);
    if (isInside) continue;
    const key = JSON.stringify([ends.from, ends.to]);
    const known = kept.get(key);
    if (known) known.lines.push(...lines);
    else kept.set(key, { id, ...ends, lines: [...lines] });
  }
  return [...kept.values()];
}
