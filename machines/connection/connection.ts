/**
 * One accepted socket. Its first message decides what it is: an echo session, or an agency that uploads its
 * bets, says that it is done, and waits for its winners.
 */
import { and } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import { connectionParts } from './connection-parts.ts';
import {
  answered,
  HOPELESS,
  logDefect,
  notReading,
  outOfOrder,
  passOnAnswers,
  refused,
  reject,
  submit,
  take,
  unsaid,
} from './connection-steps.ts';
import { recalling } from './recalling.ts';
import { NO_AGENCY } from './session.ts';

export const connectionMachine = connectionParts.createMachine({
  id: 'connection',
  context: ({ input }) => ({
    ...input,
    agency: NO_AGENCY,
    draw: undefined,
    recalled: undefined,
    dialect: 'unknown',
    level: 'info',
    owed: [],
    opening: undefined,
    rejected: undefined,
    rejections: 0,
    echoes: 0,
    refusal: undefined,
  }),
  invoke: { src: 'socket', id: 'socket', input: ({ context }) => ({ handle: context.handle }) },
  on: { 'socket.closed': { target: '.closed' } },
  initial: 'talking',
  states: {
    talking: {
      description: 'The session is open',
      on: {
        'session.end': [{ guard: 'isFault', ...refused }, { target: 'closing' }],
        'protocol.violated': refused,
        'frame.expired': refused,
        'socket.idled': refused,
        'socket.choked': refused,
        'socket.broken': { target: '#connection.refusing', actions: [logDefect, 'refuse'] },
        'client.hello': outOfOrder,
        'client.batch': outOfOrder,
        'client.badBatch': outOfOrder,
        'client.bet': outOfOrder,
        'client.badBet': outOfOrder,
        'client.tp0Bet': outOfOrder,
        'client.badTp0Bet': outOfOrder,
        'client.done': outOfOrder,
        'client.tp0Done': outOfOrder,
      },
      initial: 'identifying',
      states: {
        identifying: {
          description: 'The first message is awaited: it decides what the session is',
          exit: 'logAccepted',
          after: { identify: { description: 'What has come is all that is waited for', actions: take } },
          on: {
            'client.echo': { target: 'echoing', actions: 'echo' },
            'client.hello': { target: 'registering', actions: 'identify' },
            'client.batch': { target: 'registering', actions: 'identify' },
            'client.badBatch': { target: 'registering', actions: 'identify' },
            'client.tp0Bet': { target: 'registering', actions: 'identify' },
            'client.badTp0Bet': { target: 'registering', actions: 'identify' },
            'client.tp0Done': { target: 'registering', actions: 'identify' },
            'peer.paused': { description: 'It may have no newline to send', actions: take },
            'socket.crowded': refused,
            'socket.ended': { target: '#connection.closing' },
          },
        },
        echoing: {
          description: 'Each line goes back as it came, until the peer ends or pauses, as netcat does',
          on: {
            'client.echo': { actions: 'echo' },
            'socket.crowded': refused,
            'peer.paused': [
              { guard: { type: 'isMidLine', params: ({ event }) => event }, actions: take },
              { target: '#connection.closing' },
            ],
            'socket.ended': { target: '#connection.closing' },
          },
        },
        registering: {
          description: 'The server admits the agency, the store tells where its upload stands',
          entry: [notReading.entry, { type: 'report', params: 'session.opened' }],
          exit: notReading.exit,
          on: {
            'store.answered': [
              { guard: 'isRefused', ...refused },
              { guard: 'isOver', target: 'recalling', actions: ['noteDraw', 'welcome'] },
              { target: 'receiving', actions: ['noteDraw', 'welcome'] },
            ],
          },
        },
        recalling,
        receiving: {
          description: 'Bets come in, and are answered once they are on disk',
          initial: 'reading',
          on: {
            'store.answered': [
              { guard: 'isRefused', target: '#connection.refusing', actions: [...passOnAnswers, 'refuse'] },
              { actions: passOnAnswers },
            ],
            'protocol.violated': { target: '.atFault', actions: 'refuse' },
            'client.hello': { target: '.atFault', actions: outOfOrder.actions },
          },
          states: {
            reading: {
              description: 'More may come',
              on: {
                'client.batch': [
                  { guard: 'fillsWindow', target: 'pausing', actions: submit },
                  { actions: submit },
                ],
                'client.bet': [
                  { guard: 'fillsWindow', target: 'pausing', actions: submit },
                  { actions: submit },
                ],
                'client.badBatch': {
                  target: 'rejecting',
                  actions: { type: 'noteRejected', params: ({ event }) => event },
                },
                'client.badBet': {
                  target: 'atFault',
                  actions: [
                    { type: 'log', params: ({ event }) => serverLogs.betRejected(event.id, event.fault) },
                    'refuse',
                  ],
                },
                'client.tp0Bet': { target: '#connection.talking.betting', actions: submit },
                'client.badTp0Bet': {
                  target: 'settlingUp',
                  actions: {
                    type: 'log',
                    params: ({ event }) => serverLogs.betRejected(undefined, event.fault),
                  },
                },
                'client.done': [
                  { guard: 'isOwnAgency', target: '#connection.talking.confirming', actions: submit },
                  { target: 'atFault', actions: 'refuse' },
                ],
                'client.tp0Done': [
                  { guard: 'isOwnAgency', target: '#connection.talking.confirming', actions: submit },
                  { target: 'atFault', actions: 'refuse' },
                ],
                'peer.paused': { description: "TP0: exercise 5's bet has no newline", actions: take },
                'flow.pause': { target: 'pausing' },
                'socket.ended': { target: 'settlingUp' },
              },
            },
            pausing: {
              description: 'Enough waits for the store: the socket is not read',
              ...notReading,
              on: {
                'store.answered': {
                  guard: 'isGranted',
                  target: 'reading',
                  actions: passOnAnswers,
                },
                'flow.resume': { guard: 'hasRoom', target: 'reading' },
              },
            },
            rejecting: {
              description: 'A bad batch is answered after what came before it',
              ...notReading,
              always: [
                {
                  guard: and(['isNothingOwed', 'isHopeless']),
                  target: '#connection.refusing',
                  actions: [...reject, { type: 'refuse', params: HOPELESS }],
                },
                { guard: 'isNothingOwed', target: 'reading', actions: reject },
              ],
            },
            atFault: {
              description: 'The session is to be refused: what it is owed is said first',
              ...notReading,
              always: { guard: 'isNothingOwed', target: '#connection.refusing' },
            },
            settlingUp: {
              description: 'Nothing more is expected of the peer; it still gets the answers that it is owed',
              ...notReading,
              always: { guard: 'isNothingOwed', target: '#connection.closing' },
            },
          },
        },
        betting: {
          description:
            "TP0: exercise 5's bet is being stored; its client takes any number but its own for a no",
          ...notReading,
          always: { guard: 'isNothingOwed', target: 'receiving' },
          on: {
            'store.answered': [
              {
                guard: 'isRefused',
                target: '#connection.closing',
                actions: [...passOnAnswers, 'refuse', 'logRefusal'],
              },
              { actions: passOnAnswers },
            ],
          },
        },
        confirming: {
          description: 'The agency said DONE: the store checks it and writes it down',
          ...notReading,
          on: {
            'store.answered': [
              { guard: 'isRefused', target: '#connection.refusing', actions: [...passOnAnswers, 'refuse'] },
              { guard: 'isFinished', target: 'awaitingDraw', actions: passOnAnswers },
              { actions: passOnAnswers },
            ],
          },
        },
        awaitingDraw: {
          description: 'The upload is complete: the winners follow once all agencies have finished',
          entry: { type: 'report', params: 'session.waiting' },
          on: {
            'client.done': { description: 'Said again: one answer is enough' },
            'client.tp0Done': { description: 'Said again: one answer is enough' },
            'socket.idled': { description: 'Nothing is owed by the agency' },
            'client.batch': [unsaid, outOfOrder],
            'client.badBatch': [unsaid, outOfOrder],
            'client.tp0Bet': answered,
            'client.badTp0Bet': answered,
            'protocol.violated': [unsaid, refused],
          },
          initial: 'listening',
          states: {
            listening: {
              description: 'The agency is there',
              on: {
                'session.announce': {
                  target: '#connection.talking.answering',
                  actions: { type: 'announce', params: ({ event }) => event },
                },
                'socket.ended': { target: 'halfOpen' },
              },
            },
            halfOpen: {
              description: 'The agency has ended its side, as netcat does, and may still listen',
              on: {
                'session.announce': {
                  target: '#connection.talking.answering.flushing',
                  actions: { type: 'announce', params: ({ event }) => event },
                },
              },
            },
          },
        },
        answering: {
          description: 'The winners are on their way; the agency has them when it closes',
          initial: 'writing',
          on: {
            'socket.broken': { ...answered, actions: logDefect },
            'session.end': answered,
            'protocol.violated': answered,
            'frame.expired': answered,
            'socket.idled': answered,
            'client.hello': answered,
            'client.batch': answered,
            'client.badBatch': answered,
            'client.bet': answered,
            'client.badBet': answered,
            'client.tp0Bet': answered,
            'client.badTp0Bet': answered,
            'client.done': { description: 'Said again: one answer is enough' },
            'client.tp0Done': { description: 'Said again: one answer is enough' },
          },
          states: {
            writing: {
              description: 'They are written as the agency takes them, which takes as long as it takes',
              on: {
                'socket.emptied': {
                  target: 'delivering',
                  actions: { type: 'report', params: 'session.answered' },
                },
                'socket.ended': { target: 'flushing' },
              },
            },
            flushing: {
              description: 'The same; the agency has ended its side, as netcat does',
              on: {
                'socket.emptied': {
                  target: 'lingering',
                  actions: { type: 'report', params: 'session.answered' },
                },
              },
            },
            delivering: {
              description: 'The agency reads the last of them, then closes',
              on: { 'socket.ended': { target: 'lingering' } },
            },
            lingering: {
              description:
                'Its end may have crossed the winners: where nobody read them, they are refused about now',
              after: {
                linger: {
                  target: '#connection.closing',
                  actions: { type: 'report', params: 'session.told' },
                },
              },
            },
          },
        },
      },
    },
    refusing: {
      description: 'The session is ended with an error that says why',
      entry: 'sayRefusal',
      always: { target: 'closing' },
    },
    closing: {
      description: 'What waits is written, then both sides end',
      entry: { type: 'command', params: { type: 'socket.end' } },
      after: { close: { target: 'cutting' } },
      on: {
        'socket.choked': { target: 'cutting' },
        'socket.broken': { target: 'cutting', actions: logDefect },
      },
    },
    cutting: {
      description: 'The peer does not end: the socket is destroyed',
      entry: { type: 'command', params: { type: 'socket.destroy' } },
    },
    closed: {
      description: 'The socket is gone',
      type: 'final',
      entry: ['logClosed', { type: 'report', params: 'session.closed' }],
    },
  },
});
