/** What the demo says to the person in front of it. A machine decides that it is said; the screen shows it. */
import type { DemoFiles, ProcessEvent, ScreenCommand, Who } from '../vocabulary/demo.ts';
import { whoIs } from './demo-log.ts';
import { counted, grouped, sum } from './demo-numbers.ts';
import type { Demo } from './demo-run.ts';

const line = (text: string): ScreenCommand => ({ type: 'line', text });
const error = (...lines: readonly string[]): ScreenCommand => ({ type: 'error', text: lines.join('\n  ') });

const nameOf = (who: Who): string => {
  if (who === 'server') return 'the server';
  return who === 'fleet' ? "the agencies' process" : who.replace('-', ' ');
};

/** A user's mistake is its message; a defect is named as one. */
const reasonOf = (reason: unknown): string => {
  if (!(reason instanceof Error)) return String(reason);
  return reason.name === 'UserError' || reason.name === 'StorageError'
    ? reason.message
    : `a defect, ${reason}`;
};

/** Names of a few, and how many more there are. */
const few = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');

/** What an event that ends a process says of it. */
const howItEnded = (event: ProcessEvent): string => {
  if (event.type === 'process.errored') return `could not be started: ${event.reason}`;
  if (event.type !== 'process.exited') return '';
  if (event.signal) return `was ended by ${event.signal}`;
  if (event.code !== 0) return `ended with exit code ${event.code}`;
  if (event.who === 'server') return 'ended before the draw';
  return event.who === 'fleet' ? 'ended before all knew their winners' : 'ended before it knew its winners';
};

const HOW_THEY_RUN = { processes: 'each a process of its own', fleet: 'all in one process' } as const;

/** `.data/agency-1.csv to agency-5.csv` */
const filesOf = ({ folder, rows }: DemoFiles): string =>
  `${folder}/agency-1.csv${rows.length === 1 ? '' : ` to agency-${rows.length}.csv`}`;

const originOf = ({ rows, made }: DemoFiles): string => {
  if (made.length === 0) return '';
  if (made.length === rows.length) return ', just made';
  return `, ${made.length} made and ${rows.length - made.length} that were there`;
};

export const demoLines = {
  data: (files: DemoFiles, { remake }: Demo): ScreenCommand => {
    const { rows, asked } = files;
    const text = `Data      ${counted(sum(rows), 'bet')} in ${filesOf(files)}${originOf(files)}`;
    if (asked === undefined || rows.every((count) => count === asked)) return line(text);
    return line(`${text}\n          Files that are there stay as they are; to make them anew: ${remake}`);
  },
  listening: ({ port, store }: Demo): ScreenCommand => line(`Server    on port ${port}, stores in ${store}`),
  starting: ({ agencies, agenciesAs }: Demo): ScreenCommand =>
    line(`Agencies  ${grouped(agencies)}, ${HOW_THEY_RUN[agenciesAs]}`),
  notPossible: (reason: unknown): ScreenCommand => error(reasonOf(reason)),
  ended: (event: ProcessEvent, { troubles }: Demo): ScreenCommand =>
    error(`${nameOf(event.who)} ${howItEnded(event)}`, ...(troubles.get(event.who) ?? [])),
  /** Of a fleet; an agency that is a process of its own ends. */
  failed: ({ failed, troubles }: Demo): ScreenCommand =>
    error(
      `${few(failed.map(nameOf))} failed`,
      ...failed.slice(0, 5).flatMap((who) => troubles.get(who) ?? []),
    ),
  startedTooSlowly: ({ startMs, troubles }: Demo): ScreenCommand =>
    error(`the server does not listen after ${startMs / 1000} s`, ...(troubles.get('server') ?? [])),
  stillThere: ({ living, leaveMs, troubles }: Demo): ScreenCommand =>
    error(
      `still running ${leaveMs / 1000} s after they should have left: ${few(living.map(nameOf))}`,
      ...living.slice(0, 5).flatMap((who) => troubles.get(who)?.slice(-1) ?? []),
    ),
  killing: ({ living, stopMs }: Demo): ScreenCommand =>
    error(`killed, as they did not stop within ${stopMs / 1000} s: ${few(living.map(nameOf))}`),
  leftBehind: ({ living, stopMs }: Demo): ScreenCommand =>
    error(`not ended ${stopMs / 1000} s after they were killed: ${few(living.map(nameOf))}`),
  stopping: (signal: string): ScreenCommand => line(`${signal}: stopping all, once more kills them`),
  skipped: ({ runs, troubles }: Demo): ScreenCommand => {
    const some = runs.flatMap(({ skipped }, index) => (skipped > 0 ? [whoIs(index + 1)] : []));
    const rows = counted(sum(runs.map(({ skipped }) => skipped)), 'row');
    const last = troubles.get(some[0]!)?.at(-1);
    const example = last === undefined ? '' : `, such as\n  ${last}`;
    return line(`Without a valid bet, and skipped: ${rows} of ${few(some.map(nameOf))}${example}`);
  },
  differs: (lines: readonly string[]): ScreenCommand =>
    error('what was sent is not what is stored:', ...lines),
  stopped: (bets: number, store: string): ScreenCommand =>
    line(`Stopped: ${counted(bets, 'bet')} stored in ${store}/bets.csv`),
  notCounted: ({ store, stopMs }: Demo): ScreenCommand =>
    line(
      `Stopped; to count what is stored in ${store} takes longer than ${stopMs / 1000} s: quiniela verify ${store}`,
    ),
  notChecked: (store: string): ScreenCommand =>
    line(`Stopped after the draw, before what is stored in ${store} was compared with what was sent`),
  stoppedEarly: (): ScreenCommand => line('Stopped before any bet was stored'),
};
