/** The messages of a session, short enough to read as a conversation, and a connection to say them on. */
import type { EventFrom } from 'xstate';
import { connectionMachine } from '../../machines/connection/connection.ts';
import type { ConnectionLimits } from '../../machines/connection/session.ts';
import type { Identity } from '../../machines/vocabulary/identity.ts';
import type { SessionEvent } from '../../machines/vocabulary/session.ts';
import type { RecallCommand, StoreOutcome, StoreSubmission } from '../../machines/vocabulary/store.ts';
import type { ClientEvent, Dialect, SessionFault } from '../../machines/vocabulary/wire.ts';
import { peer, stage } from './stage.ts';

export const LIMITS: ConnectionLimits = {
  inFlight: 2,
  rejections: 2,
  logLines: 2,
  identifyMs: 2_000,
  handshakeMs: 5_000,
  lingerMs: 100,
  closeMs: 1_000,
  tp0Winners: 'list',
};

export const echo: ClientEvent = { type: 'client.echo', line: Buffer.from('hola\n') };
export const hello: ClientEvent = { type: 'client.hello', agency: 1, draw: undefined };
export const batch = (dialect: Dialect = 'quiniela'): ClientEvent => ({
  type: 'client.batch',
  dialect,
  agency: 1,
  offset: dialect === 'tp0' ? -1 : 0,
  count: 2,
  rows: Buffer.from('1,Santiago Lionel,Lorca,30904465,1999-03-17,7574\r\n'),
});
/** Batches of an empty upload that arrived together, by their ends. */
export const together = (...ends: number[]): ClientEvent =>
  ({ ...batch(), count: ends.at(-1), ends }) as ClientEvent;
export const badBatch = (dialect: Dialect = 'quiniela'): ClientEvent => ({
  type: 'client.badBatch',
  dialect,
  agency: 1,
  offset: 4,
  count: 2,
  position: 1,
  fault: 'DOCUMENT',
});
export const bet: ClientEvent = {
  type: 'client.bet',
  id: 'x1',
  row: Buffer.from('1,…\r\n'),
  document: '30904465',
  number: 7574,
};
export const badBet: ClientEvent = { type: 'client.badBet', id: 'x1', fault: 'NUMBER' };
/** The same with a bet in the name of another agency. */
export const foreign = (bad: ClientEvent): ClientEvent => ({ ...bad, fault: 'AGENCY' }) as ClientEvent;
export const done = (agency = 1): ClientEvent => ({ type: 'client.done', agency, count: 2, crc: 7 });
export const tp0Done = (agency = 1): ClientEvent => ({ type: 'client.tp0Done', agency });
export const tp0Bet: ClientEvent = {
  type: 'client.tp0Bet',
  agency: 1,
  row: Buffer.from('1,…\r\n'),
  document: '30904465',
  number: 7574,
};
export const badTp0Bet: ClientEvent = { type: 'client.badTp0Bet', agency: 1, fault: 'NUMBER' };
export const paused = (midLine = true) => ({ type: 'peer.paused', midLine }) as const;
export const ended = (fault?: SessionFault) => ({ type: 'session.end', fault, text: 'so it is' }) as const;
export const winners = (...documents: string[]) =>
  ({ type: 'session.announce', documents, head: 'c0ffee' }) as const;
/** The winners have been written, to the last. */
export const emptied = { type: 'socket.emptied' } as const;
export const answered = (...outcomes: StoreOutcome[]) => ({ type: 'store.answered', outcomes }) as const;

export const opened: StoreOutcome = { kind: 'opened', draw: '1', finished: false, stored: 4, crc: 9 };
/** The agency comes back to a draw that is over. */
export const helloAgain: ClientEvent = { ...hello, draw: '0' };
export const over: StoreOutcome = {
  ...{ kind: 'over', draw: '0', stored: 2, crc: 7 },
  ...{ documents: ['30904465'], head: 'c0ffee' },
};
export const stored = (next: number, fresh = 2): StoreOutcome => ({ kind: 'stored', next, count: 2, fresh });
export const betStored: StoreOutcome = {
  kind: 'betStored',
  id: 'x1',
  document: '30904465',
  number: 7574,
  fresh: true,
};
export const finished: StoreOutcome = { kind: 'finished', stored: 4, crc: 9 };
export const refused: StoreOutcome = { kind: 'refused', fault: 'GAP', text: 'offset 6, expected 4' };

export const newInput = (identity: Identity = 'anybody') => ({
  handle: 'socket 1',
  ip: '172.25.125.3',
  identity,
  server: peer<SessionEvent>('server'),
  store: peer<({ type: 'store.submit' } & StoreSubmission) | RecallCommand>('store'),
  limits: LIMITS,
});

type Event = EventFrom<typeof connectionMachine>;

/** A connection that has heard the events of `soFar`. */
export const connect = (...soFar: Event[]) => connectWith({}, ...soFar);

/** One that comes from this address. */
export function connectFrom(ip: string, ...soFar: Event[]) {
  const connection = listen(LIMITS, ip);
  connection.send(...soFar);
  return connection;
}

/** A peer that has shown such a certificate. */
export function connectAs(identity: Identity, ...soFar: Event[]) {
  const connection = connectSecurely(...SHAKING, { type: 'handshake.ended', identity });
  connection.send(...soFar);
  return connection;
}

/** A peer of a server with TLS. */
export function connectSecurely(...soFar: Event[]) {
  const connection = listen(LIMITS, undefined, 'nobody');
  connection.send(...soFar);
  return connection;
}

/** From the peer's first bytes to the handshake. */
export const SHAKING = [{ type: 'handshake.awaited' }, { type: 'handshake.begun' }] as const;

export function connectWith(limits: Partial<ConnectionLimits>, ...soFar: Event[]) {
  const connection = listen({ ...LIMITS, ...limits });
  connection.send(...soFar);
  return connection;
}

function listen(limits: ConnectionLimits, ip = newInput().ip, identity: Identity = 'anybody') {
  const input = { ...newInput(identity), ip, limits };
  const on = stage(connectionMachine, input, ['socket']);
  return {
    send: on.send,
    state: on.state,
    output: () => on.actor.getSnapshot().output,
    wait: (ms: number) => on.clock.increment(ms),
    entries: on.entries,
    logged: () => on.logged,
    /** What went to the peer, message by message. */
    said: () => on.heard('socket').flatMap(({ message, messages = [] }) => (message ? [message] : messages)),
    /** What the socket was told to do: `pause`, `resume`, `end`, `destroy`. */
    told: () =>
      on.heard('socket').flatMap(({ type }) => (type.startsWith('socket.say') ? [] : [type.slice(7)])),
    reported: () => input.server.heard.map(({ type }) => type),
    requests: () => input.store.heard.map(({ request }) => request),
    weighed: () => input.store.heard.map((command) => 'weight' in command && command.weight),
    asked: () => input.store.heard.map(({ request }) => request.kind),
    /** The agency that the last request is of. */
    agency: () => input.store.heard.map(({ request }) => 'agency' in request && request.agency).at(-1),
  };
}
