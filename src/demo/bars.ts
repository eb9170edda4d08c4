/** Progress as bars: lines as wide as the terminal, of what is known at this moment. */
import type { Progress } from '../../machines/vocabulary/demo.ts';
import { counted, grouped } from '../numbers.ts';
import { GREEN, type Look } from '../terminal/look.ts';
import { isTold, type Sums } from './progress.ts';

/** Characters of a bar: wide enough to see it grow, however wide the terminal is. */
const BAR = { least: 8, most: 40 };

/** Room for `waiting`, `999 winners` and `1,234,567/s`. */
const NOTE_WIDTH = 11;

type Bar = {
  name: string;
  value: number;
  total: number;
  note: string;
  /** Characters of the largest total, so that all bars stand under one another. */
  width: number;
};

/** The name, a bar as long as there is room for, the numbers; no bar if there is no room. */
export const barLine = (
  { name, value, total, note, width }: Bar,
  columns: number,
  { isUnicode, paint }: Look,
): string => {
  const share = total > 0 ? Math.min(1, value / total) : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const numbers = `${percent}  ${grouped(value).padStart(width)} of ${grouped(total).padStart(width)}`;
  const text = `${numbers}  ${note}`.trimEnd();
  const room = Math.min(BAR.most, columns - '    '.length - name.length - numbers.length - 4 - NOTE_WIDTH);
  if (room < BAR.least) return narrowLine({ name, value, total, note, width }, percent, columns);
  const full = Math.round(share * room);
  const [done, open] = isUnicode ? ['█', '░'] : ['#', '.'];
  return `  ${name}  ${paint(done.repeat(full), GREEN)}${open.repeat(room - full)} ${text}`;
};

/** As much as there is room for, of what matters most. */
const narrowLine = ({ name, value, total, note, width }: Bar, percent: string, columns: number): string => {
  const number = grouped(value).padStart(width);
  const numbers = [`  ${percent}  ${number} of ${grouped(total)}`, `  ${percent}  ${number}`, ` ${percent}`];
  const lines = numbers.map((text) => `  ${name}${text}  ${note}`.trimEnd());
  const fitting = lines.find((line) => line.length < columns);
  return fitting ?? `${name}${percent}`.slice(0, Math.max(0, columns - 1));
};

/** Bets of an invalid row are never sent: an agency that knows its winners has sent all that it has. */
const amountsOf = (progress: Progress): { value: number; total: number } => {
  const { sent, rows } = progress;
  return isTold(progress) ? { value: sent, total: sent } : { value: Math.min(sent, rows), total: rows };
};

const noteOf = ({ sent, rows, winners }: Progress): string => {
  if (winners !== undefined) return counted(winners, 'winner');
  return sent >= rows ? 'waiting' : '';
};

/** A bar of all of them. */
const totalBar = ({ tally, latest }: Sums, name: string, rate: number | undefined): Bar => {
  const { sent, rows, told } = tally;
  const isOver = told === latest.size;
  const total = isOver ? sent : rows;
  const isMoving = !isOver && rate !== undefined && rate > 0;
  return {
    name,
    value: Math.min(sent, total),
    total,
    note: isMoving ? `${grouped(Math.round(rate))}/s` : '',
    width: grouped(rows).length,
  };
};

type BarsOptions = {
  columns: number;
  /** Is there room for a bar of each agency? */
  isEach: boolean;
  /** Bets a second. */
  rate: number | undefined;
};

/** A bar for each agency, and one for all of them. */
export function barLines(sums: Sums, { columns, isEach, rate }: BarsOptions, look: Look): string[] {
  const { latest } = sums;
  if (!isEach)
    return [barLine(totalBar(sums, counted(latest.size, 'agency', 'agencies'), rate), columns, look)];
  const digits = String(latest.size).length;
  const total = totalBar(sums, 'total'.padEnd('agency '.length + digits), rate);
  const { width } = total;
  const each = [...latest.values()].map(
    (progress): Bar => ({
      name: `agency ${String(progress.agency).padStart(digits)}`,
      ...amountsOf(progress),
      note: noteOf(progress),
      width,
    }),
  );
  return (latest.size === 1 ? each : [...each, total]).map((bar) => barLine(bar, columns, look));
}
