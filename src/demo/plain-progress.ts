/** Progress as lines: what a file, a pipe or a CI job gets. */

import type { Progress } from '../../machines/vocabulary/demo.ts';
import { counted, grouped } from '../numbers.ts';
import { isTold, type ProgressView, Sums } from './progress.ts';

const QUARTERS = 4;

const quarterOf = (sent: number, rows: number): number =>
  rows === 0 ? 0 : Math.min(QUARTERS, Math.floor((sent * QUARTERS) / rows));

/** What was sent when the quarter was seen to be over, which may be well into the next. */
const sentText = (name: string, sent: number, rows: number): string =>
  `${name}: ${Math.min(100, Math.floor((sent * 100) / rows))} %, ${counted(sent, 'bet')}`;

/** A line for each agency after each quarter, and when it knows its winners. */
export function linePerAgency(write: (line: string) => void): ProgressView {
  const seen = new Map<number, { quarter: number; told: boolean }>();
  return {
    show(progress) {
      const { agency, sent, rows, winners } = progress;
      const { quarter: before, told } = seen.get(agency) ?? { quarter: 0, told: false };
      const quarter = quarterOf(sent, rows);
      if (quarter > before) write(sentText(`agency ${agency}`, sent, rows));
      if (isTold(progress) && !told)
        write(`agency ${agency}: ${counted(sent, 'bet')} sent, ${counted(winners ?? 0, 'winner')}`);
      seen.set(agency, { quarter: Math.max(quarter, before), told: isTold(progress) });
    },
    close() {},
  };
}

/** A line for all of them after each quarter. */
export function lineForAll(agencies: readonly Progress[], write: (line: string) => void): ProgressView {
  const sums = new Sums(agencies);
  let before = 0;
  return {
    show(progress) {
      const { sent, rows } = sums.add(progress);
      const quarter = quarterOf(sent, rows);
      if (quarter > before) write(sentText(`all ${grouped(agencies.length)} agencies`, sent, rows));
      before = Math.max(quarter, before);
    },
    close() {},
  };
}
