/** How a connection, or the whole upload, ends before its time: transitions that say why. */
import type { EventObject } from 'xstate';
import { agencyLogs } from '../log-lines.ts';
import { type Args, log, type Of } from './actions.ts';
import { drawOf } from './upload.ts';

type Reason<E> = string | ((args: Args<E>) => string);

/** The connection came to nothing, or was lost: it is made anew. */
export const lost = <E extends EventObject>(reason: Reason<E>, line = agencyLogs.connectionLost) =>
  ({
    target: '#agency.reconnecting',
    actions: [{ type: 'noteReason', params: reason }, log(({ context: { id, reason } }) => line(id, reason))],
  }) as const;
/** By the server, without a word. */
export const cut = <E extends EventObject>(reason: Reason<E>) =>
  ({ target: '#agency.reconnecting', actions: [...lost(reason).actions, 'noteCut'] }) as const;

export const CLOSED = 'the server closed the connection';
export const SILENT = 'the server did not answer in time';

type ServerError = Of<'server.error'>;
export const faultOf = ({ event }: ServerError) => event.fault;
export const sayingOf = ({ event }: ServerError) => `the server says ${event.fault}, ${event.text}`;

const notSent = <E extends EventObject>(reason: (args: Args<E>) => string) =>
  log<E>((args) => agencyLogs.betsNotSent(reason(args)));
export const failed = <E extends EventObject>(reason: (args: Args<E>) => string) =>
  ({ target: '#agency.failed', actions: notSent(reason) }) as const;
/** The server, or the file, would be the same if it were tried again. */
export const refused = <E extends EventObject>(reason: (args: Args<E>) => string) =>
  ({ target: '#agency.refused', actions: notSent(reason) }) as const;
/** All bets are stored, but the winners are not to be had. */
export const noWinners = <E extends EventObject>(reason: (args: Args<E>) => string) =>
  log<E>((args) => agencyLogs.winnersUnknown(reason(args)));

/** The winners that are owed are those of another file: this one is for the draw that is open. */
export const forNext = {
  target: '#agency.online',
  reenter: true,
  actions: [log(({ context }) => agencyLogs.otherFile(context.id, drawOf(context))), 'turnToNext'],
} as const;
