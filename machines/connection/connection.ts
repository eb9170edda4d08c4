/**
 * One accepted socket. Its first message decides what it is: an echo session, or an agency that uploads its
 * bets, says that it is done, and waits for its winners. Three of its states have files of their own: `meeting` (TLS),
 * `recalling` (a draw that is over), and the wait for the winners.
 */
import { and, assign, sendTo, setup } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import { notProvided } from '../not-provided.ts';
import type { Announcement } from '../vocabulary/draw.ts';
import type { Identity } from '../vocabulary/identity.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import type { SocketCommand } from '../vocabulary/socket.ts';
import type { RecallRequest, StoreAnswer, StoreOutcome } from '../vocabulary/store.ts';
import type { BetFault, ServerMessage } from '../vocabulary/wire.ts';
import {
  type At,
  command,
  log,
  noteDown,
  notReading,
  ofAnswer,
  outcomesIn,
  passOn,
  report,
  say,
  take,
} from './actions.ts';
import {
  close,
  ifRefused,
  logDefect,
  outOfOrder,
  refuse,
  refusedByStore,
  refuseFor,
  refuseLater,
} from './ending.ts';
import { isImpostor, refusalOfForgery, refusalOfImpostor } from './identity.ts';
import { meeting } from './meeting.ts';
import { recalling } from './recalling.ts';
import { refusalOfAgency, refusalOfRecalled } from './refusal.ts';
import {
  type Asking,
  type ConnectionEvent,
  type ConnectionInput,
  type ConnectionOutput,
  type Ends,
  endsOf,
  levelAfter,
  NEW_SESSION,
  type Opening,
  type Outcomes,
  outcomesOf,
  requestOf,
  type Said,
  type Session,
  type Words,
  welcomesOf,
  winnersReply,
  wordsOfEcho,
  wordsOfRejection,
} from './session.ts';
import { answering, awaitingDraw } from './winners.ts';

/** Whether one of the store's outcomes is of this kind. */
const has = (kind: StoreOutcome['kind']) => (_: unknown, outcomes: Outcomes) =>
  outcomesOf(outcomes, kind).length > 0;

const connection = setup({
  types: {
    input: {} as ConnectionInput,
    context: {} as Session,
    events: {} as ConnectionEvent,
    output: {} as ConnectionOutput,
  },
  actors: { socket: notProvided<SocketCommand, { handle: unknown }>('socket') },
  delays: {
    identify: ({ context }) => context.limits.identifyMs,
    handshake: ({ context }) => context.limits.handshakeMs,
    linger: ({ context }) => context.limits.lingerMs,
    close: ({ context }) => context.limits.closeMs,
  },
  actions: {
    log: (_, _entry: LogEntry) => {},
    /** Lines that belong together, written at once. */
    logAll: (_, _entries: readonly LogEntry[]) => {},
    command: sendTo('socket', (_, command: SocketCommand) => command),
    replyAll: sendTo(
      'socket',
      (_, messages: readonly ServerMessage[]): SocketCommand => ({ type: 'socket.sayAll', messages }),
    ),
    announce: sendTo(
      'socket',
      ({ context }, announcement: Announcement): SocketCommand => ({
        type: 'socket.sayInParts',
        message: winnersReply(context, announcement),
      }),
    ),
    report: sendTo(
      ({ context }) => context.server,
      ({ context: { agency, draw, dialect, opening, ip }, self }, type: SessionEvent['type']) => ({
        type,
        agency,
        draw,
        ip,
        from: self,
        dialect: dialect === 'tp0' ? ('tp0' as const) : ('quiniela' as const),
        saysDone: opening?.type === 'client.tp0Done',
      }),
    ),
    /** What is done for every batch is plain actions: `enqueueActions` makes a dozen functions for each. */
    submit: sendTo(
      ({ context }) => context.store,
      ({ context, self }, asking: Asking) => ({
        type: 'store.submit',
        request: requestOf(context, asking),
        from: self,
        weight: endsOf(asking).length || 1,
      }),
    ),
    /** The store asks the archive beside its queue: who comes late must not make the others wait. */
    askArchive: sendTo(
      ({ context }) => context.store,
      ({ self }, request: RecallRequest) => ({ type: 'store.recall', request, from: self }),
    ),
    noteAsked: assign({ owed: ({ context }, ends: Ends) => [...context.owed, ends] }),
    noteAnswered: assign({ owed: ({ context }, outcomes: Outcomes) => context.owed.slice(outcomes.length) }),
    forgetOwed: assign({ owed: [] }),
    noteIdentity: assign({ identity: (_, identity: Identity) => identity }),
    identify: assign((_, { agency, draw }: Said<'hello'>) => ({
      agency,
      draw,
      dialect: 'quiniela' as const,
    })),
    /** TP0 has no HELLO: the message is also the first to be handled, once the session is open. */
    identifyTp0: assign((_, opening: Opening) => ({
      agency: opening.agency,
      dialect: 'tp0' as const,
      opening,
    })),
    /** Of a peer that is not who it says: it is answered in its dialect. */
    noteTp0: assign((_, opening: Opening) => ({ dialect: 'tp0' as const, opening })),
    noteLevel: assign({ level: ({ context }, line: Buffer | undefined) => levelAfter(context, line) }),
    countEcho: assign({ echoes: ({ context }) => context.echoes + 1 }),
    noteDraw: assign(({ context }, outcomes: Outcomes) => ({
      draw: outcomesOf(outcomes, 'opened')[0]?.draw ?? context.draw,
      recalled: outcomesOf(outcomes, 'over')[0] ?? context.recalled,
    })),
    countRejection: assign({ rejections: ({ context }) => context.rejections + 1 }),
    keep: assign({ kept: (_, words: Words) => words }),
  },
  guards: {
    /** No certificate is asked for. */
    isAnybody: ({ context }) => context.identity === 'anybody',
    isImpostor: ({ context }, said: { agency: number }) => isImpostor(context, said),
    isForged: ({ context }, { fault }: { fault: BetFault }) =>
      fault === 'AGENCY' && context.identity !== 'anybody',
    isTp0: ({ context }) => context.dialect === 'tp0',
    isRecalledUpload: ({ context }, done: Said<'done'>) => refusalOfRecalled(context, done) === undefined,
    isMidLine: (_, { midLine }: { midLine: boolean }) => midLine,
    isOwnAgency: ({ context }, { agency }: { agency: number }) => agency === context.agency,
    fillsWindow: ({ context }) => context.owed.length + 1 >= context.limits.inFlight,
    hasRoom: ({ context }) => context.owed.length < context.limits.inFlight,
    isNothingOwed: ({ context }) => context.owed.length === 0,
    isHopeless: ({ context }) => context.rejections >= context.limits.rejections,
    isOver: has('over'),
    isFinished: has('finished'),
    isRefused: has('refused'),
    isGranted: (_, outcomes: Outcomes) => outcomesOf(outcomes, 'refused').length === 0,
  },
});

/** What its states in other files are made with. */
export type ConnectionSetup = typeof connection;

/** What was kept until nothing is owed. */
const sayKept = say(({ context }) => context.kept);

const forged = {
  guard: { type: 'isForged', params: ({ event }: At<Said<'badBatch' | 'badBet' | 'badTp0Bet'>>) => event },
  ...refuseLater(({ context }) => refusalOfForgery(context)),
} as const;

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

/** A request goes to the store. */
const submit = [
  { type: 'submit', params: ({ event }: At<Asking>) => event },
  { type: 'noteAsked', params: ({ event }: At<Asking>) => endsOf(event) },
] as const;

/** TP0: what opened the session is handled, now that it is open. */
const hearOpening = connection.enqueueActions(({ context: { opening }, enqueue }) => {
  if (opening) enqueue.raise(opening);
  enqueue.assign({ opening: undefined });
});

const noteDraw = { type: 'noteDraw', params: outcomesIn } as const;

/** The answer to HELLO. */
const welcome = [
  noteDraw,
  { type: 'replyAll', params: ({ event }: At<StoreAnswer>) => welcomesOf(event.outcomes) },
] as const;

const echo = [
  { type: 'noteLevel', params: ({ event }: At<Said<'echo'>>) => event.line },
  'countEcho',
  ...say(({ context, event }: At<Said<'echo'>>) => wordsOfEcho(context, event)),
] as const;

/** A DONE, in either dialect. */
const finish = [
  {
    guard: { type: 'isOwnAgency', params: ({ event }: At<Said<'done' | 'tp0Done'>>) => event },
    target: '#connection.talking.confirming',
    actions: submit,
  },
  refuseLater(({ context, event }: At<Said<'done' | 'tp0Done'>>) => refusalOfAgency(context, event)),
] as const;

/** Batches and single bets, as many at once as may wait. */
const receive = [{ guard: 'fillsWindow', target: 'pausing', actions: submit }, { actions: submit }] as const;

const receiving = connection.createStateConfig({
  description: 'Bets come in, and are answered once they are on disk',
  initial: 'reading',
  on: {
    'store.answered': [ifRefused, { actions: passOn }],
    'protocol.violated': refuseLater(({ event }) => event),
    'client.*': refuseLater(outOfOrder),
  },
  states: {
    reading: {
      description: 'More may come',
      on: {
        'client.batch': receive,
        'client.bet': receive,
        'client.badBatch': [
          forged,
          {
            target: 'rejecting',
            actions: ['countRejection', { type: 'keep', params: ({ event }) => wordsOfRejection(event) }],
          },
        ],
        'client.badBet': [
          forged,
          {
            target: 'atFault',
            actions: [
              log(({ event }) => serverLogs.betRejected(event.id, event.fault)),
              refuseLater<Said<'badBet'>>(({ event }) => ({
                fault: 'MALFORMED',
                text: `bet ${event.id} is not valid: ${event.fault}`,
              })).actions,
            ],
          },
        ],
        'client.tp0Bet': { target: '#connection.talking.betting', actions: submit },
        'client.badTp0Bet': [
          forged,
          {
            target: 'settlingUp',
            actions: log(({ event }) => serverLogs.betRejected(undefined, event.fault)),
          },
        ],
        'client.done': finish,
        'client.tp0Done': finish,
        'peer.paused': { description: "TP0: exercise 5's bet has no newline", actions: take },
        'flow.pause': { target: 'holdingBack' },
        'socket.ended': { target: 'settlingUp' },
      },
    },
    pausing: {
      description: 'Enough of this session waits for the store: the socket is not read',
      ...notReading,
      on: {
        'store.answered': { guard: ofAnswer('isGranted'), target: 'reading', actions: passOn },
        'flow.pause': { target: 'holdingBack' },
      },
    },
    holdingBack: {
      description: 'Too much of everybody waits for the store: what this session is answered makes no room',
      ...notReading,
      on: { 'flow.resume': [{ guard: 'hasRoom', target: 'reading' }, { target: 'pausing' }] },
    },
    rejecting: {
      description: 'A bad batch is answered after what came before it',
      ...notReading,
      always: [
        {
          guard: and(['isNothingOwed', 'isHopeless']),
          ...close,
          actions: [...sayKept, ...refuse('MALFORMED', 'too many batches were rejected').actions],
        },
        { guard: 'isNothingOwed', target: 'reading', actions: sayKept },
      ],
    },
    atFault: {
      description: 'The session is to be refused: what it is owed is said first',
      ...notReading,
      always: { guard: 'isNothingOwed', ...close, actions: sayKept },
    },
    settlingUp: {
      description: 'Nothing more is expected of the peer; it still gets the answers that it is owed',
      ...notReading,
      always: { guard: 'isNothingOwed', ...close },
    },
  },
});

export const connectionMachine = connection.createMachine({
  id: 'connection',
  context: ({ input }) => ({ ...input, ...NEW_SESSION }),
  invoke: { src: 'socket', id: 'socket', input: ({ context }) => ({ handle: context.handle }) },
  output: ({ context: { agency } }) => ({ agency }),
  on: {
    'socket.closed': [{ guard: 'isNothingOwed', target: '.closed' }, { target: '.leaving' }],
    'store.lost': { description: 'Nothing more will be answered', actions: 'forgetOwed' },
  },
  initial: 'arriving',
  states: {
    arriving: {
      description: 'Without TLS it is heard at once',
      always: [{ guard: 'isAnybody', target: 'talking' }, { target: 'meeting' }],
    },
    meeting: meeting(connection),
    talking: {
      description: 'The session is open',
      on: {
        'session.end': refuseFor(({ event: { fault, text } }) => fault && { fault, text }),
        'client.*': refuseFor(outOfOrder),
        'protocol.violated': refuseFor(({ event }) => event),
        'frame.expired': refuse('TIMEOUT', 'the line was not ended in time'),
        'socket.idled': refuse('TIMEOUT', 'nothing was heard for too long'),
        'socket.choked': refuse('TOO_SLOW', 'the answers are not read'),
        'socket.broken': {
          ...close,
          actions: [logDefect, ...refuse('INTERNAL', 'a defect of the server, come back later').actions],
        },
      },
      initial: 'identifying',
      states: {
        identifying: {
          description: 'The first message is awaited: it decides what the session is',
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
            'peer.paused': { description: 'It may have no newline to send', actions: take },
            'socket.crowded': crowded,
            'socket.ended': close,
          },
        },
        echoing: {
          description: 'Each line goes back as it came, until the peer ends or pauses, as netcat does',
          on: {
            'client.echo': { actions: echo },
            'peer.paused': [
              { guard: { type: 'isMidLine', params: ({ event }) => event }, actions: take },
              close,
            ],
            'socket.crowded': crowded,
            'socket.ended': close,
          },
        },
        registering: {
          description: 'The server admits the agency, the store tells where its upload stands',
          ...notReading,
          on: {
            'store.answered': [
              ifRefused,
              { guard: ofAnswer('isOver'), target: 'recalling', actions: welcome },
              { guard: 'isTp0', target: 'receiving', actions: [noteDraw, hearOpening] },
              { target: 'receiving', actions: welcome },
            ],
          },
        },
        recalling: recalling(connection),
        receiving,
        betting: {
          description:
            "TP0: exercise 5's bet is being stored; its client takes any number but its own for a no",
          ...notReading,
          always: { guard: 'isNothingOwed', target: 'receiving' },
          on: {
            'store.answered': [
              { guard: ofAnswer('isRefused'), ...close, actions: [...passOn, refusedByStore.actions[0]] },
              { actions: passOn },
            ],
          },
        },
        confirming: {
          description: 'The agency said DONE: the store checks it and writes it down',
          ...notReading,
          on: {
            'store.answered': [
              ifRefused,
              { guard: ofAnswer('isFinished'), target: 'awaitingDraw', actions: passOn },
              { actions: passOn },
            ],
          },
        },
        awaitingDraw: awaitingDraw(connection),
        answering: answering(connection),
      },
    },
    closing: {
      description: 'What waits is written, then both sides end',
      entry: command('socket.end'),
      after: { close: { target: 'cutting' } },
      on: {
        'store.answered': { actions: noteDown },
        'socket.choked': { target: 'cutting' },
        'socket.broken': { target: 'cutting', actions: logDefect },
      },
    },
    cutting: {
      description: 'The peer does not end: the socket is destroyed',
      entry: command('socket.destroy'),
      on: { 'store.answered': { actions: noteDown } },
    },
    leaving: {
      description:
        'The socket is gone; what it brought is still being stored, however slow the disk is, and the log says what became of it',
      always: { guard: 'isNothingOwed', target: 'closed' },
      on: { 'store.answered': { actions: noteDown } },
    },
    closed: {
      description: 'The socket is gone',
      type: 'final',
      entry: {
        type: 'logAll',
        params: ({ context: { ip, agency, level, echoes, limits } }) => [
          ...(echoes > limits.logLines ? [serverLogs.echoesNotLogged(ip, echoes - limits.logLines)] : []),
          serverLogs.connectionClosed(ip, agency, level),
        ],
      },
    },
  },
});
