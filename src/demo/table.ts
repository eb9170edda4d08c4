/** The demo's last table, as lines. */

import type { Result, ResultRow } from '../../machines/vocabulary/demo.ts';
import { counted, grouped, sum } from '../numbers.ts';

const HEAD = ['agency', 'bets sent', 'bets stored', 'winners'] as const;

/** Rows that are read; of more, those that are worth it. */
const MOST_ROWS = 20;
const WORTH = 10;

/** A line's cells; the first is its name. */
type Row = readonly string[];

type TableOptions = {
  /** Columns of the screen; undefined if there is no end of them. */
  columns: number | undefined;
  /** A row for each agency, however many there are. */
  isAll: boolean;
};

const rowOf = ({ agency, sent, stored, winners }: ResultRow): Row => [
  String(agency),
  grouped(sent),
  grouped(stored),
  winners === undefined ? '?' : grouped(winners),
];

/** Those whose numbers differ, or that had rows without a bet; then those with the most winners. */
const worth = (rows: readonly ResultRow[], differing: ReadonlySet<number>): ResultRow[] => {
  const rank = ({ agency, skipped, winners = 0 }: ResultRow): number =>
    (differing.has(agency) ? 2e9 : 0) + (skipped > 0 ? 1e9 : 0) + winners;
  const first = rows.toSorted((a, b) => rank(b) - rank(a)).slice(0, WORTH);
  return first.sort((a, b) => a.agency - b.agency);
};

export function tableLines({ rows, differences }: Result, { columns, isAll }: TableOptions): string[] {
  const differing = new Set(differences.flatMap(({ agency }) => agency ?? []));
  const shown = isAll || rows.length <= MOST_ROWS ? rows : worth(rows, differing);
  const total = [
    'total',
    grouped(sum(rows.map(({ sent }) => sent))),
    grouped(sum(rows.map(({ stored }) => stored))),
    grouped(sum(rows.map(({ winners = 0 }) => winners))),
  ];
  const others = rows.length - shown.length;
  const notes = others > 0 ? [`  and ${counted(others, 'other agency', 'other agencies')}`] : [];
  const body = shown.map(rowOf);
  const widths = HEAD.map((_, column) =>
    Math.max(...[HEAD, ...body, total].map((row) => row[column]!.length)),
  );
  const lineOf = (row: Row): string =>
    `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('   ')}`;
  const head = lineOf(HEAD);
  if (columns !== undefined && head.length >= columns) return stacked([...body, total], notes);
  const rule = `  ${widths.map((width) => '-'.repeat(width)).join('   ')}`;
  return [head, rule, ...body.map(lineOf), ...notes, rule, lineOf(total)];
}

/** A few lines for each row, if they would not fit beside one another. */
function stacked(rows: readonly Row[], notes: readonly string[]): string[] {
  const [, ...names] = HEAD;
  const width = Math.max(...names.map((name) => name.length));
  const digits = Math.max(...rows.flatMap(([, ...cells]) => cells.map((cell) => cell.length)));
  const blocks = rows.map(([name, ...cells]) => [
    name === 'total' ? '  total' : `  agency ${name}`,
    ...cells.map((cell, index) => `    ${names[index]!.padEnd(width)}  ${cell.padStart(digits)}`),
  ]);
  return [...blocks.slice(0, -1).flat(), ...notes, ...(blocks.at(-1) ?? [])];
}

/** How long it took, and how fast that is. */
export function speedLine({ rows, ms, isPaced }: Result): string {
  const bets = sum(rows.map(({ stored }) => stored));
  if (isPaced) return `Took ${(ms / 1000).toFixed(2)} s to the last winner, slowed down to be watched`;
  const speed = ms > 0 ? `: ${grouped(Math.round((bets * 1000) / ms))} bets/s` : '';
  return `Took ${(ms / 1000).toFixed(2)} s from the agencies' start to the last winner${speed}`;
}
