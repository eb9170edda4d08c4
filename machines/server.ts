/**
 * The central server: opens the store and the listener, collects the bets of all agencies, draws, tells each
 * agency its own winners, and closes everything.
 */
import { and, assign, enqueueActions, fromCallback, sendTo, setup } from 'xstate';
import { betStoreMachine } from './bet-store.ts';
import { connectionSupervisorMachine, type SupervisorEvent } from './connection-supervisor.ts';
import type { ExitOutput, LogEntry, SessionFault, StoreRequest } from './events.ts';
import { bothLogs, serverLogs } from './log-lines.ts';
import {
  afterRecovery,
  isAdmissible,
  missing,
  type Server,
  type ServerEvent,
  type ServerInput,
  withEntry,
  withMember,
  withoutSession,
} from './roll.ts';

const recording = (request: StoreRequest) => ({
  type: 'request.submitted' as const,
  request,
  from: undefined,
});

const agencyOf = (event: ServerEvent): number => ('agency' in event ? event.agency : 0);

const signalled = {
  fault: 'SHUTTING_DOWN' as SessionFault,
  text: 'the server was told to stop, come back later',
};

export const serverMachine = setup({
  types: {
    input: {} as ServerInput,
    context: {} as Server,
    events: {} as ServerEvent,
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
    admitConnection: enqueueActions(({ context, event, enqueue, self }) => {
      if (event.type !== 'connection.accepted') return;
      const { handle, ip } = event;
      const store = self.getSnapshot().children.store!;
      const input = { handle, ip, server: self, store, limits: context.connection };
      enqueue.sendTo(context.supervisors.at(-1)!, { type: 'connection.admitted', input });
    }),
    forgetSupervisor: enqueueActions(({ context, enqueue }, id: string) => {
      enqueue.stopChild(id);
      enqueue.assign({ supervisors: context.supervisors.filter((supervisor) => supervisor.id !== id) });
    }),
    tellSupervisors: enqueueActions(({ context, enqueue }, order: SupervisorEvent) => {
      for (const supervisor of context.supervisors) enqueue.sendTo(supervisor, order);
    }),
    countClosed: assign({ open: ({ context }) => context.open - 1 }),
    /** A second connection of an agency takes over; where its upload stands is told once what the older one
     * had sent is stored. */
    openSession: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'session.opened') return;
      const { agency, from } = event;
      const older = context.sessions.get(agency);
      const superseded = {
        fault: 'SUPERSEDED' as const,
        text: 'another connection of this agency took over',
      };
      if (older) enqueue.sendTo(older, { type: 'session.ended', ...superseded });
      enqueue.sendTo('store', { type: 'request.submitted', request: { kind: 'open', agency }, from });
      enqueue.assign({
        ...withoutSession(context, agency),
        sessions: withEntry(context.sessions, agency, from),
      });
    }),
    refuseSession: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'session.opened') return;
      const text = `agency ${event.agency} is not one of 1 to ${context.agencies}`;
      enqueue.sendTo(event.from, { type: 'session.ended', fault: 'AGENCY', text });
    }),
    closeSession: assign(({ context, event }) =>
      event.type === 'session.closed' ? withoutSession(context, event.agency) : {},
    ),
    noteWaiting: assign(({ context, event }) =>
      event.type === 'session.waiting'
        ? { waiting: withEntry(context.waiting, event.agency, event.from) }
        : {},
    ),
    noteFinished: assign(({ context, event }) =>
      event.type === 'agency.finished' ? { finished: withMember(context.finished, event.agency) } : {},
    ),
    noteWinners: assign(({ event }) => (event.type === 'draw.recorded' ? { winners: event.winners } : {})),
    noteTold: assign(({ context, event }) =>
      event.type === 'session.told' ? { told: withMember(context.told, event.agency) } : {},
    ),
    announceToWaiting: enqueueActions(({ context, enqueue }) => {
      for (const [agency, session] of context.waiting) {
        const documents = context.winners?.get(agency) ?? [];
        enqueue.sendTo(session, { type: 'winners.announced', documents });
      }
    }),
    announceToOne: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'session.waiting') return;
      const documents = context.winners?.get(event.agency) ?? [];
      enqueue.sendTo(event.from, { type: 'winners.announced', documents });
    }),
    recordTold: sendTo('store', ({ event }) => recording({ kind: 'told', agency: agencyOf(event) })),
    /** Written down before the files close: the next start archives this draw and begins another. */
    closeDraw: enqueueActions(({ enqueue }) => {
      enqueue.sendTo('store', recording({ kind: 'close' }));
      enqueue({ type: 'tellSupervisors', params: { type: 'sessions.ended', fault: undefined, text: '' } });
    }),
    askForDraw: sendTo('store', { type: 'draw.requested' }),
    drainStore: sendTo('store', { type: 'drain.requested' }),
    fail: assign({ exitCode: 1 }),
    abort: assign({
      exitCode: ({ event }) => (event.type === 'signal.received' && event.signal === 'SIGINT' ? 130 : 143),
    }),
  },
  guards: {
    isCrowded: ({ context }) => context.open >= context.connections,
    isAdmissible: ({ context, event }) =>
      event.type === 'session.opened' && isAdmissible(context, event.agency),
    /** A connection that was taken over closes later: its agency is not gone. */
    isCurrent: ({ context, event }) =>
      event.type === 'session.closed' && context.sessions.get(event.agency) === event.from,
    isUploading: ({ context }) => context.sessions.size > context.waiting.size,
    isIdle: ({ context }) => context.sessions.size === context.waiting.size,
    someFinished: ({ context }) => context.finished.size > 0,
    noneFinished: ({ context }) => context.finished.size === 0,
    everyoneFinished: ({ context }) => context.finished.size === context.agencies,
    everyoneTold: ({ context }) => context.told.size === context.agencies,
    wasDrawn: ({ context }) => context.winners !== undefined,
    isSupervisor: (_, id: string) => id.startsWith('supervisor-'),
    hasNoSupervisor: ({ context }) => context.supervisors.length === 0,
  },
}).createMachine({
  id: 'server',
  context: ({ input }) => ({
    ...input,
    sessions: new Map(),
    finished: new Set(),
    waiting: new Map(),
    told: new Set(),
    winners: undefined,
    accepted: 0,
    open: 0,
    supervisors: [],
    exitCode: 0,
  }),
  output: ({ context }) => ({ exitCode: context.exitCode }),
  invoke: [
    { src: 'signals', id: 'signals' },
    {
      src: 'betStore',
      id: 'store',
      input: ({ context, self }) => ({ parent: self, queueBytes: context.queueBytes }),
    },
  ],
  on: {
    'signal.received': {
      target: '.shuttingDown',
      actions: [
        { type: 'log', params: ({ event }) => bothLogs.signalReceived(event.signal) },
        { type: 'tellSupervisors', params: { type: 'sessions.ended', ...signalled } },
      ],
    },
    'store.failed': {
      target: '.shuttingDown.abandoningStore',
      actions: [
        { type: 'log', params: ({ event }) => serverLogs.storeFailed(event.reason) },
        { type: 'tellSupervisors', params: { type: 'sessions.ended', ...signalled } },
        'fail',
      ],
    },
    'connection.closed': { actions: 'countClosed' },
    'xstate.done.actor.*': {
      guard: { type: 'isSupervisor', params: ({ event }) => event.actorId },
      actions: { type: 'forgetSupervisor', params: ({ event }) => event.actorId },
    },
    'session.closed': { guard: 'isCurrent', actions: 'closeSession' },
    'agency.finished': { actions: 'noteFinished' },
  },
  initial: 'opening',
  states: {
    opening: {
      description: 'The store is being recovered and locked',
      on: { 'store.recovered': { target: 'serving', actions: 'recover' } },
    },
    serving: {
      description: 'Connections are accepted',
      invoke: { src: 'listener', id: 'listener' },
      exit: { type: 'log', params: bothLogs.closed('listener') },
      on: {
        'listener.failed': {
          target: 'shuttingDown',
          actions: [{ type: 'log', params: ({ event }) => serverLogs.listenFailed(event.reason) }, 'fail'],
        },
        'connection.accepted': [
          {
            guard: 'isCrowded',
            actions: [
              { type: 'log', params: ({ context, event }) => serverLogs.turnedAway(event.ip, context.open) },
              { type: 'turnAway', params: ({ event }) => ({ handle: event.handle }) },
            ],
          },
          {
            actions: [
              { type: 'log', params: ({ event }) => serverLogs.accepted(event.ip) },
              'ensureSupervisor',
              'admitConnection',
              { type: 'log', params: serverLogs.accepting() },
            ],
          },
        ],
        'session.opened': [{ guard: 'isAdmissible', actions: 'openSession' }, { actions: 'refuseSession' }],
        'session.waiting': { actions: 'noteWaiting' },
        'store.saturated': { actions: { type: 'tellSupervisors', params: { type: 'flow.paused' } } },
        'store.relieved': { actions: { type: 'tellSupervisors', params: { type: 'flow.resumed' } } },
      },
      initial: 'binding',
      states: {
        binding: {
          description: 'The listener is being bound',
          on: {
            'listener.bound': [
              {
                guard: 'wasDrawn',
                target: 'announcing',
                actions: { type: 'log', params: serverLogs.accepting() },
              },
              { target: 'collecting', actions: { type: 'log', params: serverLogs.accepting() } },
            ],
          },
        },
        collecting: {
          description: 'Bets come in until every agency has finished',
          always: { guard: 'everyoneFinished', target: 'drawing' },
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
        },
        drawing: {
          description: 'Every agency has finished: the winners are being found and written down',
          entry: 'askForDraw',
          on: {
            'draw.recorded': {
              target: 'announcing',
              actions: ['noteWinners', { type: 'log', params: serverLogs.drawn() }],
            },
          },
        },
        announcing: {
          description: 'Each agency that waits, or comes back, gets its own winners',
          entry: 'announceToWaiting',
          always: { guard: 'everyoneTold', target: '#server.shuttingDown', actions: 'closeDraw' },
          after: {
            announceTimeout: {
              target: '#server.shuttingDown',
              actions: [
                { type: 'log', params: ({ context }) => serverLogs.notTold(missing(context)) },
                'closeDraw',
              ],
            },
          },
          on: {
            'session.waiting': { actions: ['noteWaiting', 'announceToOne'] },
            'session.told': { actions: ['noteTold', 'recordTold'] },
          },
        },
      },
    },
    shuttingDown: {
      description: 'Everything is being closed, with a deadline',
      after: {
        shutdownTimeout: {
          target: 'stopped',
          actions: { type: 'log', params: ({ context }) => bothLogs.shutdownLate(context.shutdownMs) },
        },
      },
      on: {
        'signal.received': { target: 'aborted', actions: 'abort' },
        'store.failed': { target: '.abandoningStore', actions: 'fail' },
      },
      initial: 'closingConnections',
      states: {
        closingConnections: {
          description: 'Sessions are ending; what they sent is still stored',
          always: { guard: 'hasNoSupervisor', target: 'drainingStore' },
        },
        drainingStore: {
          description: 'What is queued is stored, then the files are closed',
          entry: 'drainStore',
          on: { 'store.closed': { target: '#server.stopped' } },
        },
        abandoningStore: {
          description: 'The store failed: nothing is acknowledged any more',
          always: { guard: 'hasNoSupervisor', target: '#server.stopped' },
        },
      },
    },
    stopped: {
      description: 'Everything is closed',
      type: 'final',
    },
    aborted: { description: 'A second signal: nothing is waited for', type: 'final' },
  },
});
