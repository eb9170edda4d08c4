/** The messages of a session, short enough to read as a conversation, and a connection to say them on. */
import type { EventFrom } from 'xstate';
import { connectionMachine } from '../../machines/connection/connection.ts';
import type { ConnectionLimits } from '../../machines/connection/session.ts';
import type { SessionReport } from '../../machines/vocabulary/session.ts';
import type { RecallCommand, StoreOutcome, StoreSubmission } from '../../machines/vocabulary/store.ts';
import type { ClientMessage, Dialect, SessionFault } from '../../machines/vocabulary/wire.ts';
import { peer, stage } from './stage.ts';

export const LIMITS: ConnectionLimits = {
  inFlight: 2,
  rejections: 2,
  logLines: 2,
  identifyMs: 2_000,
  lingerMs: 100,
  closeMs: 1_000,
  tp0Winners: 'list',
};

export const echo: ClientMessage = { type: 'echo.received', line: Buffer.from('hola\n') };
export const hello: ClientMessage = { type: 'hello.received', agency: 1, draw: undefined };
export const batch = (dialect: Dialect = 'quiniela'): ClientMessage => ({
  type: 'batch.received',
  dialect,
  agency: 1,
  offset: dialect === 'tp0' ? -1 : 0,
  count: 2,
  rows: Buffer.from('1,Santiago Lionel,Lorca,30904465,1999-03-17,7574\r\n'),
});
export const badBatch = (dialect: Dialect = 'quiniela'): ClientMessage => ({
  type: 'batch.invalid',
  dialect,
  agency: 1,
  offset: 4,
  count: 2,
  position: 1,
  fault: 'DOCUMENT',
});
export const bet: ClientMessage = {
  type: 'bet.received',
  id: 'x1',
  row: Buffer.from('1,…\r\n'),
  document: '30904465',
  number: 7574,
};
export const badBet: ClientMessage = { type: 'bet.invalid', id: 'x1', fault: 'NUMBER' };
export const done = (agency = 1): ClientMessage => ({ type: 'done.received', agency, count: 2, crc: 7 });
export const tp0Done = (agency = 1): ClientMessage => ({ type: 'tp0.done.received', agency });
export const tp0Bet: ClientMessage = {
  type: 'tp0.bet.received',
  agency: 1,
  row: Buffer.from('1,…\r\n'),
  document: '30904465',
  number: 7574,
};
export const badTp0Bet: ClientMessage = { type: 'tp0.bet.invalid', agency: 1, fault: 'NUMBER' };
export const paused = (midLine = true) => ({ type: 'peer.paused', midLine }) as const;
export const ended = (fault?: SessionFault) => ({ type: 'session.ended', fault, text: 'so it is' }) as const;
export const winners = (...documents: string[]) =>
  ({ type: 'winners.announced', documents, head: 'c0ffee' }) as const;
/** The winners have been written, to the last. */
export const emptied = { type: 'socket.emptied' } as const;
export const answered = (...outcomes: StoreOutcome[]) => ({ type: 'store.answered', outcomes }) as const;

export const opened: StoreOutcome = { kind: 'opened', draw: '1', finished: false, stored: 4, crc: 9 };
/** The agency comes back to a draw that is over. */
export const helloAgain: ClientMessage = { ...hello, draw: '0' };
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

export const newInput = () => ({
  handle: 'socket 1',
  ip: '172.25.125.3',
  server: peer<SessionReport>('server'),
  store: peer<({ type: 'request.submitted' } & StoreSubmission) | RecallCommand>('store'),
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

export function connectWith(limits: Partial<ConnectionLimits>, ...soFar: Event[]) {
  const connection = listen({ ...LIMITS, ...limits });
  connection.send(...soFar);
  return connection;
}

function listen(limits: ConnectionLimits, ip = newInput().ip) {
  const input = { ...newInput(), ip, limits };
  const on = stage(connectionMachine, input, ['socket']);
  return {
    send: on.send,
    state: on.state,
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
    asked: () => input.store.heard.map(({ request }) => request.kind),
    /** The agency that the last request is of. */
    agency: () => input.store.heard.map(({ request }) => 'agency' in request && request.agency).at(-1),
  };
}
