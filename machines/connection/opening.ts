/** How a session opens: its first message decides what it is, and an agency hears where its upload stands. */
import { serverLogs } from '../log-lines.ts';
import type { StoreAnswer } from '../vocabulary/store.ts';
import { type At, notReading, ofAnswer, outcomesIn, report, say, take } from './actions.ts';
import type { ConnectionSetup } from './connection.ts';
import { close, ifRefused, refuse, refuseFor } from './ending.ts';
import { refusalOfImpostor } from './identity.ts';
import { type Opening, type Said, welcomesOf, wordsOfEcho } from './session.ts';

const crowded = refuse('BUSY', 'too many connections of nobody known, come back later');

const ifImpostor = {
  type: 'isImpostor',
  params: ({ event }: At<Said<'hello'> | Opening>) => event,
} as const;

const openTp0 = [
  {
    guard: ifImpostor,
    ...close,
    actions: [
      { type: 'noteTp0', params: ({ event }: At<Opening>) => event },
      ...refuseFor(({ context, event }: At<Opening>) => refusalOfImpostor(context, event)).actions,
    ],
  },
  {
    target: 'registering',
    actions: [{ type: 'identifyTp0', params: ({ event }: At<Opening>) => event }, report('session.opened')],
  },
] as const;

/** TP0: the first message was kept while the session was being opened. Now it is handled. */
const hearOpening = (connection: ConnectionSetup) =>
  connection.enqueueActions(({ context: { opening }, enqueue }) => {
    if (opening) enqueue.raise(opening);
    enqueue.assign({ opening: undefined });
  });

const noteWhichDraw = { type: 'noteWhichDraw', params: outcomesIn } as const;

/** The answer to HELLO. */
const welcome = [
  noteWhichDraw,
  { type: 'replyAll', params: ({ event }: At<StoreAnswer>) => welcomesOf(event.outcomes) },
] as const;

const echo = [
  { type: 'noteLevel', params: ({ event }: At<Said<'echo'>>) => event.line },
  'countEcho',
  ...say(({ context, event }: At<Said<'echo'>>) => wordsOfEcho(context, event)),
] as const;

export const identifying = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Waits for the first message: it decides what this session is',
    exit: [
      { type: 'noteLevel', params: ({ event }) => ('line' in event ? event.line : undefined) },
      {
        type: 'logAll',
        params: ({ context: { ip, level } }) => [
          serverLogs.accepted(ip, level),
          serverLogs.acceptingAgain(level),
        ],
      },
    ],
    after: { identify: { description: 'What has come is all that is waited for', actions: take } },
    on: {
      'client.echo': { target: 'echoing', actions: echo },
      'client.hello': [
        {
          guard: ifImpostor,
          ...refuseFor(({ context, event }) => refusalOfImpostor(context, event)),
        },
        {
          target: 'registering',
          actions: [{ type: 'identify', params: ({ event }) => event }, report('session.opened')],
        },
      ],
      'client.batch': openTp0,
      'client.badBatch': openTp0,
      'client.tp0Bet': openTp0,
      'client.badTp0Bet': openTp0,
      'client.tp0Done': openTp0,
      'peer.paused': { description: 'The peer may have no newline to send', actions: take },
      'socket.crowded': crowded,
      'socket.ended': close,
    },
  });

export const echoing = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Sends each line back as it came, until the peer ends or pauses, as netcat does',
    on: {
      'client.echo': { actions: echo },
      'peer.paused': [{ guard: { type: 'isMidLine', params: ({ event }) => event }, actions: take }, close],
      'socket.crowded': crowded,
      'socket.ended': close,
    },
  });

export const registering = (connection: ConnectionSetup) =>
  connection.createStateConfig({
    description: 'Waits until the server admits the agency, and the store says where its upload stands',
    ...notReading,
    on: {
      'store.answered': [
        ifRefused,
        { guard: ofAnswer('isOver'), target: 'recalling', actions: welcome },
        { guard: 'isTp0', target: 'receiving', actions: [noteWhichDraw, hearOpening(connection)] },
        { target: 'receiving', actions: welcome },
      ],
    },
  });
