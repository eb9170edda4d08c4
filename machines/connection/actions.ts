/** What a connection does in several of its states. */
import { type Args, logOf } from '../params.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import type { StoreAnswer } from '../vocabulary/store.ts';
import { type ConnectionEvent, linesOfAnswer, repliesOfAnswer, type Session, type Words } from './session.ts';

export type At<TEvent extends ConnectionEvent> = Args<Session, TEvent>;

export const log = logOf<Session>();

export const say = <TEvent extends ConnectionEvent>(words: (at: At<TEvent>) => Words) =>
  [
    { type: 'logAll', params: (at: At<TEvent>) => words(at).lines },
    { type: 'replyAll', params: (at: At<TEvent>) => words(at).replies },
  ] as const;

export const command = (
  type: 'socket.pause' | 'socket.resume' | 'socket.take' | 'socket.end' | 'socket.destroy',
) => ({ type: 'command', params: { type } }) as const;

/** A line that has no end yet counts as whole: the socket then tells the message, or what is missing. */
export const take = command('socket.take');

/** For a state that waits for the store or the server: no message is delivered, so none can arrive too early. */
export const notReading = { entry: command('socket.pause'), exit: command('socket.resume') } as const;

export const report = <T extends SessionEvent['type']>(type: T) =>
  ({ type: 'report', params: type }) as const;

export const outcomesIn = ({ event }: At<StoreAnswer>) => event.outcomes;

/** A guard of the store's outcomes. */
export const ofAnswer = <T extends string>(type: T) => ({ type, params: outcomesIn }) as const;

const noteSettled = { type: 'noteSettled', params: outcomesIn } as const;

const noteLines = {
  type: 'logAll',
  params: ({ context, event }: At<StoreAnswer>) => linesOfAnswer(context, event.outcomes),
} as const;

/** Logs what the store did with batches and single bets, then tells the peer: one write each. */
export const passOn = [
  noteLines,
  {
    type: 'replyAll',
    params: ({ context, event }: At<StoreAnswer>) => repliesOfAnswer(context, event.outcomes),
  },
  noteSettled,
] as const;

/** Logs it only, as the peer is told nothing more: the log has every bet that is stored. */
export const noteDown = [noteLines, noteSettled] as const;
