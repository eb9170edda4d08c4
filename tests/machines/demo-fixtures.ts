/** A demo whose processes only listen: what they say, and what is stored, is played by the test. */
import { type AnyActorRef, type EventFrom, fromPromise } from 'xstate';
import { demoMachine } from '../../machines/demo/demo.ts';
import type { DemoInput } from '../../machines/demo/run.ts';
import type {
  Advance,
  DemoFiles,
  Fact,
  ProcessInput,
  ScreenCommand,
  StoredDraw,
  Who,
} from '../../machines/vocabulary/demo.ts';
import { textOf } from '../../src/demo/texts.ts';
import { stage } from './stage.ts';

export type Event = EventFrom<typeof demoMachine>;

export const INPUT: DemoInput = {
  agencies: 1,
  servers: 1,
  agenciesAs: 'processes',
  store: '.data/draw',
  isWatched: false,
  isLab: false,
  remake: 'make data',
  startMs: 5_000,
  pageMs: 10_000,
  leaveMs: 10_000,
  stopMs: 4_000,
};

export const FLEET: DemoInput = { ...INPUT, agenciesAs: 'fleet' };
export const TWO_SERVERS: DemoInput = { ...INPUT, servers: 2 };

export const WATCHED: DemoInput = { ...INPUT, isWatched: true };

export const LAB: DemoInput = { ...INPUT, isLab: true };
export const LAB_FLEET: DemoInput = { ...FLEET, isLab: true };

export const FILES: DemoFiles = { folder: '.data', rows: [2], made: [], asked: 2 };
export const stored = (bets: number): StoredDraw => ({
  isOver: true,
  bets,
  agencies: new Map([[1, { stored: bets, winners: 1 }]]),
});

export const listening: Event = { type: 'process.listening', who: 'server', port: 12345 };
export const drawn: Event = { type: 'process.drawn', who: 'server' };
export const advanced = (who: Who, news: Partial<Advance>): Event => ({
  type: 'process.advanced',
  who,
  agencies: [{ agency: 1, sent: 0, skipped: undefined, winners: undefined, toldAt: undefined, ...news }],
});
export const sent = advanced('agency-1', { sent: 2 });
export const told = advanced('agency-1', { winners: 1, toldAt: 7 });
export const skipped = advanced('agency-1', { skipped: 3 });
export const fleetSent = advanced('fleet', { sent: 2 });
export const fleetTold = advanced('fleet', { winners: 1, toldAt: 7 });
export const fleetComplained: Event = {
  type: 'process.complained',
  who: 'fleet',
  complaints: [{ of: 'agency-1', lines: ['action: run | result: fail | client_id: 1 | exit_code: 1'] }],
};
export const fleetFailed: Event = { type: 'process.failed', who: 'fleet', agencies: ['agency-1'] };
export const exited = (who: Who, code: number | null = 0, signal: string | null = null): Event => ({
  type: 'process.exited',
  who,
  code,
  signal,
});
export const errored = (who: Who): Event => ({ type: 'process.errored', who, reason: 'ENOENT' });
export const signal = (name: 'SIGTERM' | 'SIGINT' = 'SIGINT'): Event => ({
  type: 'signal.received',
  signal: name,
});

export const stopping = (asking: 'clean' | 'failed', wish: 'none' | 'toldToStop') =>
  `stopping.ending.asking.${asking},wish.${wish}`;

const factsOf = (shown: readonly ScreenCommand[]): Fact[] =>
  shown.flatMap((command) => (command.type === 'screen.show' ? command.fact : []));

/** A demo whose files are there, and whose store holds `bets` in the end; it has heard the events of `soFar`. */
export const demo = (bets: number, ...soFar: Event[]) => demoOf(INPUT, bets, ...soFar);

export const demoOf = (input: DemoInput, bets: number, ...soFar: Event[]) =>
  demoIn({ input, readStore: async () => stored(bets) }, ...soFar);

type Surroundings = {
  input?: DemoInput;
  prepareData?: () => Promise<DemoFiles>;
  emptyStore?: () => Promise<void>;
  readStore?: () => Promise<StoredDraw>;
};

/** A demo in surroundings that may fail it, or never answer. */
export async function demoIn(
  {
    input = INPUT,
    prepareData = async () => FILES,
    emptyStore = async () => {},
    readStore = async () => stored(2),
  }: Surroundings,
  ...soFar: Event[]
) {
  const shown: ScreenCommand[] = [];
  const on = stage(demoMachine, input, ['signals', 'lab', 'process'], {
    actors: {
      prepareData: fromPromise(prepareData),
      emptyStore: fromPromise(emptyStore),
      readStore: fromPromise(readStore),
    },
    actions: { show: (_, command) => shown.push(command) },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  on.send(...soFar);
  await settle();
  return {
    send: on.send,
    settle,
    state: on.state,
    wait: (ms: number) => on.clock.increment(ms),
    kinds: () => factsOf(shown).map(({ kind }) => kind),
    differences: () =>
      factsOf(shown).flatMap((fact) => (fact.kind === 'result' ? fact.result.differences : [])),
    errors: () =>
      factsOf(shown).flatMap((fact) => {
        const said = fact.kind === 'result' ? undefined : textOf(fact);
        return said?.isError ? [said.text] : [];
      }),
    result: () => factsOf(shown).flatMap((fact) => (fact.kind === 'result' ? fact.result : []))[0],
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
    /** Its process waits for nothing any more. */
    endsAtOnce: () => on.actor.getSnapshot().hasTag('atOnce'),
    processes: () =>
      Object.keys(on.actor.getSnapshot().children).filter((id) => id !== 'signals' && id !== 'lab'),
    commands: () => on.heard('process'),
    answers: () => on.heard('lab').map(({ type: _, ...answer }) => answer),
    input: (who: Who) => {
      const child: AnyActorRef | undefined = on.actor.getSnapshot().children[who];
      return child?.getSnapshot().input as ProcessInput | undefined;
    },
    told: () =>
      on
        .heard('process')
        .map((command) => ('signal' in command ? `${command.type} ${command.signal}` : command.type)),
  };
}
