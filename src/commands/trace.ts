import { argument, wholeNumber } from '../config/values.ts';
import { UserError } from '../errors.ts';
import { readRecording } from '../inspector/hub/replay.ts';
import { durationOf, figuresOf, STEPS, type Trace, wholeOf } from '../inspector/view/trace.ts';
import { figureLines, waterfallLines } from '../inspector/view/trace-text.ts';
import { Traces } from '../inspector/view/traces.ts';
import { MOST_AGENCIES, MOST_BETS } from '../limits.ts';
import { sizeOf } from '../terminal/block.ts';
import { lookOf } from '../terminal/look.ts';
import { typed } from './typed.ts';

type TraceOptions = { agency?: string; bet?: string; event?: string; json?: boolean };

/**
 * `quiniela trace FILE`: how long batches of a recorded run took from the agency's file to `STORED`, step by step, and
 * one of them: that which holds a bet, or the slowest. Or what caused any event, and what it caused.
 *
 * @throws {UserError} `ARGUMENT`, `REPLAY`; `TRACE` if there is no such batch
 */
export const run = async (file: string, options: TraceOptions): Promise<number> => {
  const wanted = wantedIn(options);
  const traces = new Traces();
  const { history } = await readRecording(file);
  traces.begin(history.base.actors.values());
  for (const { event } of history.entries) traces.add(event);
  if (options.event !== undefined) {
    const { traceEvent } = await import('./trace-event.ts');
    traceEvent({ history, traces: traces.all }, options.event, options.json === true);
    return 0;
  }
  const of = traces.all.filter(({ agency }) => wanted.agency === undefined || agency === wanted.agency);
  const trace = pick(of, traces, wanted);
  if (!trace) throw new UserError('TRACE', `cannot trace: ${missing(file, traces, wanted)}`);
  if (options.json) console.log(JSON.stringify(dataOf(of, trace)));
  else {
    const look = lookOf(process.stdout, process.env);
    const { columns } = sizeOf(process.stdout);
    console.log([...figureLines(of, look), '', ...waterfallLines(trace, columns, look)].join('\n'));
  }
  return 0;
};

type Wanted = { agency: number | undefined; bet: number | undefined };

const wantedIn = ({ agency, bet, event }: TraceOptions): Wanted => {
  const other = agency === undefined ? 'bet' : 'agency';
  if (event !== undefined && (agency ?? bet) !== undefined)
    throw new UserError(
      'ARGUMENT',
      `cannot trace: ${typed('event')} and ${typed(other)} are both given: one event, or a batch`,
    );
  if (bet !== undefined && agency === undefined)
    throw new UserError(
      'ARGUMENT',
      `cannot trace: ${typed('bet')} is ${JSON.stringify(bet)}, and ${typed('agency')} is missing: whose bet is it?`,
    );
  return {
    agency:
      agency === undefined
        ? undefined
        : argument(`cannot trace: ${typed('agency')}`, agency, wholeNumber(0, MOST_AGENCIES)),
    bet:
      bet === undefined
        ? undefined
        : argument(`cannot trace: ${typed('bet')}`, bet, wholeNumber(1, MOST_BETS)),
  };
};

const pick = (of: readonly Trace[], traces: Traces, { agency, bet }: Wanted): Trace | undefined => {
  if (agency !== undefined && bet !== undefined) return traces.find(agency, bet - 1);
  return of.reduce<Trace | undefined>(
    (slow, one) => (slow && wholeOf(slow).ms >= wholeOf(one).ms ? slow : one),
    undefined,
  );
};

const missing = (file: string, { all }: Traces, { agency, bet }: Wanted): string => {
  if (all.length === 0) return `no batch is stored in the run of ${JSON.stringify(file)}`;
  if (bet === undefined) return `no batch of agency ${agency} is stored in this run`;
  const last = all.filter((trace) => trace.agency === agency).at(-1);
  return `bet ${bet} of agency ${agency} is in no batch of this run${last ? `: its last one is ${last.to}` : ''}`;
};

const dataOf = (of: readonly Trace[], trace: Trace) => ({
  batches: of.length,
  milliseconds: Object.fromEntries(
    STEPS.map((step) => [step.name, figuresOf(of.map((one) => durationOf(one, step))) ?? null]),
  ),
  all: figuresOf(of.map((one) => wholeOf(one).ms)) ?? null,
  trace: {
    agency: trace.agency,
    bets: [trace.from + 1, trace.to],
    ...wholeOf(trace),
    steps: STEPS.map((step) => ({ name: step.name, ms: durationOf(trace, step) ?? null })),
  },
});
