/**
 * A fleet: many agencies in one process. They are started in groups, one after another, so that thousands do not
 * call the server at the same moment; the fleet ends when all have,
 * with the worst of their exit codes (1 before 2: see exit-codes.ts).
 */
import { assign, enqueueActions, fromCallback, setup } from 'xstate';
import { EXIT_FAILED, worseExit } from '../exit-codes.ts';
import { bothLogs } from '../log-lines.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput, ProgramEvent } from '../vocabulary/program.ts';
import { type Broken, type Ended, fleetGroupMachine } from './fleet-group.ts';
import type { AgencyInput } from './upload.ts';

export type FleetInput = {
  /** The agencies of each group. */
  groups: readonly (readonly AgencyInput[])[];
  /** Milliseconds between the starts of two groups. */
  pauseMs: number;
  /** Milliseconds for the agencies to end, once told to. */
  stopMs: number;
};

type Context = FleetInput & {
  /** Groups that were started, and those of them that are at work, by the id of their actor. */
  started: number;
  living: readonly string[];
  exitCode: number;
};

export const fleetMachine = setup({
  types: {
    input: {} as FleetInput,
    context: {} as Context,
    events: {} as ProgramEvent,
    output: {} as ExitOutput,
    children: {} as Record<`group-${number}`, 'group'> & { signals: 'signals' },
  },
  actors: { group: fleetGroupMachine, signals: fromCallback(() => {}) },
  delays: { pause: ({ context }) => context.pauseMs, stop: ({ context }) => context.stopMs },
  actions: {
    log: (_, _entry: LogEntry) => {},
    startGroup: enqueueActions(({ context, enqueue }) => {
      const { groups, started, living } = context;
      const id = `group-${started + 1}` as const;
      enqueue.spawnChild('group', { id, input: { agencies: groups[started]! } });
      enqueue.assign({ started: started + 1, living: [...living, id] });
    }),
    noteEnd: enqueueActions(
      ({ context, enqueue }, { actorId, exitCode }: { actorId: string; exitCode: number }) => {
        enqueue.stopChild(actorId);
        enqueue.assign({
          living: context.living.filter((id) => id !== actorId),
          exitCode: worseExit(context.exitCode, exitCode),
        });
      },
    ),
    passOn: enqueueActions(({ context, enqueue }, event: ProgramEvent) => {
      for (const id of context.living) enqueue.sendTo(id, event);
    }),
    fail: assign({ exitCode: EXIT_FAILED }),
    abort: assign({ exitCode: (_, signal: 'SIGTERM' | 'SIGINT') => (signal === 'SIGINT' ? 130 : 143) }),
  },
  guards: {
    hasStartedAll: ({ context }) => context.started === context.groups.length,
    isEmpty: ({ context }) => context.living.length === 0,
  },
}).createMachine({
  id: 'fleet',
  context: ({ input }) => ({ ...input, started: 0, living: [], exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: { src: 'signals', id: 'signals' },
  on: {
    'signal.received': {
      target: '.stopping',
      actions: [
        { type: 'log', params: ({ event }) => bothLogs.signalReceived(event.signal) },
        { type: 'passOn', params: ({ event }) => event },
      ],
    },
    'program.broken': {
      target: '.broken',
      actions: [{ type: 'log', params: ({ event }) => bothLogs.broken(event) }, 'fail'],
    },
    'xstate.done.actor.*': {
      actions: {
        type: 'noteEnd',
        params: ({ event }: { event: Ended }) => ({
          actorId: event.actorId,
          exitCode: event.output.exitCode,
        }),
      },
    },
    'xstate.error.actor.*': {
      actions: [
        { type: 'log', params: ({ event }: { event: Broken }) => bothLogs.broken(event) },
        {
          type: 'noteEnd',
          params: ({ event }: { event: Broken }) => ({ actorId: event.actorId, exitCode: EXIT_FAILED }),
        },
      ],
    },
  },
  initial: 'starting',
  states: {
    starting: {
      description: 'The groups are being started, one after another',
      entry: 'startGroup',
      always: { guard: 'hasStartedAll', target: 'running' },
      after: { pause: { target: 'starting', reenter: true } },
    },
    running: {
      description: 'All groups were started',
      always: { guard: 'isEmpty', target: 'finished' },
    },
    stopping: {
      description: 'Told to stop: the agencies that are at work are ending, no further group is started',
      always: { guard: 'isEmpty', target: 'finished' },
      after: {
        stop: {
          target: 'overdue',
          actions: [{ type: 'log', params: ({ context }) => bothLogs.shutdownLate(context.stopMs) }, 'fail'],
        },
      },
      on: {
        'signal.received': {
          target: 'aborted',
          actions: { type: 'abort', params: ({ event }) => event.signal },
        },
      },
    },
    finished: { description: 'Every agency that was started has ended', type: 'final' },
    broken: { description: "A defect that is no agency's own: all end with it", type: 'final' },
    overdue: {
      description: 'The deadline has passed: what hangs is left behind',
      type: 'final',
      tags: 'atOnce',
    },
    aborted: { description: 'A second signal: nothing is waited for', type: 'final', tags: 'atOnce' },
  },
});
