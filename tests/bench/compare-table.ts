/** Two programs' figures beside each other. */
import { type Figure, markdownTable, median, medianOf, spreadOf } from './figures.ts';

/** The same figures of several rounds as one each. */
export function merge(rounds: readonly (readonly Figure[])[]): Figure[] {
  const merged = Map.groupBy(rounds.flat(), ({ what }) => what);
  return [...merged.values()].map((figures) => ({
    ...figures[0]!,
    values: figures.flatMap(({ values }) => values),
  }));
}

/** In per cent of the base; nothing if the base is nothing. */
function changeOf(base: Figure, now: Figure): string {
  const before = median(base.values);
  if (before === 0) return '';
  const percent = ((median(now.values) - before) / Math.abs(before)) * 100;
  return `${percent.toLocaleString('en', { signDisplay: 'exceptZero', maximumFractionDigits: 1 })} %`;
}

/** The same figures in the same order, as the same bench has measured both. */
export const compareTable = (base: readonly Figure[], now: readonly Figure[]): string =>
  markdownTable(
    ['what', 'base', 'spread', 'now', 'spread', 'change'],
    ['---', '---:', '---', '---:', '---', '---:'],
    base.map((before, index) => {
      const after = now[index]!;
      const cells = [before, after].flatMap((figure) => [medianOf(figure), spreadOf(figure)]);
      return [before.what, ...cells, changeOf(before, after)];
    }),
  );
