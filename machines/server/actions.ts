/** What the server does in several of its states. */
import { EXIT_FAILED } from '../exit-codes.ts';
import { bothLogs, serverLogs } from '../log-lines.ts';
import { logOf } from '../params.ts';
import type { SignalEvent } from '../vocabulary/program.ts';
import type { SessionEvent } from '../vocabulary/session.ts';
import type { StoreEvent, StoreRequest } from '../vocabulary/store.ts';
import type { Server } from './roll.ts';

type Failed = Extract<StoreEvent, { type: 'store.failed' }>;

export const log = logOf<Server>();

export const logBroken = log(({ event }: { event: { type: string; error: unknown } }) =>
  bothLogs.broken(event),
);
export const logSignal = log(({ event }: { event: SignalEvent }) => bothLogs.signalReceived(event.signal));

export const logStoreFailed = log(({ event }: { event: Failed }) => serverLogs.storeFailed(event.reason));

/** Ends all sessions: their agencies are told to come back later. */
export const endSessions = (why: string) =>
  ({
    type: 'tellAll',
    params: { type: 'session.end', fault: 'SHUTTING_DOWN', text: `${why}, come back later` },
  }) as const;
export const CANNOT_GO_ON = endSessions('the server cannot go on');

export const FAILED = { type: 'exitWith', params: EXIT_FAILED } as const;
/** Whatever failed knows if a restart may help: its event carries the exit code. */
export const exitAsItSays = {
  type: 'exitWith',
  params: ({ event }: { event: { exitCode: number } }) => event.exitCode,
} as const;

/** Takes over what the store has recovered. */
export const recover = {
  type: 'recover',
  params: ({ event }: { event: Extract<StoreEvent, { type: 'store.recovered' }> }) => event.recovered,
} as const;

type Told = Extract<SessionEvent, { type: 'session.told' }>;

export const recordTold = {
  type: 'record',
  params: ({ event: { agency, draw } }: { event: Told }): StoreRequest => ({
    kind: 'told',
    agency,
    draw,
  }),
} as const;

/** An agency has its winners and has left: known here, and written down. */
export const noteTold = {
  guard: { type: 'isOfThisDraw', params: ({ event }: { event: Told }) => event },
  actions: [{ type: 'noteTold', params: ({ event }: { event: Told }) => event }, recordTold],
} as const;
