/** Progress as bars, with cli-progress: it redraws ten times a second, however often it is told. */
import type { WriteStream } from 'node:tty';
import { MultiBar, type Options, type Params, type SingleBar } from 'cli-progress';
import type { Progress } from '../../machines/vocabulary/demo.ts';
import { counted, grouped } from './numbers.ts';
import { isTold, type ProgressView, Sums } from './progress.ts';

/** Characters of a bar: wide enough to see it grow, however wide the terminal is. */
const BAR = { least: 8, most: 40 };

export type Look = {
  stream: WriteStream;
  /** The terminal is known to show more than ASCII. */
  isUnicode: boolean;
  paint: (text: string) => string;
};

type Payload = {
  name: string;
  note: string;
  /** Characters of the largest total, so that all bars stand under one another. */
  width: number;
};

/** Room for `waiting` and for `999 winners`. */
const NOTE_WIDTH = 11;

/** One bar's line: the name, a bar as long as there is room for, the numbers; no bar if there is no room. */
export const barLine = (
  { name, note, width }: Payload,
  { progress, value, total }: Pick<Params, 'progress' | 'value' | 'total'>,
  columns: number,
  { isUnicode, paint }: Pick<Look, 'isUnicode' | 'paint'>,
): string => {
  const percent = `${Math.floor(progress * 100)}%`.padStart(4);
  const numbers = `${percent}  ${grouped(value).padStart(width)} of ${grouped(total).padStart(width)}`;
  const text = `${numbers}  ${note}`.trimEnd();
  const room = Math.min(BAR.most, columns - '    '.length - name.length - numbers.length - 4 - NOTE_WIDTH);
  if (room < BAR.least) return `  ${name}  ${text}`.slice(0, columns - 1);
  const full = Math.round(progress * room);
  const [done, open] = isUnicode ? ['█', '░'] : ['#', '.'];
  return `  ${name}  ${paint(done.repeat(full))}${open.repeat(room - full)} ${text}`;
};

const multiBar = (look: Look): MultiBar =>
  new MultiBar({
    stream: look.stream,
    hideCursor: true,
    emptyOnZero: true,
    // The library's own formatter knows no width.
    format: (_options: Options, params: Params, payload: Payload) =>
      barLine(payload, params, look.stream.columns, look),
  });

/** Bets of an invalid row are never sent: an agency that knows its winners has sent all that it has. */
const shownOf = (progress: Progress): number =>
  isTold(progress) ? progress.sent : Math.min(progress.sent, progress.rows);

const noteOf = ({ sent, rows, winners }: Progress): string => {
  if (winners !== undefined) return counted(winners, 'winner');
  return sent >= rows ? 'waiting' : '';
};

/** A bar for each agency. */
export function barPerAgency(agencies: readonly Progress[], look: Look): ProgressView {
  const bars = multiBar(look);
  const digits = String(agencies.length).length;
  const width = Math.max(...agencies.map(({ rows }) => grouped(rows).length));
  const payload = (progress: Progress): Payload => ({
    name: `agency ${String(progress.agency).padStart(digits)}`,
    note: noteOf(progress),
    width,
  });
  const byAgency = new Map<number, SingleBar>(
    agencies.map((progress) => [progress.agency, bars.create(progress.rows, 0, payload(progress))]),
  );
  return {
    show(progress) {
      const bar = byAgency.get(progress.agency)!;
      if (isTold(progress)) bar.setTotal(progress.sent);
      bar.update(shownOf(progress), payload(progress));
    },
    close: () => bars.stop(),
  };
}

/** One bar for all of them, if theirs would not fit on the screen. */
export function barForAll(agencies: readonly Progress[], look: Look): ProgressView {
  const bars = multiBar(look);
  const sums = new Sums(agencies);
  const payload = (): Payload => ({
    name: `${grouped(agencies.length)} agencies`,
    note: sums.tally.told > 0 ? `${grouped(sums.tally.told)} told` : '',
    width: grouped(sums.tally.rows).length,
  });
  const bar = bars.create(sums.tally.rows, 0, payload());
  return {
    show(progress) {
      const { sent, rows, told } = sums.add(progress);
      if (told === agencies.length) bar.setTotal(sent);
      bar.update(Math.min(sent, rows), payload());
    },
    close: () => bars.stop(),
  };
}
