/**
 * The central server: opens the store and the listener, collects the bets of all agencies, draws, tells each
 * agency its own winners, and closes everything.
 */
import { and, not } from 'xstate';
import { EXIT_FAILED } from '../exit-codes.ts';
import { bothLogs, serverLogs } from '../log-lines.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand } from '../vocabulary/session.ts';
import { AgencyMap } from './agency-map.ts';
import type { ChildEnded } from './connection-supervisor.ts';
import { missing, type Server, type ServerMachineEvent } from './roll.ts';

import { serverParts } from './server-parts.ts';

/** How sessions are ended when the server does not go on; both mean: come back later. */
const signalled = {
  type: 'sessions.end',
  fault: 'SHUTTING_DOWN',
  text: 'the server was told to stop, come back later',
} as const;
const broken = {
  type: 'sessions.end',
  fault: 'SHUTTING_DOWN',
  text: 'the server cannot go on, come back later',
} as const;

/** A connection that was taken over closes later: its agency is not gone. */
const isCurrent = {
  type: 'isCurrent',
  params: ({ event }: { event: { agency: number; from: Recipient<SessionCommand> } }) => event,
} as const;

const recordTold = {
  type: 'recordTold',
  params: ({ event }: { event: Extract<ServerMachineEvent, { type: 'session.told' }> }) => event,
} as const;

/** Somebody came late for the winners of a draw that is over. */
const toldLate = {
  guard: {
    type: 'isOfAnotherDraw',
    params: ({ event }: { event: Extract<ServerMachineEvent, { type: 'session.told' }> }) => event,
  },
  actions: recordTold,
} as const;

/** The draw is over, whoever has not come. */
const leave = {
  target: '#server.shuttingDown',
  actions: [
    { type: 'log', params: ({ context }: { context: Server }) => serverLogs.notTold(missing(context)) },
    'closeDraw',
  ],
} as const;

const logSignal = {
  type: 'log',
  params: ({ event }: { event: Extract<ServerMachineEvent, { type: 'signal.received' }> }) =>
    bothLogs.signalReceived(event.signal),
} as const;

const failed = { type: 'fail', params: EXIT_FAILED } as const;

export const serverMachine = serverParts.createMachine({
  id: 'server',
  context: ({ input }) => ({
    ...input,
    sessions: AgencyMap.empty(),
    speakers: AgencyMap.empty(),
    withOffsets: AgencyMap.empty(),
    finished: AgencyMap.empty(),
    waiting: AgencyMap.empty(),
    telling: AgencyMap.empty(),
    told: AgencyMap.empty(),
    draw: '',
    winners: undefined,
    head: '',
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
      input: ({ context, self }) => ({ parent: self, queueBytes: context.queueBytes, bounds: context.group }),
    },
  ],
  on: {
    'signal.received': {
      target: ['.shuttingDown.closing', '.shuttingDown.cause.toldToStop'],
      actions: [logSignal, { type: 'tellSupervisors', params: signalled }],
    },
    'program.broken': {
      target: '.shuttingDown',
      actions: ['logBroken', { type: 'tellSupervisors', params: broken }, failed],
    },
    'store.failed': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: [
        { type: 'log', params: ({ event }) => serverLogs.storeFailed(event.reason) },
        { type: 'tellSupervisors', params: broken },
        { type: 'fail', params: ({ event }) => event.exitCode },
      ],
    },
    // A defect in one actor closes everything in order, like a failed store: never half a server.
    'xstate.error.actor.*': {
      target: '.shuttingDown.closing.abandoningStore',
      actions: ['logBroken', 'forgetBroken', { type: 'tellSupervisors', params: broken }, failed],
    },
    'connection.closed': { actions: 'countClosed' },
    'connection.broken': { actions: 'closeBroken' },
    'xstate.done.actor.*': {
      guard: { type: 'isSupervisor', params: ({ event }: { event: ChildEnded }) => event.actorId },
      actions: { type: 'forgetSupervisor', params: ({ event }: { event: ChildEnded }) => event.actorId },
    },
    'session.closed': { guard: isCurrent, actions: 'closeSession' },
    'session.answered': {
      guard: isCurrent,
      actions: { type: 'noteAnswered', params: ({ event }) => event },
    },
    'uploads.begun': { actions: { type: 'noteBegun', params: ({ event }) => event } },
    'agency.finished': { actions: { type: 'noteFinished', params: ({ event }) => event } },
    'agency.reopened': { actions: { type: 'noteReopened', params: ({ event }) => event } },
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
      on: {
        'listener.failed': {
          target: 'shuttingDown',
          actions: [
            { type: 'log', params: ({ event }) => serverLogs.listenFailed(event.reason) },
            { type: 'tellSupervisors', params: broken },
            { type: 'fail', params: ({ event }) => event.exitCode },
          ],
        },
        'connection.accepted': [
          {
            guard: 'isCrowded',
            actions: [
              {
                type: 'log',
                params: ({ context, event }) =>
                  serverLogs.turnedAway(event.ip, context.open - context.sessions.size),
              },
              { type: 'turnAway', params: ({ event }) => ({ handle: event.handle }) },
            ],
          },
          {
            actions: ['ensureSupervisor', 'admitConnection'],
          },
        ],
        'session.opened': [
          {
            guard: { type: 'isOfAnotherDraw', params: ({ event }) => event },
            actions: { type: 'recallDraw', params: ({ event }) => event },
          },
          { guard: { type: 'isAdmissible', params: ({ event }) => event }, actions: 'openSession' },
          { actions: { type: 'refuseSession', params: ({ event }) => event } },
        ],
        'session.waiting': { actions: 'noteWaiting' },
        'session.told': toldLate,
        'store.saturated': { actions: { type: 'tellSupervisors', params: { type: 'flow.pause' } } },
        'store.relieved': { actions: { type: 'tellSupervisors', params: { type: 'flow.resume' } } },
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
              target: 'publishing',
              actions: [
                'noteWinners',
                { type: 'log', params: serverLogs.drawn() },
                {
                  type: 'log',
                  params: ({ context, event }) => serverLogs.recorded(context.draw, event.head),
                },
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
        announcing: {
          description: 'Each agency that waits, or comes back, gets its own winners',
          entry: 'announceToWaiting',
          always: { guard: 'everyoneTold', target: '#server.shuttingDown', actions: 'closeDraw' },
          on: {
            'session.waiting': { actions: ['noteWaiting', 'announceToOne'] },
            'session.told': {
              guard: { type: 'isOfThisDraw', params: ({ event }) => event },
              actions: ['noteTold', recordTold],
            },
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
        },
      },
    },
    shuttingDown: {
      description: 'Everything is being closed, with a deadline',
      type: 'parallel',
      after: {
        shutdownTimeout: {
          target: 'overdue',
          actions: [
            { type: 'log', params: ({ context }) => bothLogs.shutdownLate(context.shutdownMs) },
            failed,
          ],
        },
      },
      on: {
        'session.told': [
          {
            guard: { type: 'isOfThisDraw', params: ({ event }) => event },
            actions: ['noteTold', recordTold],
          },
          { actions: recordTold },
        ],
        'program.broken': { actions: ['logBroken', failed] },
      },
      states: {
        closing: {
          description: 'One thing after the other',
          on: {
            // The deadline goes on: it is that of the whole shutdown.
            'xstate.error.actor.*': {
              target: '.abandoningStore',
              actions: ['logBroken', 'forgetBroken', failed],
            },
            'store.failed': {
              target: '.abandoningStore',
              actions: [
                { type: 'log', params: ({ event }) => serverLogs.storeFailed(event.reason) },
                { type: 'fail', params: ({ event }) => event.exitCode },
              ],
            },
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
              always: { guard: 'hasNoSupervisor', target: '#server.stopped' },
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
              on: { 'signal.received': { target: '#server.aborted', actions: 'abort' } },
            },
          },
        },
      },
    },
    stopped: {
      description: 'Everything is closed',
      type: 'final',
    },
    overdue: {
      description: 'The deadline has passed: what hangs is left behind',
      type: 'final',
      tags: 'atOnce',
    },
    aborted: { description: 'A second signal: nothing is waited for', type: 'final', tags: 'atOnce' },
  },
});
