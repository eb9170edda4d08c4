/**
 * One accepted socket. Its first message decides what it is: an echo session, or an agency that uploads its
 * bets, says that it is done, and waits for its winners.
 */
import { and } from 'xstate';
import { connectionParts } from './connection-parts.ts';
import {
  answered,
  notReading,
  outOfOrder,
  passOnAnswers,
  refused,
  submit,
  unsaid,
} from './connection-steps.ts';
import { serverLogs } from './log-lines.ts';
import { recalling } from './recalling.ts';

export const connectionMachine = connectionParts.createMachine({
  id: 'connection',
  context: ({ input }) => ({
    ...input,
    agency: 0,
    draw: undefined,
    recalled: undefined,
    dialect: 'unknown',
    level: 'info',
    inFlight: 0,
    opening: undefined,
    refusal: undefined,
  }),
  invoke: { src: 'socket', id: 'socket', input: ({ context }) => ({ handle: context.handle }) },
  on: { 'socket.closed': { target: '.closed' } },
  initial: 'talking',
  states: {
    talking: {
      description: 'The session is open',
      on: {
        'session.ended': [{ guard: 'isFault', ...refused }, { target: 'closing' }],
        'protocol.violated': refused,
        'frame.expired': refused,
        'socket.idled': refused,
        'socket.choked': refused,
        'hello.received': outOfOrder,
        'batch.received': outOfOrder,
        'batch.invalid': outOfOrder,
        'bet.received': outOfOrder,
        'bet.invalid': outOfOrder,
        'done.received': outOfOrder,
        'tp0.done.received': outOfOrder,
      },
      initial: 'identifying',
      states: {
        identifying: {
          description: 'The first message is awaited: it decides what the session is',
          exit: 'logAccepted',
          after: { identify: refused },
          on: {
            'echo.received': { target: 'echoing', actions: 'echo' },
            'hello.received': { target: 'registering', actions: 'identify' },
            'batch.received': { target: 'registering', actions: 'identify' },
            'batch.invalid': { target: 'registering', actions: 'identify' },
            'tp0.done.received': [
              { guard: 'isSettled', target: 'registering', actions: 'identify' },
              { target: 'settling', actions: 'identify' },
            ],
            'socket.ended': { target: '#connection.closing' },
          },
        },
        echoing: {
          description: 'Each line goes back as it came, until the peer ends',
          on: {
            'echo.received': { actions: 'echo' },
            'socket.ended': { target: '#connection.closing' },
          },
        },
        settling: {
          description: 'TP0: DONE:1 has come, which may be the beginning of DONE:12',
          after: { settle: { target: 'registering', actions: 'settle' } },
          on: {
            'tp0.done.received': [
              { guard: 'isSettled', target: 'registering', actions: 'identify' },
              { target: 'settling', reenter: true, actions: 'identify' },
            ],
            'socket.ended': { target: 'registering', actions: 'settle' },
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
          },
          states: {
            reading: {
              description: 'More may come',
              on: {
                'batch.received': [
                  { guard: 'fillsWindow', target: 'pausing', actions: submit },
                  { actions: submit },
                ],
                'bet.received': [
                  { guard: 'fillsWindow', target: 'pausing', actions: submit },
                  { actions: submit },
                ],
                'batch.invalid': { actions: 'rejectBatch' },
                'bet.invalid': {
                  target: '#connection.refusing',
                  actions: [
                    { type: 'log', params: ({ event }) => serverLogs.betRejected(event.id, event.fault) },
                    'refuse',
                  ],
                },
                'done.received': [
                  { guard: 'isOwnAgency', target: '#connection.talking.confirming', actions: submit },
                  refused,
                ],
                'tp0.done.received': [
                  {
                    guard: and(['isSettled', 'isOwnAgency']),
                    target: '#connection.talking.confirming',
                    actions: submit,
                  },
                  { guard: 'isSettled', ...refused },
                  { description: 'More digits have to follow' },
                ],
                'flow.paused': { target: 'pausing' },
                'socket.ended': [
                  { guard: 'isNothingOwed', target: '#connection.closing' },
                  { target: 'settlingUp' },
                ],
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
                'flow.resumed': { guard: 'hasRoom', target: 'reading' },
              },
            },
            settlingUp: {
              description: 'The peer sends no more; it still gets the answers that it is owed',
              on: {
                'store.answered': {
                  guard: and(['isGranted', 'isLastAnswer']),
                  target: '#connection.closing',
                  actions: passOnAnswers,
                },
              },
            },
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
            'done.received': { description: 'Said again: one answer is enough' },
            'tp0.done.received': { description: 'Said again: one answer is enough' },
            'socket.idled': { description: 'Nothing is owed by the agency' },
            'batch.received': [unsaid, outOfOrder],
            'batch.invalid': [unsaid, outOfOrder],
            'protocol.violated': [unsaid, refused],
          },
          initial: 'listening',
          states: {
            listening: {
              description: 'The agency is there',
              on: {
                'winners.announced': {
                  target: '#connection.talking.answering',
                  actions: { type: 'announce', params: ({ event }) => event },
                },
                'socket.ended': { target: 'halfOpen' },
              },
            },
            halfOpen: {
              description: 'The agency has ended its side, as netcat does, and may still listen',
              on: {
                'winners.announced': {
                  target: '#connection.talking.answering.lingering',
                  actions: { type: 'announce', params: ({ event }) => event },
                },
              },
            },
          },
        },
        answering: {
          description: 'The winners are on their way; the agency has them when it closes',
          initial: 'delivering',
          on: {
            'session.ended': answered,
            'protocol.violated': answered,
            'frame.expired': answered,
            'socket.idled': answered,
            'hello.received': answered,
            'batch.received': answered,
            'batch.invalid': answered,
            'bet.received': answered,
            'bet.invalid': answered,
            'done.received': { description: 'Said again: one answer is enough' },
            'tp0.done.received': { description: 'Said again: one answer is enough' },
          },
          states: {
            delivering: {
              description: 'The agency reads, then closes',
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
      on: { 'socket.choked': { target: 'cutting' } },
    },
    cutting: {
      description: 'The peer does not end: the socket is destroyed',
      entry: { type: 'command', params: { type: 'socket.destroy' } },
    },
    closed: {
      description: 'The socket is gone',
      type: 'final',
      entry: [
        {
          type: 'log',
          params: ({ context }) => serverLogs.connectionClosed(context.ip, context.agency, context.level),
        },
        { type: 'report', params: 'session.closed' },
      ],
    },
  },
});
