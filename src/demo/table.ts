/** The demo's last table, as lines. */

import type { Result } from '../../machines/vocabulary/demo.ts';
import { grouped, sum } from './numbers.ts';

const HEAD = ['agency', 'bets sent', 'bets stored', 'winners'];

export function tableLines({ rows }: Result): string[] {
  const body = rows.map(({ agency, sent, stored, winners }) => [
    String(agency),
    grouped(sent),
    grouped(stored),
    winners === undefined ? '?' : grouped(winners),
  ]);
  const total = [
    'total',
    grouped(sum(rows.map(({ sent }) => sent))),
    grouped(sum(rows.map(({ stored }) => stored))),
    grouped(sum(rows.map(({ winners = 0 }) => winners))),
  ];
  const cells = [HEAD, ...body, total];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const lineOf = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => cell.padStart(widths[column]!)).join('   ')}`;
  const rule = `  ${widths.map((width) => '-'.repeat(width)).join('   ')}`;
  return [lineOf(HEAD), rule, ...body.map(lineOf), rule, lineOf(total)];
}

/** How long it took, and how fast that is. */
export function speedLine({ rows, ms }: Result): string {
  const bets = sum(rows.map(({ stored }) => stored));
  const speed = ms > 0 ? `: ${grouped(Math.round((bets * 1000) / ms))} bets/s` : '';
  return `Took ${(ms / 1000).toFixed(2)} s from the agencies' start to the last winner${speed}`;
}
