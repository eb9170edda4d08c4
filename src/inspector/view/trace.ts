/** What a trace is: a batch on its way, from an agency's file to `STORED`, across processes; and how long its steps took. */
import { countText } from './naming.ts';

/** When it was where: milliseconds since 1970. */
export type Mark =
  | 'ready'
  | 'sent'
  | 'received'
  | 'submitted'
  | 'committing'
  | 'committed'
  | 'said'
  | 'stored';
export type Marks = Readonly<Partial<Record<Mark, number>>>;

export type Step = { readonly name: string; readonly about: string; readonly from: Mark; readonly to: Mark };

/** In their order. A write is its own sync: files are opened so (src/store/disk.ts). */
export const STEPS: readonly Step[] = [
  { name: 'agency', about: 'read from its file, written to its socket', from: 'ready', to: 'sent' },
  { name: 'wire', about: 'to the server, which reads and checks it', from: 'sent', to: 'received' },
  { name: 'session', about: 'its connection asks the store', from: 'received', to: 'submitted' },
  { name: 'queue', about: 'waits for the commit before', from: 'submitted', to: 'committing' },
  { name: 'write, sync', about: 'bets and journal are on the disk', from: 'committing', to: 'committed' },
  { name: 'answer', about: 'its connection says STORED', from: 'committed', to: 'said' },
  { name: 'wire back', about: 'the agency has read it', from: 'said', to: 'stored' },
];

export const MARKS: readonly Mark[] = ['ready', ...STEPS.map(({ to }) => to)];

export type Trace = {
  readonly agency: number;
  /** Bets of its file, as it counts them: from the first one to before the last. */
  readonly from: number;
  readonly to: number;
  readonly marks: Marks;
};

/** `agency 2, bets 5,641 to 5,760`: the first one of a file is 1, as its reader counts. */
export const traceName = ({ agency, from, to }: Trace): string =>
  `agency ${agency}, bets ${countText(from + 1)} to ${countText(to)}`;

/** Milliseconds of a step; undefined if it is not known. */
export const durationOf = ({ marks }: Trace, { from, to }: Pick<Step, 'from' | 'to'>): number | undefined => {
  const [begin, end] = [marks[from], marks[to]];
  return begin === undefined || end === undefined ? undefined : Math.max(0, end - begin);
};

/** All of it, of what is known. */
export const wholeOf = ({ marks }: Trace): { begin: number; ms: number } => {
  const times = Object.values(marks);
  const begin = Math.min(...times);
  return { begin, ms: Math.max(...times) - begin };
};

/** Half of them took at most `p50`, all but one of a hundred at most `p99`. */
export type Figures = { count: number; p50: number; p99: number };

export function figuresOf(durations: readonly (number | undefined)[]): Figures | undefined {
  const sorted = durations.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return sorted.length === 0 ? undefined : { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
