/** What is measured, and how it is shown. */

type Unit = 's' | 'ms' | 'MB' | 'bets/s' | 'x' | 'µs';

export type Figure = {
  what: string;
  unit: Unit;
  /** One for each run. */
  values: readonly number[];
  /** From the issue that asked for it; only shown. */
  target?: { atMost: number } | { atLeast: number };
  /** Shown in docs/performance.md; those with a target always are. */
  isForReaders?: boolean;
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

const DIGITS: Readonly<Record<Unit, number>> = { s: 2, ms: 1, MB: 0, 'bets/s': 0, x: 2, µs: 2 };

function show(value: number, unit: Unit): string {
  const digits = unit === 'MB' && Math.abs(value) < 10 ? 1 : DIGITS[unit];
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const medianOf = ({ values, unit }: Figure): string => `${show(median(values), unit)} ${unit}`;

/** From the lowest of the runs to the highest. */
export const spreadOf = ({ values, unit }: Figure): string =>
  values.length > 1 ? `${show(Math.min(...values), unit)} to ${show(Math.max(...values), unit)}` : '';

const targetOf = ({ target, unit }: Figure): string => {
  if (!target) return '';
  return 'atMost' in target ? `≤ ${show(target.atMost, unit)}` : `≥ ${show(target.atLeast, unit)}`;
};

const COLUMNS = {
  what: { line: '---', of: ({ what }: Figure) => what },
  median: { line: '---:', of: medianOf },
  spread: { line: '---', of: spreadOf },
  runs: { line: '---:', of: ({ values }: Figure) => String(values.length) },
  target: { line: '---:', of: targetOf },
};

/** A Markdown table with a row for each figure. */
export function tableOf(
  figures: readonly Figure[],
  columns = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[],
): string {
  return markdownTable(
    columns,
    columns.map((column) => COLUMNS[column].line),
    figures.map((figure) => columns.map((column) => COLUMNS[column].of(figure))),
  );
}

/** @param lines what stands below each heading: `---`, or `---:` if the column is aligned to the right */
export const markdownTable = (
  headings: readonly string[],
  lines: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  [
    `| ${headings.join(' | ')} |`,
    `|${lines.join('|')}|`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
