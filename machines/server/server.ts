/**
 * The central server: opens the store and the listener, collects the bets of all agencies, draws, tells each
 * agency its own winners, and closes everything.
 */
import { and, assign, type EventObject, enqueueActions, not, sendTo, setup } from 'xstate';
import { betStoreMachine } from '../bet-store/bet-store.ts';
import { connectionMachine } from '../connection/connection.ts';
import { crowdOf } from '../crowd.ts';
import { EXIT_FAILED, exitOfSignal } from '../exit-codes.ts';
import { bothLogs, serverLogs } from '../log-lines.ts';
import { notProvided } from '../not-provided.ts';
import type { Winners } from '../vocabulary/draw.ts';
import type { CertificatesCommand } from '../vocabulary/identity.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ExitOutput } from '../vocabulary/program.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { RecallCommand, RecoveredDraw, StoreRequest } from '../vocabulary/store.ts';
import { AgencyMap } from './agency-map.ts';
import {
  afterRecovery,
  announcementFor,
  isThisDraw,
  late,
  type Opening,
  refusalOfSession,
  type Server,
  type ServerInput,
  type ServerMachineEvent,
  untold,
  waits,
  withAwaited,
  withBegun,
  withoutConnection,
  withoutSession,
  withSession,
} from './roll.ts';

type Opened = Extract<SessionEvent, { type: 'session.opened' }>;
type SessionOf = { agency: number; from: Recipient<SessionCommand> };

/** The connections of a server, by the order in which they came. */
export const connectionsOf = (connection: typeof connectionMachine) =>
  crowdOf(connection, (_, number) => `connection-${number}`);

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
    /** Keeps what the server shows of itself, and asks of others, in TLS; silent where there is none. */
    certificates: notProvided<CertificatesCommand>('keeper of certificates'),
    signals: notProvided('signals'),
  },
  delays: {
    publish: ({ context }) => context.input.publishMs,
    remind: ({ context }) => context.input.remindMs,
    announceTimeout: ({ context }) => context.input.announceMs,
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
          ...{ handle, ip, identity: input.identity },
          ...{ server: self, store, limits: input.connection },
        },
      }),
    ),
    countAdmitted: assign({ open: ({ context }) => context.open + 1 }),
    noteLeft: assign({ open: (_, { left }: { left: number }) => left }),
    tellAll: sendTo('connections', (_, order: SessionCommand) => ({ type: 'crowd.tell', order })),
    /** A second connection of an agency takes over; where its upload stands is told once what the older one had sent
     * is stored. */
    openSession: enqueueActions(({ context, enqueue }, session: Opened) => {
      const { agency, ip, from } = session;
      const older = context.sessions.get(agency);
      const text = `another connection of agency ${agency} took over, from ${ip}`;
      if (older) enqueue.sendTo(older, { type: 'session.end', fault: 'SUPERSEDED', text });
      enqueue.sendTo(context.store, { type: 'store.submit', request: { kind: 'open', agency }, from });
      enqueue.assign(withSession(context, session));
    }),
    /** Not registered: whoever comes back to a draw that is over takes nobody's place in this one. */
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
    /** Its session here is over; it closes as every other. */
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
      finished: ({ context }, { agency }: { agency: number }) => context.finished.with(agency, true),
    }),
    noteReopened: assign({
      finished: ({ context }, { agency }: { agency: number }) => context.finished.without(agency),
    }),
    noteAwaited: assign(({ context }) => withAwaited(context)),
    noteWinners: assign((_, { winners, head }: { winners: Winners; head: string }) => ({ winners, head })),
    noteAnswered: assign({
      telling: ({ context }, { agency }: SessionOf) => context.telling.without(agency),
    }),
    noteTold: assign({
      told: ({ context }, { agency }: { agency: number }) => context.told.with(agency, true),
    }),
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
    isAdmissible: ({ context }, session: Opening) => refusalOfSession(context, session) === undefined,
    /** A connection that was taken over closes later: its agency is not gone. */
    isCurrent: ({ context }, { agency, from }: SessionOf) => context.sessions.get(agency) === from,
    isUploading: ({ context }) => context.sessions.size > context.waiting.size,
    isIdle: ({ context }) => context.sessions.size === context.waiting.size,
    someFinished: ({ context }) => context.finished.size > 0,
    noneFinished: ({ context }) => context.finished.size === 0,
    wasAwaited: ({ context }) => context.awaited.size > 0,
    everyoneFinished: ({ context }) => context.finished.size === context.input.agencies,
    isTelling: ({ context }) => context.telling.size > 0,
    everyoneTold: ({ context }) => context.told.size === context.input.agencies,
    isPublishedAtOnce: ({ context }) => context.input.publishMs === 0,
    wasDrawn: ({ context }) => context.winners !== undefined,
    wasOver: ({ context }) => context.isOver,
    holdsDraw: (_, { winners }: RecoveredDraw) => winners !== undefined,
  },
});

const log = <TEvent extends EventObject>(entry: (args: { context: Server; event: TEvent }) => LogEntry) =>
  ({ type: 'log', params: entry }) as const;

const logBroken = log(({ event }: { event: { type: string; error: unknown } }) => bothLogs.broken(event));
const logSignal = log(({ event }: { event: Extract<ServerMachineEvent, { type: 'signal.received' }> }) =>
  bothLogs.signalReceived(event.signal),
);

/** The sessions end, as the server does not go on: their agencies are told to come back later. */
const endSessions = (why: string) =>
  ({
    type: 'tellAll',
    params: { type: 'session.end', fault: 'SHUTTING_DOWN', text: `${why}, come back later` },
  }) as const;
const CANNOT_GO_ON = endSessions('the server cannot go on');

const FAILED = { type: 'exitWith', params: EXIT_FAILED } as const;

type MemberEnded = Extract<ServerMachineEvent, { type: 'member.ended' }>;
const sessionOf = ({ output: { agency }, from }: MemberEnded): SessionOf => ({ agency, from });

type Told = Extract<SessionEvent, { type: 'session.told' }>;
type Waiting = Extract<SessionEvent, { type: 'session.waiting' }>;
const recordTold = {
  type: 'record',
  params: ({ event: { agency, draw } }: { event: Told }): StoreRequest => ({
    kind: 'told',
    agency,
    draw,
  }),
} as const;

/** Written down before the files close: the next start archives this draw and begins another. */
const closeDraw = [
  { type: 'record', params: { kind: 'close' } },
  { type: 'tellAll', params: { type: 'session.end', fault: undefined, text: '' } },
] as const;

const collecting = server.createStateConfig({
  description: 'Bets come in until every agency has finished; those who have not are named again and again',
  always: [
    {
      guard: and(['everyoneFinished', 'wasAwaited']),
      target: 'drawing',
      actions: log(({ context }) => serverLogs.awaited(waits(context), context.input.named)),
    },
    { guard: 'everyoneFinished', target: 'drawing' },
  ],
  // Its states follow from who is here: to begin again changes none of them.
  after: {
    remind: [
      {
        guard: 'someFinished',
        target: 'collecting',
        reenter: true,
        actions: [
          'noteAwaited',
          log(({ context }) => serverLogs.awaiting(late(context), context.input.named)),
        ],
      },
      { target: 'collecting', reenter: true },
    ],
  },
  initial: 'listening',
  states: {
    listening: {
      description: 'Nobody is uploading and nobody has finished',
      always: [
        { guard: 'isUploading', target: 'receivingBatches' },
        { guard: 'someFinished', target: 'awaitingAllAgencies' },
      ],
    },
    receivingBatches: {
      description: 'At least one agency is uploading',
      always: [
        { guard: and(['isIdle', 'someFinished']), target: 'awaitingAllAgencies' },
        { guard: and(['isIdle', 'noneFinished']), target: 'listening' },
      ],
    },
    awaitingAllAgencies: {
      description: 'Nobody is uploading, some have finished, others are missing',
      always: { guard: 'isUploading', target: 'receivingBatches' },
    },
  },
});

/** The draw is over, whoever has not come. */
const leave = {
  target: '#server.shuttingDown',
  actions: [log(({ context }) => serverLogs.notTold(untold(context), context.input.named)), ...closeDraw],
} as const;

/** Somebody comes for the winners, and is told at once. */
const announceAtOnce = {
  actions: [
    { type: 'noteWaiting', params: ({ event }: { event: Waiting }) => event },
    { type: 'announceToOne', params: ({ event }: { event: Waiting }) => event },
  ],
} as const;

const noteTold = {
  guard: { type: 'isOfThisDraw', params: ({ event }: { event: Told }) => event },
  actions: [{ type: 'noteTold', params: ({ event }: { event: Told }) => event }, recordTold],
} as const;

const answering = server.createStateConfig({
  description:
    'The draw was over before this server started: whoever comes for its winners is still answered',
  after: { announceTimeout: { target: '#server.shuttingDown', actions: closeDraw } },
  on: { 'session.waiting': announceAtOnce, 'session.told': noteTold },
});

const announcing = server.createStateConfig({
  description: 'Each agency that waits, or comes back, gets its own winners',
  entry: 'announceToWaiting',
  always: { guard: 'everyoneTold', target: '#server.shuttingDown', actions: closeDraw },
  on: {
    'session.waiting': announceAtOnce,
    'session.told': noteTold,
  },
  initial: 'patient',
  states: {
    patient: {
      description: 'Agencies that are away may come back',
      after: { announceTimeout: [{ guard: 'isTelling', target: 'hurried' }, leave] },
    },
    hurried: {
      description: 'Time is up: whoever is being told is told to the end',
      always: { guard: not('isTelling'), ...leave },
    },
  },
});

const recover = {
  type: 'recover',
  params: ({ event }: { event: Extract<ServerMachineEvent, { type: 'store.recovered' }> }) => event.recovered,
} as const;

/** A log that many servers share was set back: nobody's session goes on. */
const beginAnew = [recover, endSessions('the log of the draw was set back')] as const;

const serving = server.createStateConfig({
  description: 'Connections are accepted',
  invoke: { src: 'listener', id: 'listener' },
  on: {
    'listener.failed': {
      target: 'shuttingDown',
      actions: [
        log(({ event }) => serverLogs.listenFailed(event.reason)),
        CANNOT_GO_ON,
        { type: 'exitWith', params: ({ event }) => event.exitCode },
      ],
    },
    'connection.accepted': [
      {
        guard: 'isCrowded',
        actions: [
          log(({ context, event }) => serverLogs.turnedAway(event.ip, context.open - context.sessions.size)),
          { type: 'turnAway', params: ({ event }) => event },
        ],
      },
      { actions: ['countAdmitted', { type: 'admit', params: ({ event }) => event }] },
    ],
    'session.opened': [
      {
        guard: { type: 'isOfAnotherDraw', params: ({ event }) => event },
        actions: { type: 'recallDraw', params: ({ event }) => event },
      },
      {
        guard: { type: 'isAdmissible', params: ({ event }) => event },
        actions: { type: 'openSession', params: ({ event }) => event },
      },
      { actions: { type: 'refuseSession', params: ({ event }) => event } },
    ],
    'session.waiting': { actions: { type: 'noteWaiting', params: ({ event }) => event } },
    // Somebody came late for the winners of a draw that is over.
    'session.told': {
      guard: { type: 'isOfAnotherDraw', params: ({ event }) => event },
      actions: recordTold,
    },
    'store.recovered': [
      {
        guard: { type: 'holdsDraw', params: ({ event }) => event.recovered },
        target: '.announcing',
        actions: beginAnew,
      },
      { target: '.collecting', actions: beginAnew },
    ],
    'store.saturated': { actions: { type: 'tellAll', params: { type: 'flow.pause' } } },
    'store.relieved': { actions: { type: 'tellAll', params: { type: 'flow.resume' } } },
  },
  initial: 'binding',
  states: {
    binding: {
      description: 'The listener is being bound',
      on: {
        'store.recovered': { actions: recover },
        'listener.bound': [
          {
            guard: 'wasOver',
            target: 'answering',
            actions: { type: 'log', params: serverLogs.accepting() },
          },
          {
            guard: 'wasDrawn',
            target: 'announcing',
            actions: { type: 'log', params: serverLogs.accepting() },
          },
          { target: 'collecting', actions: { type: 'log', params: serverLogs.accepting() } },
        ],
      },
    },
    collecting,
    drawing: {
      description: 'Every agency has finished: the winners are being found and written down',
      entry: 'askForDraw',
      on: {
        'draw.recorded': {
          target: 'publishing',
          actions: [
            { type: 'noteWinners', params: ({ event }) => event },
            { type: 'log', params: serverLogs.drawn() },
            log(({ context, event }) => serverLogs.recorded(context.draw, event.head)),
          ],
        },
        'draw.postponed': { target: 'collecting' },
      },
    },
    publishing: {
      description:
        "The draw's line is out, and nobody is told yet: who reads several programs' logs side by side sees it first",
      always: { guard: 'isPublishedAtOnce', target: 'announcing' },
      after: { publish: { target: 'announcing' } },
    },
    announcing,
    answering,
  },
});

const shuttingDown = server.createStateConfig({
  description: 'Everything is being closed, with a deadline',
  type: 'parallel',
  after: {
    shutdownTimeout: {
      target: 'overdue',
      actions: [log(({ context }) => bothLogs.shutdownLate(context.input.shutdownMs)), FAILED],
    },
  },
  on: {
    'session.told': [
      {
        guard: { type: 'isOfThisDraw', params: ({ event }) => event },
        actions: [{ type: 'noteTold', params: ({ event }) => event }, recordTold],
      },
      { actions: recordTold },
    ],
    'program.broken': { actions: [logBroken, FAILED] },
  },
  states: {
    closing: {
      description: 'One thing after the other',
      on: {
        // The deadline goes on: it is that of the whole shutdown.
        'xstate.error.actor.*': { target: '.abandoningStore', actions: [logBroken, FAILED] },
        'store.failed': {
          target: '.abandoningStore',
          actions: [
            log(({ event }) => serverLogs.storeFailed(event.reason)),
            { type: 'exitWith', params: ({ event }) => event.exitCode },
          ],
        },
      },
      initial: 'closingConnections',
      states: {
        closingConnections: {
          description: 'Sessions are ending; what they sent is still stored',
          always: { guard: 'isEmpty', target: 'drainingStore' },
        },
        drainingStore: {
          description: 'What is queued is stored, then the files are closed',
          entry: 'drainStore',
          on: {
            'store.closed': {
              target: '#server.stopped',
              actions: [
                { type: 'log', params: bothLogs.closed('bets.csv') },
                { type: 'log', params: bothLogs.closed('journal.ndjson') },
              ],
            },
          },
        },
        abandoningStore: {
          description: 'The store failed: nothing is acknowledged any more',
          always: { guard: 'isEmpty', target: '#server.stopped' },
        },
      },
    },
    cause: {
      description: 'Whether somebody asked for it: only who asks twice is in a hurry',
      initial: 'ofItself',
      states: {
        ofItself: {
          description: 'The draw is over, or something failed: a signal asks for what is done anyway',
          on: { 'signal.received': { target: 'toldToStop', actions: logSignal } },
        },
        toldToStop: {
          description: 'A signal was heard',
          on: {
            'signal.received': {
              target: '#server.aborted',
              actions: { type: 'exitWith', params: ({ event }) => exitOfSignal(event.signal) },
            },
          },
        },
      },
    },
  },
});

export const serverMachine = server.createMachine({
  id: 'server',
  context: ({ input, spawn, self }) => ({
    input,
    store: spawn('betStore', {
      id: 'store',
      input: {
        parent: self,
        queueBytes: input.queueBytes,
        bounds: input.group,
        atOnce: input.groupsAtOnce,
      },
    }),
    sessions: AgencyMap.empty(),
    speakers: AgencyMap.empty(),
    withOffsets: AgencyMap.empty(),
    finished: AgencyMap.empty(),
    waiting: AgencyMap.empty(),
    telling: AgencyMap.empty(),
    told: AgencyMap.empty(),
    draw: '',
    winners: undefined,
    isOver: false,
    head: '',
    awaited: new Map(),
    open: 0,
    exitCode: 0,
  }),
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
    // Who is here stays; who comes from now on is asked by the new ones.
    'reload.asked': { actions: 'loadCertificates' },
    'certificates.loaded': [
      {
        guard: { type: 'expiresSoon', params: ({ event }) => event },
        actions: log(({ event }) => serverLogs.certificatesLoaded(event, 'warn')),
      },
      { actions: log(({ event }) => serverLogs.certificatesLoaded(event, 'info')) },
    ],
    'certificates.kept': { actions: log(({ event }) => serverLogs.certificatesKept(event.reason)) },
    'program.broken': { target: '.shuttingDown', actions: [logBroken, CANNOT_GO_ON, FAILED] },
    'store.failed': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: [
        log(({ event }) => serverLogs.storeFailed(event.reason)),
        CANNOT_GO_ON,
        { type: 'exitWith', params: ({ event }) => event.exitCode },
      ],
    },
    // A defect in one actor closes everything in order, like a failed store: never half a server.
    'xstate.error.actor.*': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: [logBroken, CANNOT_GO_ON, FAILED],
    },
    'member.ended': [
      {
        guard: { type: 'isCurrent', params: ({ event }) => sessionOf(event) },
        actions: [
          { type: 'closeSession', params: ({ event }) => sessionOf(event) },
          { type: 'noteLeft', params: ({ event }) => event },
        ],
      },
      { actions: { type: 'noteLeft', params: ({ event }) => event } },
    ],
    // One broken session must not take the others with it.
    'member.broken': {
      actions: [
        log(({ event }) => serverLogs.sessionBroken(event.error)),
        { type: 'closeBroken', params: ({ event }) => event },
        { type: 'noteLeft', params: ({ event }) => event },
      ],
    },
    'session.answered': {
      guard: { type: 'isCurrent', params: ({ event }) => event },
      actions: { type: 'noteAnswered', params: ({ event }) => event },
    },
    'agency.superseded': { actions: { type: 'endSuperseded', params: ({ event }) => event } },
    'agency.told': { actions: { type: 'noteTold', params: ({ event }) => event } },
    'uploads.begun': { actions: { type: 'noteBegun', params: ({ event }) => event } },
    'agency.finished': { actions: { type: 'noteFinished', params: ({ event }) => event } },
    'agency.reopened': { actions: { type: 'noteReopened', params: ({ event }) => event } },
  },
  initial: 'opening',
  states: {
    opening: {
      description: 'The store is being recovered and locked',
      on: {
        'store.recovered': { target: 'serving', actions: recover },
      },
    },
    serving,
    shuttingDown,
    stopped: { description: 'Everything is closed', type: 'final' },
    overdue: {
      description: 'The deadline has passed: what hangs is left behind',
      type: 'final',
      tags: 'atOnce',
    },
    aborted: { description: 'A second signal: nothing is waited for', type: 'final', tags: 'atOnce' },
  },
});
