/** What a connection knows of its session, and the pure questions that its machine asks of it. */

import { HEALTH_CHECK, serverLogs } from '../log-lines.ts';
import type { Announcement, RecalledDraw } from '../vocabulary/draw.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { SocketEvent } from '../vocabulary/socket.ts';
import type {
  RecallCommand,
  RecallRequest,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
} from '../vocabulary/store.ts';
import type { ClientEvent, Dialect, ServerMessage, SessionFault } from '../vocabulary/wire.ts';

export type ConnectionLimits = {
  /** Requests that may wait for the store before the socket is paused. */
  inFlight: number;
  /** Batches that may be rejected. */
  rejections: number;
  /** Echoes that are logged, one line each. */
  logLines: number;
  /** Milliseconds to say who it is. */
  identifyMs: number;
  /** Milliseconds in which a peer that ended its side early may still refuse its winners. */
  lingerMs: number;
  /** Milliseconds for a close to complete before it is forced. */
  closeMs: number;
  /** TP0: the winners as its final version says them, or as their number like the one before. */
  tp0Winners: 'list' | 'count';
};

export type ConnectionInput = {
  /** The accepted socket, for the socket adapter only. */
  handle: unknown;
  /** The peer's address, for the logs. */
  ip: string;
  server: Recipient<SessionEvent>;
  store: Recipient<({ type: 'store.submit' } & StoreSubmission) | RecallCommand>;
  limits: ConnectionLimits;
};

/** The agency of a session that has not said it. */
export const NO_AGENCY = -1;

export type BadBatch = Extract<ClientEvent, { type: 'client.badBatch' }>;

/** The offsets after batches that arrived together, and are answered one by one; none of a batch that came alone. */
export type Ends = readonly number[];

export type Refusal = { fault: SessionFault; text: string };

export type Session = ConnectionInput & {
  /** NO_AGENCY until the session said it. */
  agency: number;
  /** The draw that the agency named, or takes part in. */
  draw: string | undefined;
  /** Where that draw is over. */
  recalled: RecalledDraw | undefined;
  /** Unknown until the first message. */
  dialect: Dialect | 'unknown';
  /** How important its ordinary log lines are: a container's health checks would drown the others. */
  level: LogEntry['level'];
  /** What it owes: for each request with the store, oldest first, where its batches end, if they are several. */
  owed: readonly Ends[];
  /** TP0: the message that opened the session, kept until the session is open. */
  opening: ClientEvent | undefined;
  /** The bad batch whose answer waits for those before it. */
  rejected: BadBatch | undefined;
  /** Batches that were rejected, and messages that were echoed. */
  rejections: number;
  echoes: number;
  /** Why the server ends the session, where it does. */
  refusal: Refusal | undefined;
};

export type ConnectionEvent = ClientEvent | SocketEvent | SessionCommand;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/** Whether a message is that of a health check, which comes from the same machine: nobody else is logged any less. */
export const isHealthCheck = ({ ip }: Pick<Session, 'ip'>, event: ConnectionEvent): boolean =>
  LOOPBACK.has(ip) && event.type === 'client.echo' && textOf(event.line) === HEALTH_CHECK;

/** Bytes of a message, or of several, that are logged. */
const LOGGED_BYTES = 512;

/** What was said without its end, or its beginning, for the logs. */
export const textOf = (line: Buffer): string =>
  line.length <= LOGGED_BYTES
    ? line.toString('utf8').replace(/\r?\n$/, '')
    : `${line.toString('utf8', 0, LOGGED_BYTES)}…`;

/** The store's outcomes of one kind, where the event is its answer. */
export const outcomesOf = <TKind extends StoreOutcome['kind']>(event: ConnectionEvent, kind: TKind) =>
  event.type === 'store.answered'
    ? event.outcomes.filter((o): o is Extract<StoreOutcome, { kind: TKind }> => o.kind === kind)
    : [];

type Stored = Extract<StoreOutcome, { kind: 'stored' }>;

/** What became of each batch of a request. */
const batchesOf = (stored: Stored, ends: Ends): readonly Stored[] => {
  if (ends.length === 0) return [stored];
  const { kind, next, fresh } = stored;
  let before = next - fresh;
  return ends.map((end) => {
    const start = before;
    before = Math.max(before, end);
    return { kind, next: before, count: before - start, fresh: before - start };
  });
};

/** What became of each batch that the store's answer is about: its outcomes are those of the oldest requests. */
const batchesOfAnswer = ({ owed }: Session, event: ConnectionEvent): readonly Stored[] =>
  event.type !== 'store.answered'
    ? []
    : event.outcomes.flatMap((outcome, index) =>
        outcome.kind === 'stored' ? batchesOf(outcome, owed[index] ?? []) : [],
      );

/** A log line for each batch and single bet that was stored, and had not been before. */
export const logsOfAnswer = (session: Session, event: ConnectionEvent): LogEntry[] => [
  ...batchesOfAnswer(session, event)
    .filter(({ fresh }) => fresh > 0)
    .map(({ fresh }) => serverLogs.batchStored(fresh)),
  ...outcomesOf(event, 'betStored')
    .filter(({ fresh }) => fresh)
    .map(({ document, number }) => serverLogs.betStored(document, number)),
];

/** What the peer is told of its batches and single bets. */
export const repliesOfAnswer = (session: Session, event: ConnectionEvent): ServerMessage[] => {
  const { dialect } = session;
  const batches = batchesOfAnswer(session, event);
  const bets = outcomesOf(event, 'betStored').map(
    ({ id, number }): ServerMessage =>
      dialect === 'tp0' ? { kind: 'tp0Count', count: number } : { kind: 'betStored', id, number },
  );
  if (dialect === 'tp0')
    return [...batches.map(({ count }): ServerMessage => ({ kind: 'tp0Count', count })), ...bets];
  return batches.length === 0 ? bets : [{ kind: 'stored', nexts: batches.map(({ next }) => next) }, ...bets];
};

/** The batches that arrived together in a message. */
export const endsOf = (event: ConnectionEvent): Ends => ('ends' in event && event.ends) || [];

/** What a message asks of the store. */
export const requestOf = (session: Session, event: ConnectionEvent): StoreRequest => {
  switch (event.type) {
    case 'client.batch': {
      const { agency, dialect, offset, count, rows } = event;
      return { kind: 'bets', agency, dialect, offset, count, rows };
    }
    case 'client.bet': {
      const { id, row, document, number } = event;
      return { kind: 'bet', agency: session.agency, id, row, document, number };
    }
    case 'client.tp0Bet': {
      const { row, document, number } = event;
      return { kind: 'tp0Bet', agency: session.agency, row, document, number };
    }
    case 'client.done':
      return { kind: 'finish', agency: event.agency, count: event.count, crc: event.crc };
    default: // client.tp0Done: the original's DONE says nothing more
      return { kind: 'finish', agency: session.agency, count: undefined, crc: undefined };
  }
};

/** Whether a single bet was stored in the draw that is over. */
export const recallOf = (
  { agency, recalled }: Session,
  { id, row, document, number }: Extract<ClientEvent, { type: 'client.bet' }>,
): RecallRequest => ({ kind: 'bet', agency, draw: recalled!.draw, id, row, document, number });

type Done = Extract<ClientEvent, { type: 'client.done' }>;

/** Whether a DONE is that of the upload that took part in the draw that is over. */
export const isRecalledUpload = ({ agency, recalled }: Session, done: Done): boolean =>
  done.agency === agency && done.count === recalled!.stored && done.crc === recalled!.crc;

/** Why what was said does not belong to the draw that is over. */
export const refusalOfRecalled = ({ agency, recalled }: Session, event: Done | undefined): Refusal => {
  const { draw, stored, crc } = recalled!;
  if (!event) return { fault: 'FINISHED', text: `draw ${draw} is over: no bets can be added` };
  if (event.agency !== agency) return refusalOfAgency(agency, event.agency);
  return event.count === stored
    ? { fault: 'CRC', text: `agency ${agency} says CRC ${event.crc}, its bets of draw ${draw} have ${crc}` }
    : { fault: 'COUNT', text: `agency ${agency} says ${event.count} bets, draw ${draw} has ${stored}` };
};

const refusalOfAgency = (agency: number, said: number): Refusal => ({
  fault: 'AGENCY',
  text: `DONE of agency ${said} in the session of ${agency}`,
});

/** Why an event ends the session. */
export const refusalOf = (session: Session, event: ConnectionEvent): Refusal => {
  switch (event.type) {
    case 'store.answered':
      return outcomesOf(event, 'refused')[0]!;
    case 'protocol.violated':
      return event;
    case 'session.end':
      return { fault: event.fault!, text: event.text };
    case 'frame.expired':
      return { fault: 'TIMEOUT', text: 'the line was not ended in time' };
    case 'socket.idled':
      return { fault: 'TIMEOUT', text: 'nothing was heard for too long' };
    case 'socket.crowded':
      return { fault: 'BUSY', text: 'too many connections of nobody known, come back later' };
    case 'socket.broken':
      return { fault: 'INTERNAL', text: 'a defect of the server, come back later' };
    case 'socket.choked':
      return { fault: 'TOO_SLOW', text: 'the answers are not read' };
    case 'client.badBet':
      return { fault: 'MALFORMED', text: `bet ${event.id} is not valid: ${event.fault}` };
    case 'client.done':
    case 'client.tp0Done':
      return refusalOfAgency(session.agency, event.agency);
    default:
      return { fault: 'TIMEOUT', text: 'said nothing in time' };
  }
};

/** How a batch with a bad bet is answered: the original only knows counts. */
export const rejectionOf = ({ dialect, offset, position, fault }: BadBatch): ServerMessage =>
  dialect === 'tp0' ? { kind: 'tp0Count', count: 0 } : { kind: 'rejected', offset, position, fault };

export const winnersReply = (
  { dialect, limits }: Session,
  { documents, head }: Announcement,
): ServerMessage => {
  if (dialect !== 'tp0') return { kind: 'winners', documents, head };
  return limits.tp0Winners === 'list'
    ? { kind: 'tp0Winners', documents }
    : { kind: 'tp0Count', count: documents.length };
};

/** How a session that has said its agency speaks. */
export const dialectOf = ({ dialect }: Session): Dialect => (dialect === 'tp0' ? 'tp0' : 'quiniela');

/**
 * How a refusal is said. The original has no word for an error: a count of 0 tells its client that the batch
 * was not stored; where it waits for no count, silence is safer than a line it would take for its winners. Who
 * has not said yet how it speaks is not told of a shutdown either: it may be such a client.
 */
export const refusalReply = (
  dialect: Session['dialect'],
  { fault, text }: Refusal,
): ServerMessage | undefined => {
  if (dialect === 'unknown' && fault === 'SHUTTING_DOWN') return undefined;
  if (dialect !== 'tp0') return { kind: 'error', fault, text };
  return SILENT_FOR_TP0.has(fault) ? undefined : { kind: 'tp0Count', count: 0 };
};

const SILENT_FOR_TP0: ReadonlySet<SessionFault> = new Set([
  'TIMEOUT',
  'TOO_SLOW',
  'SUPERSEDED',
  'SHUTTING_DOWN',
  'DIALECT',
]);
