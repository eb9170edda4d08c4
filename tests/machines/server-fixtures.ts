/** A server whose children only listen: its store, listener and connections are played by the test. */
import type { EventFrom, InputFrom } from 'xstate';
import type { ConnectionInput } from '../../machines/connection/session.ts';
import { serverMachine } from '../../machines/server/server.ts';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type { SessionCommand } from '../../machines/vocabulary/session.ts';
import type { RecoveredDraw } from '../../machines/vocabulary/store.ts';
import type { Dialect, SessionFault } from '../../machines/vocabulary/wire.ts';
import { type Peer, peer, stage } from './stage.ts';

export type ServerMachineEvent = EventFrom<typeof serverMachine>;

export const INPUT: InputFrom<typeof serverMachine> = {
  agencies: 2,
  agenciesFrom: 1,
  publishMs: 0,
  announceMs: 60_000,
  shutdownMs: 4_000,
  connections: 3,
  identity: 'anybody',
  expiryDays: 30,
  queueBytes: 1_000,
  group: { bytes: 1_000, weight: 100 },
  groupsAtOnce: 1,
  remindMs: 60_000,
  named: 2,
  connection: {
    inFlight: 2,
    rejections: 2,
    logLines: 2,
    identifyMs: 1,
    handshakeMs: 1,
    lingerMs: 1,
    closeMs: 2_000,
    tp0Winners: 'list',
  },
};

export const WINNERS: Winners = new Map([[1, ['30904465', '24807259']]]);

export const recovered = (draw: Partial<RecoveredDraw> = {}): ServerMachineEvent => ({
  type: 'store.recovered',
  recovered: {
    ...{ draw: '1', finished: [], withOffsets: [], winners: undefined, head: undefined, told: [] },
    ...draw,
  },
});
export const bound: ServerMachineEvent = { type: 'listener.bound' };
export const accepted: ServerMachineEvent = {
  type: 'connection.accepted',
  handle: 'socket',
  ip: '172.25.125.3',
};
export const agencyFinished = (agency: number): ServerMachineEvent => ({
  type: 'uploads.finished',
  agencies: [agency],
});
export const begun = (...agencies: number[]): ServerMachineEvent => ({ type: 'uploads.begun', agencies });
export const reopened = (agency: number): ServerMachineEvent => ({ type: 'agency.reopened', agency });
const HEAD = 'c0ffee';
export const drawRecorded: ServerMachineEvent = { type: 'draw.recorded', winners: WINNERS, head: HEAD };
export const told = (agency: number): ServerMachineEvent => ({ type: 'session.told', agency, draw: '1' });
export const signal = (name: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): ServerMachineEvent => ({
  type: 'signal.received',
  signal: name,
});
/** The state's name while the server closes, by itself or because it was told to. */
export const shuttingDown = (closing: string, cause: 'ofItself' | 'toldToStop'): string =>
  `shuttingDown.closing.${closing},cause.${cause}`;
export const loaded = (daysLeft: number): ServerMachineEvent => ({
  type: 'certificates.loaded',
  file: 'server.pem',
  expires: '2026-12-26',
  daysLeft,
});
export const keptAsTheyWere: ServerMachineEvent = {
  type: 'certificates.kept',
  reason: 'cannot use "server.key" for TLS: it is not the key of "server.pem"',
};
export const storeFailed: ServerMachineEvent = { type: 'store.failed', reason: 'ENOSPC', exitCode: 1 };

/** What a session of an agency reports; `id` tells two sessions of one agency apart. */
export function session(
  agency: number,
  id = `session of agency ${agency}`,
  draw?: string,
  dialect: Dialect = 'quiniela',
  saysDone = false,
) {
  const from: Peer<SessionCommand> = peer(id);
  const ip = '172.25.125.9';
  return {
    from,
    opened: { type: 'session.opened', agency, draw, dialect, saysDone, ip, from } as ServerMachineEvent,
    waiting: { type: 'session.waiting', agency, from } as ServerMachineEvent,
    written: { type: 'session.written', agency, from } as ServerMachineEvent,
    told: { type: 'session.told', agency, draw } as ServerMachineEvent,
    closed: ended(from, agency),
    heard: from.heard,
    /** The documents that it was told, announcement by announcement. */
    winners: () => from.heard.flatMap((order) => ('documents' in order ? [order.documents] : [])),
    ended: (): (SessionFault | undefined)[] =>
      from.heard.flatMap((order) => ('fault' in order ? [order.fault] : [])),
  };
}

/** The whole of one agency's upload, as the server hears of it. */
export const upload = (agency: number, { opened, waiting } = session(agency)): ServerMachineEvent[] => [
  opened,
  agencyFinished(agency),
  waiting,
];

const connection: ConnectionInput = {
  handle: 'socket',
  ip: '172.25.125.3',
  identity: 'anybody',
  server: peer('server'),
  store: peer('store'),
  limits: INPUT.connection,
};

const ended = (from: Peer<SessionCommand>, agency: number, left = 0): ServerMachineEvent => ({
  type: 'member.ended',
  input: connection,
  from,
  output: { agency },
  left,
});

/** A connection of nobody's has closed; `left` others are open. */
export const gone = (left = 0): ServerMachineEvent => ended(peer('connection of nobody'), -1, left);

export const connectionBroken = (from: Peer<SessionCommand>, left = 0): ServerMachineEvent => ({
  type: 'member.broken',
  input: connection,
  from,
  error: new Error('a bug'),
  left,
});

export const actorBroken = (actor: string): ServerMachineEvent =>
  ({
    type: `xstate.error.actor.${actor}`,
    actorId: actor,
    error: new Error('a bug'),
  }) as unknown as ServerMachineEvent;

/** A server that has heard the events of `soFar`. */
export const serve = (...soFar: ServerMachineEvent[]) => serveWith({}, ...soFar);

export function serveWith(input: Partial<typeof INPUT>, ...soFar: ServerMachineEvent[]) {
  const turnedAway: unknown[] = [];
  const on = stage(
    serverMachine,
    { ...INPUT, ...input },
    ['betStore', 'connections', 'listener', 'certificates', 'signals'],
    {
      actions: { turnAway: (_, { handle }) => turnedAway.push(handle) },
    },
  );
  on.send(...soFar);
  const kinds = (source: string) =>
    on.heard(source).map(({ type, request }) => (type === 'store.submit' ? request.kind : type));
  return {
    send: on.send,
    state: on.state,
    wait: (ms: number) => on.clock.increment(ms),
    entries: on.entries,
    logged: () => on.logged,
    turnedAway,
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
    /** Its process waits for nothing any more. */
    endsAtOnce: () => on.actor.getSnapshot().hasTag('atOnce'),
    /** What the store was asked: `open`, `store.draw`, `told`, … */
    asked: () => kinds('betStore'),
    /** Of those the requests, whole. */
    requests: () => on.heard('betStore').flatMap(({ request }) => request ?? []),
    listener: () => kinds('listener'),
    certificates: () => kinds('certificates'),
    /** What the connections were told: `crowd.admit`, or the order to all. */
    connections: () => on.heard('connections').map(({ type, order }) => order?.type ?? type),
    /** As whom each connection was admitted. */
    identities: () => on.heard('connections').flatMap(({ input }) => input?.identity ?? []),
    /** The faults with which all sessions were told to end. */
    faults: () =>
      on.heard('connections').flatMap(({ order }) => (order && 'fault' in order ? [order.fault] : [])),
  };
}
