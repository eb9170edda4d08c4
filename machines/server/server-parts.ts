/** What the server can do and ask: its actors, actions, guards and delays. The statechart is in server.ts. */
import { assign, enqueueActions, fromCallback, sendTo, setup } from 'xstate';
import { betStoreMachine } from '../bet-store/bet-store.ts';
import { bothLogs } from '../log-lines.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { RecallCommand, StoreRequest } from '../vocabulary/store.ts';
import {
  type ChildEnded,
  connectionSupervisorMachine,
  type SupervisorEvent,
} from './connection-supervisor.ts';
import {
  afterRecovery,
  announcementFor,
  isThisDraw,
  type Opening,
  refusalOfSession,
  type Server,
  type ServerInput,
  type ServerMachineEvent,
  withBegun,
  withoutConnection,
  withoutSession,
  withSession,
} from './roll.ts';

const recording = (request: StoreRequest) => ({
  type: 'store.submit' as const,
  request,
  from: undefined,
});

type Told = Extract<SessionEvent, { type: 'session.told' }>;
type Opened = Extract<SessionEvent, { type: 'session.opened' }>;

const parts = setup({
  types: {
    input: {} as ServerInput,
    context: {} as Server,
    events: {} as ServerMachineEvent,
    output: {} as ExitOutput,
    children: {} as Record<`supervisor-${number}`, 'connectionSupervisor'> & {
      store: 'betStore';
      listener: 'listener';
      signals: 'signals';
    },
  },
  actors: {
    betStore: betStoreMachine,
    connectionSupervisor: connectionSupervisorMachine,
    listener: fromCallback(() => {}),
    signals: fromCallback(() => {}),
  },
  delays: {
    publish: ({ context }) => context.publishMs,
    announceTimeout: ({ context }) => context.announceMs,
    shutdownTimeout: ({ context }) => context.shutdownMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Closes a socket that no supervisor takes, with an error that says why. */
    turnAway: (_, _params: { handle: unknown }) => {},
    recover: assign(({ context, event }) =>
      event.type === 'store.recovered' ? afterRecovery(context, event.recovered) : {},
    ),
    /** Each supervisor takes a fixed number of connections; the next one opens a new one. */
    ensureSupervisor: assign(({ context, spawn, self }) => {
      const { accepted, supervisorConnections: capacity, supervisors } = context;
      const counted = { accepted: accepted + 1, open: context.open + 1 };
      if (accepted % capacity > 0) return counted;
      const id = `supervisor-${accepted / capacity + 1}` as const;
      const supervisor = spawn('connectionSupervisor', { id, input: { capacity, parent: self } });
      return { ...counted, supervisors: [...supervisors, supervisor] };
    }),
    countClosed: assign({ open: ({ context }) => context.open - 1 }),
    closeSession: assign(({ context, event }) =>
      event.type === 'session.closed' ? withoutSession(context, event.agency) : {},
    ),
    noteWaiting: assign(({ context, event }) =>
      event.type === 'session.waiting' ? { waiting: context.waiting.with(event.agency, event.from) } : {},
    ),
    noteAnswered: assign(({ context }, { agency }: { agency: number }) => ({
      telling: context.telling.without(agency),
    })),
    noteBegun: assign(({ context }, begun: { agencies: readonly number[] }) => withBegun(context, begun)),
    noteFinished: assign(({ context }, { agency }: { agency: number }) => ({
      finished: context.finished.with(agency, true),
    })),
    noteReopened: assign(({ context }, { agency }: { agency: number }) => ({
      finished: context.finished.without(agency),
    })),
    noteWinners: assign(({ event }) =>
      event.type === 'draw.recorded' ? { winners: event.winners, head: event.head } : {},
    ),
    noteTold: assign(({ context, event }) =>
      event.type === 'session.told' ? { told: context.told.with(event.agency, true) } : {},
    ),
    recordTold: sendTo('store', (_, { agency, draw }: Told) => recording({ kind: 'told', agency, draw })),
    askForDraw: sendTo('store', { type: 'store.draw' }),
    /** Not registered: whoever comes back to a draw that is over takes nobody's place in this one. */
    recallDraw: sendTo(
      'store',
      (_, { agency, draw, from }: Opened): RecallCommand => ({
        type: 'store.recall',
        request: { kind: 'open', agency, draw: draw! },
        from,
      }),
    ),
    forgetSupervisor: enqueueActions(({ context, enqueue }, id: string) => {
      enqueue.stopChild(id);
      enqueue.assign({ supervisors: context.supervisors.filter((supervisor) => supervisor.id !== id) });
    }),
    tellSupervisors: enqueueActions(({ context, enqueue }, order: SupervisorEvent) => {
      for (const supervisor of context.supervisors) enqueue.sendTo(supervisor, order);
    }),
    closeBroken: assign(({ context, event }) =>
      event.type === 'connection.broken' ? withoutConnection(context, event.from) : {},
    ),
    forgetBroken: enqueueActions(({ context, event, enqueue }) => {
      const { actorId } = event as unknown as ChildEnded;
      enqueue.assign({ supervisors: context.supervisors.filter(({ id }) => id !== actorId) });
    }),
    refuseSession: enqueueActions(({ context, enqueue }, { from, ...session }: Opened) => {
      const refusal = refusalOfSession(context, session);
      if (refusal) enqueue.sendTo(from, { type: 'session.end', ...refusal });
    }),
    drainStore: sendTo('store', { type: 'store.drain' }),
    fail: assign({ exitCode: (_, exitCode: number) => exitCode }),
    abort: assign({
      exitCode: ({ event }) => (event.type === 'signal.received' && event.signal === 'SIGINT' ? 130 : 143),
    }),
  },
  guards: {
    isCrowded: ({ context }) => context.open - context.sessions.size >= context.connections,
    isOfThisDraw: ({ context }, { draw }: { draw: string | undefined }) => isThisDraw(context, draw),
    isOfAnotherDraw: ({ context }, { draw }: { draw: string | undefined }) => !isThisDraw(context, draw),
    isAdmissible: ({ context }, session: Opening) => refusalOfSession(context, session) === undefined,
    isCurrent: ({ context }, { agency, from }: { agency: number; from: Recipient<SessionCommand> }) =>
      context.sessions.get(agency) === from,
    isUploading: ({ context }) => context.sessions.size > context.waiting.size,
    isIdle: ({ context }) => context.sessions.size === context.waiting.size,
    someFinished: ({ context }) => context.finished.size > 0,
    noneFinished: ({ context }) => context.finished.size === 0,
    everyoneFinished: ({ context }) => context.finished.size === context.agencies,
    isTelling: ({ context }) => context.telling.size > 0,
    everyoneTold: ({ context }) => context.told.size === context.agencies,
    isPublishedAtOnce: ({ context }) => context.publishMs === 0,
    wasDrawn: ({ context }) => context.winners !== undefined,
    isSupervisor: (_, id: string) => id.startsWith('supervisor-'),
    hasNoSupervisor: ({ context }) => context.supervisors.length === 0,
  },
});

export const serverParts = parts.extend({
  actions: {
    logBroken: parts.enqueueActions(({ event, enqueue }) => {
      enqueue({ type: 'log', params: bothLogs.broken(event) });
    }),
    admitConnection: parts.enqueueActions(({ context, event, enqueue, self }) => {
      if (event.type !== 'connection.accepted') return;
      const { handle, ip } = event;
      const store = self.getSnapshot().children.store!;
      const input = { handle, ip, server: self, store, limits: context.connection };
      enqueue.sendTo(context.supervisors.at(-1)!, { type: 'connection.admit', input });
    }),
    /** A second connection of an agency takes over; where its upload stands is told once what the older one
     * had sent is stored. */
    openSession: parts.enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'session.opened') return;
      const { agency, ip, from } = event;
      const older = context.sessions.get(agency);
      const superseded = {
        fault: 'SUPERSEDED' as const,
        text: `another connection of agency ${agency} took over, from ${ip}`,
      };
      if (older) enqueue.sendTo(older, { type: 'session.end', ...superseded });
      enqueue.sendTo('store', { type: 'store.submit', request: { kind: 'open', agency }, from });
      enqueue.assign(withSession(context, event));
    }),
    announceToWaiting: parts.enqueueActions(({ context, enqueue }) => {
      for (const [agency, session] of context.waiting) {
        enqueue.sendTo(session, { type: 'session.announce', ...announcementFor(context, agency) });
      }
      enqueue.assign({ telling: context.waiting });
    }),
    announceToOne: parts.enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'session.waiting') return;
      const { agency, from } = event;
      enqueue.sendTo(from, { type: 'session.announce', ...announcementFor(context, agency) });
      enqueue.assign({ telling: context.telling.with(agency, from) });
    }),
    /** Written down before the files close: the next start archives this draw and begins another. */
    closeDraw: parts.enqueueActions(({ enqueue }) => {
      enqueue.sendTo('store', recording({ kind: 'close' }));
      enqueue({ type: 'tellSupervisors', params: { type: 'sessions.end', fault: undefined, text: '' } });
    }),
  },
});
