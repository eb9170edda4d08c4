/** What a run was like, over the slider: how dense its events were, and where those stand that the filter shows. */

import type { Moments } from '../view/moments.ts';
import { lastBefore, type Row } from '../view/rows.ts';
import { byId, setAttribute } from './dom.ts';

const BUCKETS = 160;
/** Height of the tallest bar, in the units of the picture. */
const HEIGHT = 20;
/** Bars beyond this share of them have all the height. */
const HIGH = 0.97;
/** Share of the height that the least has: it is to be seen. */
const LEAST = 0.12;

export class Density {
  readonly #all = byId('density-all');
  readonly #found = byId('density-found');
  #key = '';

  /** @param shown the rows that the filter shows; undefined where it shows all */
  show(moments: Moments, shown: readonly Row[] | undefined): void {
    const { first, next, epoch } = moments;
    const key = `${epoch} ${first} ${next} ${shown?.length} ${shown?.[0]?.number}`;
    if (key === this.#key) return;
    this.#key = key;
    const edges = Array.from({ length: BUCKETS + 1 }, (_, index) =>
      Math.round(first + ((next - first) * index) / BUCKETS),
    );
    setAttribute(
      this.#all,
      'd',
      barsOf(edges, (from, to) => rateOf(moments, from, to)),
    );
    const found = shown && barsOf(edges, (from, to) => lastBefore(shown, to) - lastBefore(shown, from));
    setAttribute(this.#found, 'd', found ?? '');
  }
}

/** Events in a millisecond, by its square root: what is rare is to be seen, too. */
function rateOf(moments: Moments, from: number, to: number): number {
  if (to <= from) return 0;
  const ms = Math.max(0.05, moments.timeOf(to - 1) - moments.timeOf(Math.max(moments.first, from - 1)));
  return Math.sqrt((to - from) / ms);
}

function barsOf(edges: readonly number[], measure: (from: number, to: number) => number): string {
  const sizes = edges.slice(1).map((to, index) => measure(edges[index] ?? to, to));
  // One burst does not make all else flat.
  const sorted = sizes.filter((size) => size > 0).sort((one, other) => one - other);
  const most = sorted[Math.floor(sorted.length * HIGH)] ?? 0;
  if (!(most > 0)) return '';
  return sizes
    .map((size, index) => {
      if (size <= 0) return '';
      const height = HEIGHT * (LEAST + (1 - LEAST) * Math.min(1, size / most));
      return `M${index} ${HEIGHT}v${-height.toFixed(1)}h0.8v${height.toFixed(1)}z`;
    })
    .join('');
}
