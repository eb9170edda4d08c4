/**
 * A fleet: many agencies in one process. They are started in groups, one after another, so that thousands do not call the
 * server at the same moment. The fleet ends when all have, with the worst of their exit codes (see exit-codes.ts).
 */
import { assign, type ErrorActorEvent, enqueueActions, sendTo, setup } from 'xstate';
import { type CrowdEvent, crowdOf } from '../crowd.ts';
import { EXIT_FAILED, exitOfSignal, worseExit } from '../exit-codes.ts';
import { bothLogs, fleetLogs } from '../log-lines.ts';
import { notProvided } from '../not-provided.ts';
import { logOf } from '../params.ts';
import { defects } from '../root.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput, ProgramEvent, SignalEvent } from '../vocabulary/program.ts';
import { agencyMachine } from './agency.ts';
import type { AgencyInput } from './upload.ts';

type FleetInput = {
  agencies: readonly AgencyInput[];
  /** Agencies that are started at once. */
  groupSize: number;
  /** Milliseconds between the starts of two groups. */
  pauseMs: number;
  /** Milliseconds for the agencies to end, once told to. */
  stopMs: number;
};

type Context = FleetInput & {
  /** Agencies that were started, and those of them that have ended. */
  started: number;
  ended: number;
  exitCode: number;
};

/** The agencies of a fleet, by their numbers. */
export const agenciesOf = (agency: typeof agencyMachine) => crowdOf(agency, ({ id }) => `agency-${id}`);

const fleet = setup({
  types: {
    input: {} as FleetInput,
    context: {} as Context,
    events: {} as ProgramEvent | CrowdEvent<typeof agencyMachine> | ErrorActorEvent,
    output: {} as ExitOutput,
    children: {} as { agencies: 'agencies'; signals: 'signals' },
  },
  actors: { agencies: agenciesOf(agencyMachine), signals: notProvided('signals') },
  delays: { pause: ({ context }) => context.pauseMs, stop: ({ context }) => context.stopMs },
  actions: {
    log: (_, _entry: LogEntry) => {},
    startGroup: enqueueActions(({ context: { agencies, started, groupSize }, enqueue }) => {
      const group = agencies.slice(started, started + groupSize);
      for (const input of group) enqueue.sendTo('agencies', { type: 'crowd.admit', input });
      enqueue.assign({ started: started + group.length });
    }),
    noteEnd: assign(({ context }, exitCode: number) => ({
      ended: context.ended + 1,
      exitCode: worseExit(context.exitCode, exitCode),
    })),
    passOn: sendTo('agencies', (_, order: SignalEvent) => ({ type: 'crowd.tell', order })),
    exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
  guards: {
    hasStartedAll: ({ context }) => context.started === context.agencies.length,
    isEmpty: ({ context }) => context.ended === context.started,
    hasFailed: (_, { exitCode }: ExitOutput) => exitCode !== 0,
  },
});

const log = logOf<Context>();

const FAILED = { type: 'exitWith', params: EXIT_FAILED } as const;

const stopping = fleet.createStateConfig({
  description: 'Told to stop: waits until the agencies that were started have ended, and starts no others',
  always: { guard: 'isEmpty', target: 'finished' },
  after: {
    stop: {
      target: 'overdue',
      actions: [log(({ context }) => bothLogs.shutdownLate(context.stopMs)), FAILED],
    },
  },
  on: {
    'signal.received': {
      target: 'aborted',
      actions: { type: 'exitWith', params: ({ event }) => exitOfSignal(event.signal) },
    },
  },
});

export const fleetMachine = fleet.createMachine({
  id: 'fleet',
  context: ({ input }) => ({ ...input, started: 0, ended: 0, exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: [
    { src: 'signals', id: 'signals' },
    { src: 'agencies', id: 'agencies' },
  ],
  on: {
    'signal.received': {
      target: '.stopping',
      actions: [
        log(({ event }) => bothLogs.signalReceived(event.signal)),
        { type: 'passOn', params: ({ event }) => event },
      ],
    },
    ...defects,
    'member.ended': [
      {
        guard: { type: 'hasFailed', params: ({ event }) => event.output },
        actions: [
          log(({ event: { input, output } }) => fleetLogs.failed(input.id, output.exitCode)),
          { type: 'noteEnd', params: ({ event }) => event.output.exitCode },
        ],
      },
      { actions: { type: 'noteEnd', params: ({ event }) => event.output.exitCode } },
    ],
    // One broken agency must not take the others with it.
    'member.broken': {
      actions: [
        log(({ event: { input, error } }) => fleetLogs.broken(input.id, error)),
        { type: 'noteEnd', params: EXIT_FAILED },
      ],
    },
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'Starts the agencies, one group after another',
      entry: 'startGroup',
      always: { guard: 'hasStartedAll', target: 'running' },
      after: { pause: { target: 'starting', reenter: true } },
    },
    running: {
      description: 'Every agency was started: waits until they have ended',
      always: { guard: 'isEmpty', target: 'finished' },
    },
    stopping,
    finished: { description: 'Every agency that was started has ended', type: 'final' },
    failed: {
      description: "A defect that is no agency's own: ends with all of them",
      type: 'final',
      entry: FAILED,
    },
    overdue: {
      description: 'The deadline has passed: leaves behind what hangs',
      type: 'final',
      tags: 'atOnce',
    },
    aborted: { description: 'A second signal: waits for nothing', type: 'final', tags: 'atOnce' },
  },
});
