/** How a session ends before its time: transitions to `closing`, and what is said on the way. */
import { serverLogs } from '../log-lines.ts';
import type { StoreAnswer } from '../vocabulary/store.ts';
import type { SessionFault } from '../vocabulary/wire.ts';
import { type At, log, ofAnswer, passOn, say } from './actions.ts';
import { type Refusal, wordsOfRefusal } from './refusal.ts';
import { type ConnectionEvent, outcomesOf, type Said } from './session.ts';

export const close = { target: '#connection.closing' } as const;

/** Ends the session with an error that says why. */
export const refuseFor = <TEvent extends ConnectionEvent>(why: (at: At<TEvent>) => Refusal | undefined) =>
  ({ ...close, actions: say((at: At<TEvent>) => wordsOfRefusal(at.context, why(at))) }) as const;

export const refuse = (fault: SessionFault, text: string) => refuseFor(() => ({ fault, text }));

/** The same, once the session has every answer that it is owed. */
export const refuseLater = <TEvent extends ConnectionEvent>(why: (at: At<TEvent>) => Refusal | undefined) =>
  ({
    target: '#connection.talking.receiving.atFault',
    actions: { type: 'keep', params: (at: At<TEvent>) => wordsOfRefusal(at.context, why(at)) },
  }) as const;

/** A TP0 client that waits for its winners would take any other answer for their number. */
export const closeSilently = { guard: 'isTp0', ...close } as const;

/** Before the TLS handshake the peer can be told nothing: only the log says why. */
export const shutOut = <TEvent extends ConnectionEvent>(why: (at: At<TEvent>) => Refusal) =>
  ({ ...close, actions: log((at: At<TEvent>) => serverLogs.sessionRefused(at.context, why(at))) }) as const;

/** What the peer said, as the protocol spells it. */
const SPELLED = {
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
} as const satisfies Record<Said<string>['type'], string>;

export const outOfOrder = ({ event }: At<Said<string>>): Refusal => ({
  fault: 'OUT_OF_ORDER',
  text: `${SPELLED[event.type]} is not expected now`,
});

export const refusedByStore = refuseFor(
  ({ event }: At<StoreAnswer>) => outcomesOf(event.outcomes, 'refused')[0],
);

/** What the store refuses ends the session, after the answers that came before. */
export const ifRefused = {
  guard: ofAnswer('isRefused'),
  ...close,
  actions: [...passOn, ...refusedByStore.actions],
} as const;

/** A defect of ours, which costs this session. */
export const logDefect = log(({ event }: At<Extract<ConnectionEvent, { type: 'socket.broken' }>>) =>
  serverLogs.sessionBroken(event.error),
);
