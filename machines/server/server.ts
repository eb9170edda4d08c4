/**
 * The central server: opens the store and the listener, collects the bets of all agencies, draws, tells each
 * agency its own winners, and closes everything. Its states have files of their own, in their order: `serving`, with
 * `collecting` and `announcing`, and `shutting-down`.
 */
import { assign, enqueueActions, sendTo, setup } from 'xstate';
import { betStoreMachine } from '../bet-store/bet-store.ts';
import { connectionMachine } from '../connection/connection.ts';
import { notProvided } from '../not-provided.ts';
import type { Winners } from '../vocabulary/draw.ts';
import type { CertificatesCommand } from '../vocabulary/identity.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { RecallCommand, RecoveredDraw, StoreRequest } from '../vocabulary/store.ts';
import {
  CANNOT_GO_ON,
  endSessions,
  exitAsItSays,
  FAILED,
  logBroken,
  logSignal,
  logStoreFailed,
  recover,
} from './actions.ts';
import { certificates } from './certificates.ts';
import { connectionsLeaving, connectionsOf } from './connections.ts';
import {
  afterRecovery,
  announcementFor,
  isThisDraw,
  type Newcomer,
  newServer,
  refusalOfSession,
  type Server,
  type ServerInput,
  type ServerMachineEvent,
  withAwaited,
  withBegun,
  withoutConnection,
  withoutSession,
  withSession,
  withTold,
} from './roll.ts';
import { serving } from './serving.ts';
import { shuttingDown } from './shutting-down.ts';

type Opened = Extract<SessionEvent, { type: 'session.opened' }>;
type SessionOf = { agency: number; from: Recipient<SessionCommand> };

const server = setup({
  types: {
    input: {} as ServerInput,
    context: {} as Server,
    events: {} as ServerMachineEvent,
    output: {} as ExitOutput,
    children: {} as {
      store: 'betStore';
      connections: 'connections';
      listener: 'listener';
      certificates: 'certificates';
      signals: 'signals';
    },
  },
  actors: {
    betStore: betStoreMachine,
    connections: connectionsOf(connectionMachine),
    listener: notProvided('listener'),
    /** Keeps the server's certificate, and the authorities that it trusts; silent without TLS. */
    certificates: notProvided<CertificatesCommand>('keeper of certificates'),
    signals: notProvided('signals'),
  },
  delays: {
    publish: ({ context }) => context.input.publishMs,
    remind: ({ context }) => context.input.remindMs,
    announceTimeout: ({ context }) => context.input.announceMs,
    close: ({ context }) => context.input.connection.closeMs,
    shutdownTimeout: ({ context }) => context.input.shutdownMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Closes a socket that is not admitted, with an error that says why. */
    turnAway: (_, _params: { handle: unknown }) => {},
    recover: assign(({ context }, recovered: RecoveredDraw) => afterRecovery(context, recovered)),
    admit: sendTo(
      'connections',
      ({ context: { store, input }, self }, { handle, ip }: { handle: unknown; ip: string }) => ({
        type: 'crowd.admit',
        input: {
          handle,
          ip,
          identity: input.identity,
          server: self,
          store,
          limits: input.connection,
        },
      }),
    ),
    countAdmitted: assign({ open: ({ context }) => context.open + 1 }),
    noteLeft: assign({ open: (_, { left }: { left: number }) => left }),
    tellAll: sendTo('connections', (_, order: SessionCommand) => ({ type: 'crowd.tell', order })),
    /** If the agency has a session, the new one takes over. It hears where the upload stands once all that the older
     * one has sent is stored. */
    openSession: enqueueActions(({ context, enqueue }, session: Opened) => {
      const { agency, ip, from } = session;
      const older = context.sessions.get(agency);
      const text = `another connection of agency ${agency} took over, from ${ip}`;
      if (older) enqueue.sendTo(older, { type: 'session.end', fault: 'SUPERSEDED', text });
      enqueue.sendTo(context.store, { type: 'store.submit', request: { kind: 'open', agency }, from });
      enqueue.assign(withSession(context, session));
    }),
    /** The session is not registered: who comes back to a draw that is over has no part in the open one. */
    recallDraw: sendTo(
      ({ context }) => context.store,
      ({ context }, { agency, from, draw = context.draw }: Opened): RecallCommand => ({
        type: 'store.recall',
        request: { kind: 'open', agency, draw },
        from,
      }),
    ),
    refuseSession: enqueueActions(({ context, enqueue }, { from, ...session }: Opened) => {
      const refusal = refusalOfSession(context, session);
      if (refusal) enqueue.sendTo(from, { type: 'session.end', ...refusal });
    }),
    /** The agency goes on at another server, so its session here is ended like any other. */
    endSuperseded: enqueueActions(({ context, enqueue }, { agency }: { agency: number }) => {
      const session = context.sessions.get(agency);
      const text = `agency ${agency} goes on at another server`;
      if (session) enqueue.sendTo(session, { type: 'session.end', fault: 'SUPERSEDED', text });
    }),
    closeSession: assign(({ context }, { agency }: SessionOf) => withoutSession(context, agency)),
    closeBroken: assign(({ context }, { from }: { from: unknown }) => withoutConnection(context, from)),
    noteWaiting: assign({
      waiting: ({ context }, { agency, from }: SessionOf) => context.waiting.with(agency, from),
    }),
    noteBegun: assign(({ context }, begun: { agencies: readonly number[] }) => withBegun(context, begun)),
    noteFinished: assign({
      finished: ({ context }, { agencies }: { agencies: readonly number[] }) =>
        context.finished.withAll(agencies, true),
    }),
    noteReopened: assign({
      finished: ({ context }, { agency }: { agency: number }) => context.finished.without(agency),
    }),
    noteAwaited: assign(({ context }) => withAwaited(context)),
    noteWinners: assign((_, { winners, head }: { winners: Winners; head: string }) => ({ winners, head })),
    noteWritten: assign({
      telling: ({ context }, { agency }: SessionOf) => context.telling.without(agency),
    }),
    noteTold: assign(({ context }, { agency }: { agency: number }) => withTold(context, agency)),
    /** Written down by the store; nobody waits for its answer. */
    record: sendTo(
      ({ context }) => context.store,
      (_, request: StoreRequest) => ({ type: 'store.submit', request, from: undefined }),
    ),
    askForDraw: sendTo(({ context }) => context.store, { type: 'store.draw' }),
    drainStore: sendTo(({ context }) => context.store, { type: 'store.drain' }),
    announceToWaiting: enqueueActions(({ context, enqueue }) => {
      for (const [agency, session] of context.waiting) {
        enqueue.sendTo(session, { type: 'session.announce', ...announcementFor(context, agency) });
      }
      enqueue.assign({ telling: context.waiting });
    }),
    announceToOne: enqueueActions(({ context, enqueue }, { agency, from }: SessionOf) => {
      enqueue.sendTo(from, { type: 'session.announce', ...announcementFor(context, agency) });
      enqueue.assign({ telling: context.telling.with(agency, from) });
    }),
    loadCertificates: sendTo('certificates', { type: 'certificates.load' }),
    exitWith: assign({ exitCode: (_, exitCode: number) => exitCode }),
  },
  guards: {
    expiresSoon: ({ context }, { daysLeft }: { daysLeft: number }) => daysLeft <= context.input.expiryDays,
    isCrowded: ({ context }) => context.open - context.sessions.size >= context.input.connections,
    isEmpty: ({ context }) => context.open === 0,
    isOfThisDraw: ({ context }, { draw }: { draw: string | undefined }) => isThisDraw(context, draw),
    isOfAnotherDraw: ({ context }, { draw }: { draw: string | undefined }) => !isThisDraw(context, draw),
    isAdmissible: ({ context }, session: Newcomer) => refusalOfSession(context, session) === undefined,
    /** A connection that was taken over closes later: its agency is not gone. Nor is it the agency's if it only came for
     * the winners of a draw that is over. */
    isCurrent: ({ context }, { agency, from }: SessionOf) => context.sessions.get(agency) === from,
    isUploading: ({ context }) => context.sessions.size > context.waiting.size,
    someFinished: ({ context }) => context.finished.size > 0,
    wasAwaited: ({ context }) => context.awaited.size > 0,
    everyoneFinished: ({ context }) => context.finished.size === context.input.agencies,
    isTelling: ({ context }) => context.telling.size > 0,
    /** The winners are written, and those who read them have not closed. */
    someReading: ({ context }) => context.waiting.size > context.telling.size,
    everyoneTold: ({ context }) => context.told.size === context.input.agencies,
    isPublishedAtOnce: ({ context }) => context.input.publishMs === 0,
    wasDrawn: ({ context }) => context.winners !== undefined,
    wasOver: ({ context }) => context.isOver,
    holdsDraw: (_, { winners }: RecoveredDraw) => winners !== undefined,
  },
});

/** What its states in other files are made with. */
export type ServerSetup = typeof server;

export const serverMachine = server.createMachine({
  id: 'server',
  context: ({ input, spawn, self }) => {
    const { queueBytes, group, groupsAtOnce } = input;
    const store = { parent: self, queueBytes, bounds: group, atOnce: groupsAtOnce };
    return newServer(input, spawn('betStore', { id: 'store', input: store }));
  },
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: [
    { src: 'signals', id: 'signals' },
    { src: 'connections', id: 'connections' },
    { src: 'certificates', id: 'certificates' },
  ],
  on: {
    'signal.received': {
      target: ['.shuttingDown.closing', '.shuttingDown.cause.toldToStop'],
      actions: [logSignal, endSessions('the server was told to stop')],
    },
    ...certificates,
    'program.broken': { target: '.shuttingDown', actions: [logBroken, CANNOT_GO_ON, FAILED] },
    'store.failed': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: [logStoreFailed, CANNOT_GO_ON, exitAsItSays],
    },
    // A defect in one actor closes everything in order, like a failed store: never half a server.
    'xstate.error.actor.*': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: [logBroken, CANNOT_GO_ON, FAILED],
    },
    ...connectionsLeaving,
    'session.written': {
      guard: { type: 'isCurrent', params: ({ event }) => event },
      actions: { type: 'noteWritten', params: ({ event }) => event },
    },
    'agency.superseded': { actions: { type: 'endSuperseded', params: ({ event }) => event } },
    'agency.told': { actions: { type: 'noteTold', params: ({ event }) => event } },
    'uploads.begun': { actions: { type: 'noteBegun', params: ({ event }) => event } },
    'uploads.finished': { actions: { type: 'noteFinished', params: ({ event }) => event } },
    'agency.reopened': { actions: { type: 'noteReopened', params: ({ event }) => event } },
  },
  initial: 'opening',
  states: {
    opening: {
      description: 'Waits until the store has recovered what was stored before',
      on: {
        'store.recovered': { target: 'serving', actions: recover },
      },
    },
    serving: serving(server),
    shuttingDown: shuttingDown(server),
    stopped: { description: 'Everything is closed', type: 'final' },
    overdue: {
      description: 'The deadline has passed: leaves behind what hangs',
      type: 'final',
      tags: 'atOnce',
    },
    aborted: { description: 'A second signal: waits for nothing', type: 'final', tags: 'atOnce' },
  },
});
