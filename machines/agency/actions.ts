/** What an agency does in several of its states. */
import type { EventObject } from 'xstate';
import { agencyLogs } from '../log-lines.ts';
import { type Args, logOf } from '../params.ts';
import type { Tally } from '../vocabulary/bet-file.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import { type AgencyEvent, allowedInvalid, type Upload } from './upload.ts';

/** What the params of an action or a guard are made of. */
export type At<TEvent> = Args<Upload, TEvent>;
export type Of<T extends AgencyEvent['type']> = At<Extract<AgencyEvent, { type: T }>>;

export const log = logOf<Upload>();
export const logAll = <TEvent extends EventObject>(entries: (at: At<TEvent>) => readonly LogEntry[]) =>
  ({ type: 'logAll', params: entries }) as const;

/** The rows of the file so far: bets that are stored, and invalid ones. */
export const tallyOf = ({ context: { stored, invalid } }: { context: Upload }): Tally => ({
  bets: stored,
  invalid,
});

export const tooManyInvalid = ({ id, maxInvalid }: Upload, tally: Tally) =>
  agencyLogs.tooManyInvalid(id, tally, allowedInvalid(maxInvalid, tally));

export const owesNothing = { description: 'The server owes nothing' } as const;

const ignored = { description: 'All was said before' } as const;
/** For states that know the result: nothing that the server still says changes it. */
export const ignoringServer = {
  'server.*': ignored,
  'handshake.failed': ignored,
  'socket.*': ignored,
  'protocol.violated': ignored,
  'frame.expired': ignored,
} as const;
