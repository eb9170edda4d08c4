/** Traces as text, for a terminal: how long batches took, and where one of them was when. */
import { BOLD, CYAN, DIM, type Look } from '../../terminal/look.ts';
import { countText, msText } from './naming.ts';
import { durationOf, figuresOf, STEPS, type Step, type Trace, traceName, wholeOf } from './trace.ts';

/** Columns of a step's name, of a time, and of a bar at most. */
const NAME = Math.max(...STEPS.map(({ name }) => name.length));
const TIME = 10;
const BAR = 48;

/** How long each step took of half of them, and of all but one of a hundred. */
export function figureLines(traces: readonly Trace[], { paint }: Look): string[] {
  const line = (name: string, p50: string, p99: string) =>
    `  ${name.padEnd(NAME)} ${p50.padStart(TIME)} ${p99.padStart(TIME)}`;
  const agencies = new Set(traces.map(({ agency }) => agency)).size;
  const lineOf = (name: string, durations: readonly (number | undefined)[]) => {
    const figures = figuresOf(durations);
    return line(
      name,
      ...(figures ? ([msText(figures.p50), msText(figures.p99)] as const) : (['-', '-'] as const)),
    );
  };
  const batches = traces.length === 1 ? 'batch' : 'batches';
  const of = agencies === 1 ? 'agency' : 'agencies';
  return [
    paint(
      `${countText(traces.length)} ${batches} of ${countText(agencies)} ${of}, from file to STORED`,
      BOLD,
    ),
    paint(line('', 'p50', 'p99'), DIM),
    ...STEPS.map((step) =>
      lineOf(
        step.name,
        traces.map((trace) => durationOf(trace, step)),
      ),
    ),
    lineOf(
      'in all',
      traces.map((trace) => wholeOf(trace).ms),
    ),
  ];
}

/** Where it was when: a bar for each step, under one another. */
export function waterfallLines(trace: Trace, columns: number, look: Look): string[] {
  const { begin, ms } = wholeOf(trace);
  const room = Math.max(8, Math.min(BAR, columns - 2 - NAME - 2 - TIME - 3));
  const place = (at: number): number => (ms > 0 ? Math.round(((at - begin) / ms) * room) : 0);
  const lineOf = (step: Step): string => {
    const [from, to] = [trace.marks[step.from], trace.marks[step.to]];
    const name = `  ${step.name.padEnd(NAME)} `;
    if (from === undefined || to === undefined) return `${name}${' '.repeat(room + 2)}${'-'.padStart(TIME)}`;
    const left = Math.min(place(from), room - 1);
    const bar = (look.isUnicode ? '█' : '#').repeat(Math.max(1, Math.min(room, place(to)) - left));
    const rest = ' '.repeat(Math.max(0, room - left - bar.length));
    return `${name} ${' '.repeat(left)}${look.paint(bar, CYAN)}${rest} ${msText(Math.max(0, to - from)).padStart(TIME)}`;
  };
  return [look.paint(`${traceName(trace)}: ${msText(ms)}`, BOLD), ...STEPS.map(lineOf)];
}
