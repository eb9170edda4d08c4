/** Progress as bars, with cli-progress: it redraws ten times a second, however often it is told. */
import type { WriteStream } from 'node:tty';
import { MultiBar, type Options, type Params, type SingleBar } from 'cli-progress';
import type { Progress } from '../../machines/demo-events.ts';
import { isTold, type ProgressView, Sums } from './progress.ts';
import { grouped } from './table.ts';

/** Characters of a bar: wide enough to see it grow, however wide the terminal is. */
const BAR = { least: 8, most: 40 };

export type Look = {
  stream: WriteStream;
  /** The terminal is known to show more than ASCII. */
  isUnicode: boolean;
  paint: (text: string) => string;
};

type Payload = { name: string; note: string };

/** One bar's line: the name, the bar as long as there is room, the numbers; without the bar where there is none. */
export const barLine = (
  { name, note }: Payload,
  { progress, value, total }: Pick<Params, 'progress' | 'value' | 'total'>,
  columns: number,
  { isUnicode, paint }: Pick<Look, 'isUnicode' | 'paint'>,
): string => {
  const width = grouped(total).length;
  const percent = `${Math.floor(progress * 100)}%`.padStart(4);
  const numbers = `${percent}  ${grouped(value).padStart(width)} of ${grouped(total)}`;
  const text = note === '' ? numbers : `${numbers}  ${note}`;
  // Two spaces before, between and after the parts.
  const room = Math.min(BAR.most, columns - name.length - text.length - 7);
  if (room < BAR.least) return `  ${name} ${text}`.slice(0, columns - 1);
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
  if (winners !== undefined) return `${winners} winners`;
  return sent >= rows ? 'waiting for the draw' : '';
};

/** A bar for each agency. */
export function barPerAgency(agencies: readonly Progress[], look: Look): ProgressView {
  const bars = multiBar(look);
  const digits = String(agencies.length).length;
  const payload = (progress: Progress): Payload => ({
    name: `agency ${String(progress.agency).padStart(digits)}`,
    note: noteOf(progress),
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

/** One bar for all of them, where theirs would not fit on the screen. */
export function barForAll(agencies: readonly Progress[], look: Look): ProgressView {
  const bars = multiBar(look);
  const sums = new Sums(agencies);
  const payload = (): Payload => ({
    name: `${agencies.length} agencies`,
    note: sums.tally.told > 0 ? `${sums.tally.told} know their winners` : '',
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
