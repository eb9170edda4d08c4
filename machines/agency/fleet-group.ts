/**
 * Some agencies of a fleet. Spawning costs time in proportion to the siblings, so no group is large; it ends when
 * the last of its agencies has.
 */
import { enqueueActions, setup } from 'xstate';
import { EXIT_FAILED, worseExit } from '../exit-codes.ts';
import { fleetLogs } from '../log-lines.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput, SignalEvent } from '../vocabulary/program.ts';
import { agencyMachine } from './agency.ts';
import type { AgencyInput } from './upload.ts';

export type GroupInput = { agencies: readonly AgencyInput[] };

/** `living` are the ids of the agencies' actors. */
type Context = GroupInput & { living: readonly string[]; exitCode: number };

/** How XState tells of a child's end. */
export type Ended = { actorId: string; output: ExitOutput };
export type Broken = { actorId: string; error: unknown };

const noteItsEnd = {
  type: 'noteEnd',
  params: ({ event: { actorId, output } }: { event: Ended }) => ({ actorId, exitCode: output.exitCode }),
} as const;

const agencyOf = (actorId: string): number => Number(actorId.slice('agency-'.length));

export const fleetGroupMachine = setup({
  types: {
    input: {} as GroupInput,
    context: {} as Context,
    events: {} as SignalEvent,
    output: {} as ExitOutput,
    children: {} as Record<`agency-${number}`, 'agency'>,
  },
  actors: { agency: agencyMachine },
  actions: {
    log: (_, _entry: LogEntry) => {},
    startAgencies: enqueueActions(({ context, enqueue }) => {
      for (const input of context.agencies) {
        enqueue.spawnChild('agency', { id: `agency-${input.id}`, input });
      }
      enqueue.assign({ living: context.agencies.map(({ id }) => `agency-${id}`) });
    }),
    /** The worst exit code of an agency is the group's. A child that has ended stays until it is stopped. */
    noteEnd: enqueueActions(
      ({ context, enqueue }, { actorId, exitCode }: { actorId: string; exitCode: number }) => {
        enqueue.stopChild(actorId);
        enqueue.assign({
          living: context.living.filter((id) => id !== actorId),
          exitCode: worseExit(context.exitCode, exitCode),
        });
      },
    ),
    passOn: enqueueActions(({ context, event, enqueue }) => {
      for (const id of context.living) enqueue.sendTo(id, event);
    }),
  },
  guards: {
    isEmpty: ({ context }) => context.living.length === 0,
    hasFailed: (_, { exitCode }: { exitCode: number }) => exitCode !== 0,
  },
}).createMachine({
  id: 'fleetGroup',
  context: ({ input }) => ({ ...input, living: [], exitCode: 0 }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  initial: 'running',
  states: {
    running: {
      description: 'At least one of the agencies is at work',
      entry: 'startAgencies',
      always: { guard: 'isEmpty', target: 'ended' },
      on: {
        'signal.received': { actions: 'passOn' },
        'xstate.done.actor.*': [
          {
            guard: { type: 'hasFailed', params: ({ event }: { event: Ended }) => event.output },
            actions: [
              {
                type: 'log',
                params: ({ event: { actorId, output } }: { event: Ended }) =>
                  fleetLogs.failed(agencyOf(actorId), output.exitCode),
              },
              noteItsEnd,
            ],
          },
          { actions: noteItsEnd },
        ],
        'xstate.error.actor.*': {
          actions: [
            {
              type: 'log',
              params: ({ event: { actorId, error } }: { event: Broken }) =>
                fleetLogs.broken(agencyOf(actorId), error),
            },
            {
              type: 'noteEnd',
              params: ({ event }: { event: Broken }) => ({ actorId: event.actorId, exitCode: EXIT_FAILED }),
            },
          ],
        },
      },
    },
    ended: { description: 'Every agency has ended', type: 'final' },
  },
});
