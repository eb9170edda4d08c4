/**
 * A level between the server and its connections: spawning costs time in proportion to the siblings, so each
 * supervisor admits a bounded number over its life, and ends when the last of them has closed.
 */
import { assign, enqueueActions, setup } from 'xstate';
import { connectionMachine } from '../connection/connection.ts';
import type { ConnectionInput } from '../connection/session.ts';
import { serverLogs } from '../log-lines.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand } from '../vocabulary/session.ts';
import type { SessionFault } from '../vocabulary/wire.ts';

export type SupervisorInput = {
  /** Connections it admits over its life. */
  capacity: number;
  parent: Recipient<SupervisorReport>;
};

type Context = SupervisorInput & {
  admitted: number;
  /** Connections that are open, by the id of their actor. */
  open: ReadonlyMap<string, Recipient<SessionCommand>>;
};

export type SupervisorEvent =
  | { type: 'connection.admit'; input: ConnectionInput }
  /** End every session (with a fault: say why), admit no more, and stop when the last is closed. */
  | { type: 'sessions.end'; fault: SessionFault | undefined; text: string }
  | { type: 'flow.pause' }
  | { type: 'flow.resume' };

export type SupervisorReport =
  | { type: 'connection.closed' }
  /** It could not say itself that its session is over. */
  | { type: 'connection.broken'; from: Recipient<SessionCommand> };

/** How XState tells of a child's end; `error` where it broke. */
export type ChildEnded = { actorId: string; error?: unknown };

export const connectionSupervisorMachine = setup({
  types: {
    input: {} as SupervisorInput,
    context: {} as Context,
    events: {} as SupervisorEvent,
    children: {} as Record<`connection-${number}`, 'connection'>,
  },
  actors: { connection: connectionMachine },
  actions: {
    log: (_, _entry: LogEntry) => {},
    admit: assign(({ context, spawn }, input: ConnectionInput) => {
      const id = `connection-${context.admitted + 1}` as const;
      const connection = spawn('connection', { id, input });
      return { admitted: context.admitted + 1, open: new Map(context.open).set(id, connection) };
    }),
    forget: enqueueActions(({ context, enqueue }, id: string) => {
      const open = new Map(context.open);
      open.delete(id);
      // A finished child stays in the snapshot until it is stopped: one leak for each connection.
      enqueue.stopChild(id);
      enqueue.assign({ open });
      enqueue.sendTo(context.parent, { type: 'connection.closed' });
    }),
    reportBroken: enqueueActions(({ context, enqueue }, id: string) => {
      const from = context.open.get(id);
      if (from) enqueue.sendTo(context.parent, { type: 'connection.broken', from });
    }),
    tellAll: enqueueActions(({ context, enqueue }, order: SessionCommand) => {
      for (const connection of context.open.values()) enqueue.sendTo(connection, order);
    }),
  },
  guards: {
    isFull: ({ context }) => context.admitted >= context.capacity,
    isEmpty: ({ context }) => context.open.size === 0,
  },
}).createMachine({
  id: 'connectionSupervisor',
  context: ({ input }) => ({ ...input, admitted: 0, open: new Map() }),
  on: {
    'xstate.done.actor.*': {
      actions: { type: 'forget', params: ({ event }: { event: ChildEnded }) => event.actorId },
    },
    // One broken session must not take the others with it.
    'xstate.error.actor.*': {
      actions: [
        {
          type: 'log',
          params: ({ event }: { event: ChildEnded }) => serverLogs.sessionBroken(event.error),
        },
        { type: 'reportBroken', params: ({ event }: { event: ChildEnded }) => event.actorId },
        { type: 'forget', params: ({ event }: { event: ChildEnded }) => event.actorId },
      ],
    },
    'flow.pause': { actions: { type: 'tellAll', params: { type: 'flow.pause' } } },
    'flow.resume': { actions: { type: 'tellAll', params: { type: 'flow.resume' } } },
    'sessions.end': {
      target: '.draining',
      actions: {
        type: 'tellAll',
        params: ({ event }) => ({ type: 'session.end', fault: event.fault, text: event.text }),
      },
    },
  },
  initial: 'admitting',
  states: {
    admitting: {
      description: 'There is room for more connections',
      always: { guard: 'isFull', target: 'draining' },
      on: {
        'connection.admit': { actions: { type: 'admit', params: ({ event }) => event.input } },
      },
    },
    draining: {
      description: 'No more are admitted; the last that closes ends it',
      always: { guard: 'isEmpty', target: 'drained' },
    },
    drained: { description: 'Every connection is closed', type: 'final' },
  },
});
