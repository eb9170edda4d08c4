/**
 * One accepted socket. Its first message decides what it is: an echo session, or an agency that uploads its
 * bets, says that it is done, and waits for its winners. The states that it talks in have files of their own, in their
 * order: `meeting` (TLS), `opening`, `receiving`, `winners`; and `recalling`, of a draw that is over.
 */
import { assign, sendTo, setup } from 'xstate';
import { serverLogs } from '../log-lines.ts';
import { notProvided } from '../not-provided.ts';
import type { Announcement } from '../vocabulary/draw.ts';
import type { Identity } from '../vocabulary/identity.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import type { SocketCommand } from '../vocabulary/socket.ts';
import type { RecallRequest, StoreOutcome } from '../vocabulary/store.ts';
import type { BetFault, ServerMessage } from '../vocabulary/wire.ts';
import { command, noteDown } from './actions.ts';
import { close, logDefect, outOfOrder, refuse, refuseFor } from './ending.ts';
import { isImpostor } from './identity.ts';
import { meeting } from './meeting.ts';
import { echoing, identifying, registering } from './opening.ts';
import { recalling } from './recalling.ts';
import { betting, confirming, receiving } from './receiving.ts';
import { refusalOfRecalled } from './refusal.ts';
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
  winnersReply,
} from './session.ts';
import { awaitingDraw, telling } from './winners.ts';

/** Whether one of the store's outcomes is of this kind. */
const has = (kind: StoreOutcome['kind']) => (_: unknown, outcomes: Outcomes) =>
  outcomes.some((outcome) => outcome.kind === kind);

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
    /** Done for every batch, so it is a plain action: `enqueueActions` makes a dozen functions each time. */
    submit: sendTo(
      ({ context }) => context.store,
      ({ context, self }, asking: Asking) => ({
        type: 'store.submit',
        request: requestOf(context, asking),
        from: self,
        weight: endsOf(asking).length || 1,
      }),
    ),
    /** The archive is asked outside the store's queue: an agency that comes late must not make the others wait. */
    askArchive: sendTo(
      ({ context }) => context.store,
      ({ self }, request: RecallRequest) => ({ type: 'store.recall', request, from: self }),
    ),
    noteAsked: assign({ owed: ({ context }, ends: Ends) => [...context.owed, ends] }),
    noteSettled: assign({ owed: ({ context }, outcomes: Outcomes) => context.owed.slice(outcomes.length) }),
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
    /** A peer that is not who it says is refused in its own dialect. */
    noteTp0: assign((_, opening: Opening) => ({ dialect: 'tp0' as const, opening })),
    noteLevel: assign({ level: ({ context }, line: Buffer | undefined) => levelAfter(context, line) }),
    countEcho: assign({ echoes: ({ context }) => context.echoes + 1 }),
    noteWhichDraw: assign(({ context }, outcomes: Outcomes) => ({
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
    isGranted: (_, outcomes: Outcomes) => outcomes.every(({ kind }) => kind !== 'refused'),
  },
});

/** What its states in other files are made with. */
export type ConnectionSetup = typeof connection;

const talking = connection.createStateConfig({
  description: 'Hears the peer: what it has said decides what may come next',
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
    identifying: identifying(connection),
    echoing: echoing(connection),
    registering: registering(connection),
    recalling: recalling(connection),
    receiving: receiving(connection),
    betting: betting(connection),
    confirming: confirming(connection),
    awaitingDraw: awaitingDraw(connection),
    telling: telling(connection),
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
      description: 'Decides if there is TLS: without it the peer is heard at once',
      always: [{ guard: 'isAnybody', target: 'talking' }, { target: 'meeting' }],
    },
    meeting: meeting(connection),
    talking,
    closing: {
      description: 'Writes what is left to say, then ends its side, and the peer its own',
      entry: command('socket.end'),
      after: { close: { target: 'cutting' } },
      on: {
        'store.answered': { actions: noteDown },
        'socket.choked': { target: 'cutting' },
        'socket.broken': { target: 'cutting', actions: logDefect },
      },
    },
    cutting: {
      description: 'The peer does not end its side: destroys the socket',
      entry: command('socket.destroy'),
      on: { 'store.answered': { actions: noteDown } },
    },
    leaving: {
      description: 'The socket is gone: waits until what it brought is stored, for the log to say so',
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
