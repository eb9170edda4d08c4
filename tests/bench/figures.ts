/** What is measured, and how it is shown. */

export type Unit = 's' | 'ms' | 'MB' | 'bets/s' | 'x' | 'µs';

export type Figure = {
  what: string;
  unit: Unit;
  /** One for each run. */
  values: readonly number[];
  /** From the issue that asked for it; only shown. */
  target?: { atMost: number } | { atLeast: number };
};

export const megabytes = (bytes: number): number => bytes / 1024 / 1024;

/** `share` 0.5 is the median; between two values, the nearer one to the wanted rank. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return low + (high - low) * (rank - Math.floor(rank));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

const DIGITS: Readonly<Record<Unit, number>> = { s: 2, ms: 1, MB: 0, 'bets/s': 0, x: 2, µs: 0 };

export const show = (value: number, unit: Unit): string =>
  value.toLocaleString('en', { minimumFractionDigits: DIGITS[unit], maximumFractionDigits: DIGITS[unit] });

const showTarget = ({ target, unit }: Figure): string => {
  if (!target) return '';
  return 'atMost' in target ? `≤ ${show(target.atMost, unit)}` : `≥ ${show(target.atLeast, unit)}`;
};

/** A Markdown table: median, lowest to highest of the runs, target. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, values } = figure;
    const spread =
      values.length > 1 ? `${show(Math.min(...values), unit)} to ${show(Math.max(...values), unit)}` : '';
    return `| ${what} | ${show(median(values), unit)} ${unit} | ${spread} | ${values.length} | ${showTarget(figure)} |`;
  });
  return ['| what | median | spread | runs | target |', '|---|---:|---|---:|---:|', ...rows].join('\n');
}
