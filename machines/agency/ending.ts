/** How a connection, or the whole upload, ends before its time: transitions that say why. */
import type { EventObject } from 'xstate';
import { exitCodeOf } from '../exit-codes.ts';
import { agencyLogs } from '../log-lines.ts';
import { type At, log, type Of } from './actions.ts';
import { type AgencyEvent, drawOf } from './upload.ts';

type Reason<TEvent> = string | ((at: At<TEvent>) => string);

/** The connection came to nothing, or was lost: it is made anew. */
export const lost = <TEvent extends EventObject>(reason: Reason<TEvent>, line = agencyLogs.connectionLost) =>
  ({
    target: '#agency.reconnecting',
    actions: [{ type: 'noteReason', params: reason }, log(({ context: { id, reason } }) => line(id, reason))],
  }) as const;
/** The same, if the server closed without a word. */
export const cut = <TEvent extends EventObject>(reason: Reason<TEvent>) =>
  ({ target: '#agency.reconnecting', actions: [...lost(reason).actions, 'noteCut'] }) as const;

export const CLOSED = 'the server closed the connection';
export const SILENT = 'the server did not answer in time';

type ServerError = Of<'server.error'>;
export const faultOf = ({ event }: ServerError) => event.fault;
export const sayingOf = ({ event }: ServerError) => `the server says ${event.fault}, ${event.text}`;

/** What the server may say, as it stands on the wire; TP0's servers only count. */
const WORDS = {
  'server.welcome': 'WELCOME',
  'server.stored': 'STORED',
  'server.rejected': 'REJECTED',
  'server.betStored': 'BET',
  'server.someWinners': 'WINNERS',
  'server.winners': 'WINNERS',
  'server.error': 'ERROR',
  'server.count': 'a count',
  'server.echo': 'a line',
} as const satisfies Record<Extract<AgencyEvent['type'], `server.${string}`>, string>;

/** It speaks out of turn. */
export const unasked = ({ event: { type } }: At<{ type: keyof typeof WORDS }>) =>
  `the server says ${WORDS[type]}, which nothing had asked for`;

const notSent = <TEvent extends EventObject>(reason: (at: At<TEvent>) => string) =>
  log<TEvent>((at) => agencyLogs.betsNotSent(reason(at)));
export const failed = <TEvent extends EventObject>(reason: (at: At<TEvent>) => string) =>
  ({ target: '#agency.failed', actions: notSent(reason) }) as const;
/** To try again would not help: the server, or the file, would be the same. */
export const refused = <TEvent extends EventObject>(reason: (at: At<TEvent>) => string) =>
  ({ target: '#agency.refused', actions: notSent(reason) }) as const;
/** All bets are stored, but the winners are not to be had. */
export const noWinners = <TEvent extends EventObject>(reason: (at: At<TEvent>) => string) =>
  log<TEvent>((at) => agencyLogs.winnersUnknown(reason(at)));

type Told<TEvent extends EventObject> = ReturnType<typeof log<TEvent>>;
/** An adapter could not do its part: whether a restart may help, its exit code says. */
export const endedBy = <TEvent extends EventObject>(
  exitCode: (at: At<TEvent>) => number,
  told: Told<TEvent>,
) =>
  [
    { guard: { type: 'isPermanent', params: exitCode }, target: '#agency.refused', actions: told },
    { target: '#agency.failed', actions: told },
  ] as const;

type Unkept = { type: string; error: unknown };
/** The draw's name, or its receipt, is not on disk. Started again, the agency comes back to the same draw: it has sent
 * nothing yet, or the name is there. */
export const notKept = endedBy<Unkept>(
  ({ event }) => exitCodeOf(event.error),
  log(({ context, event: { error } }) => {
    const reason = error instanceof Error ? error.message : String(error);
    return agencyLogs.receiptNotKept(context.id, drawOf(context), reason);
  }),
);

/** The winners that are owed are those of another file: this one is for the draw that is open. */
export const forNext = {
  target: '#agency.online',
  reenter: true,
  actions: [log(({ context }) => agencyLogs.otherFile(context.id, drawOf(context))), 'turnToNext'],
} as const;
