/** Steps that several states of a connection take: ends of a session, and what is done for every request and answer. */

import { serverLogs } from '../log-lines.ts';
import type { ClientEvent } from '../vocabulary/wire.ts';
import { type ConnectionEvent, logsOfAnswer, rejectionOf, repliesOfAnswer, type Session } from './session.ts';

/** What the peer said, as the protocol spells it. */
const WORDS = {
  'client.echo': 'a line to echo',
  'client.hello': 'HELLO',
  'client.batch': 'BATCH',
  'client.badBatch': 'BATCH',
  'client.bet': 'BET',
  'client.badBet': 'BET',
  'client.done': 'DONE',
  'client.tp0Bet': 'a TP0 bet',
  'client.badTp0Bet': 'a TP0 bet',
  'client.tp0Done': 'DONE',
  'protocol.violated': 'this',
} as const satisfies Record<ClientEvent['type'], string>;

/** A message at the wrong time ends the session with an error. */
export const outOfOrder = {
  target: '#connection.refusing',
  actions: {
    type: 'refuse',
    params: ({ event }: { event: ClientEvent }) => ({
      fault: 'OUT_OF_ORDER' as const,
      text: `${WORDS[event.type]} is not expected now`,
    }),
  },
} as const;

/** The original's client waits for its winners: it would take a word about anything else for their number. */
export const unsaid = { guard: 'isTp0', target: '#connection.closing' } as const;

export const refused = { target: '#connection.refusing', actions: 'refuse' } as const;

/** The answer is out: no error follows it. */
export const answered = { target: '#connection.closing' } as const;

/** A defect of ours, which costs this session. */
export const logDefect = {
  type: 'log',
  params: ({ event }: { event: { error: unknown } }) => serverLogs.sessionBroken(event.error),
} as const;

/** A bad batch is answered. */
export const reject = [
  {
    type: 'log',
    params: ({ context }: { context: Session }) => serverLogs.batchRejected(context.rejected!),
  },
  { type: 'reply', params: ({ context }: { context: Session }) => rejectionOf(context.rejected!) },
] as const;

export const HOPELESS = { fault: 'MALFORMED', text: 'too many batches were rejected' } as const;

/** What has come of a line is all of it: the socket tells the message, or what is missing. */
export const take = { type: 'command', params: { type: 'socket.take' } } as const;

/** A request goes to the store. */
export const submit = ['submit', 'noteSubmitted'] as const;

/** What the store did with batches and single bets: the log lines in one write, the answers in another. */
export const passOnAnswers = [
  {
    type: 'logAll',
    params: ({ context, event }: { context: Session; event: ConnectionEvent }) =>
      logsOfAnswer(context, event),
  },
  {
    type: 'replyAll',
    params: ({ context, event }: { context: Session; event: ConnectionEvent }) =>
      repliesOfAnswer(context, event),
  },
  'noteAnswered',
] as const;

/** While a state waits for somebody else, no message is delivered: nothing can arrive too early. */
export const notReading = {
  entry: { type: 'command', params: { type: 'socket.pause' } },
  exit: { type: 'command', params: { type: 'socket.resume' } },
} as const;
