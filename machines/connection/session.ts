/** What a connection knows of its session, and the pure questions that its machine asks of it. */

import { HEALTH_CHECK, serverLogs } from '../log-lines.ts';
import type { Announcement, RecalledDraw } from '../vocabulary/draw.ts';
import type { Identity } from '../vocabulary/identity.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { SocketEvent } from '../vocabulary/socket.ts';
import type {
  RecallCommand,
  StoreAnswer,
  StoreOutcome,
  StoreRequest,
  StoreSubmission,
} from '../vocabulary/store.ts';
import type { ClientEvent, Dialect, ServerMessage } from '../vocabulary/wire.ts';

export type ConnectionLimits = {
  /** Requests that may wait for the store before the socket is paused. */
  inFlight: number;
  /** Batches that may be rejected. */
  rejections: number;
  /** Echoes that are logged, one line each. */
  logLines: number;
  /** Milliseconds to say who it is. */
  identifyMs: number;
  /** Milliseconds for a TLS handshake, once it is its turn. */
  handshakeMs: number;
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
  /** `anybody` without TLS; else `nobody` until its certificate is known. */
  identity: Identity;
  server: Recipient<SessionEvent>;
  store: Recipient<({ type: 'store.submit' } & StoreSubmission) | RecallCommand>;
  limits: ConnectionLimits;
};

/** Whose session it was; -1: nobody's. */
export type ConnectionOutput = { agency: number };

export type ConnectionEvent = ClientEvent | SocketEvent | SessionCommand;

/** What a client says, by the name of its message. */
export type Said<TName extends string> = Extract<ClientEvent, { type: `client.${TName}` }>;

/** TP0: a session's first message, which is also the first to be handled. */
export type Opening = Said<'batch' | 'badBatch' | 'tp0Bet' | 'badTp0Bet' | 'tp0Done'>;

/** The messages that become requests of the store. */
export type Asking = Said<'batch' | 'bet' | 'tp0Bet' | 'done' | 'tp0Done'>;

/** The offset after each of several batches that arrived together: they are answered one by one. Empty if one came alone. */
export type Ends = readonly number[];

/** Log lines and replies that belong together. */
export type Words = { lines: readonly LogEntry[]; replies: readonly ServerMessage[] };

export type Session = ConnectionInput & {
  /** -1 until the session said it. */
  agency: number;
  /** The draw that the agency named, or takes part in. */
  draw: string | undefined;
  /** What the archive has of that draw, if it is over; else NO_DRAW. */
  recalled: RecalledDraw;
  /** Unknown until the first message. */
  dialect: Dialect | 'unknown';
  /** How important its ordinary log lines are: a container's health checks would drown the others. */
  level: LogEntry['level'];
  /** What it owes: for each request with the store, oldest first, where its batches end. */
  owed: readonly Ends[];
  /** TP0: the message that opened the session, kept until the session is open. */
  opening: Opening | undefined;
  /** Said once nothing is owed, so that answers keep the order of the messages. */
  kept: Words;
  /** Batches that were rejected, and messages that were echoed. */
  rejections: number;
  echoes: number;
};

export const SILENCE: Words = { lines: [], replies: [] };

const NO_DRAW: RecalledDraw = { draw: '', stored: 0, crc: 0, documents: [], head: '' };

export const NEW_SESSION = {
  agency: -1,
  draw: undefined,
  recalled: NO_DRAW,
  dialect: 'unknown',
  level: 'debug',
  owed: [],
  opening: undefined,
  kept: SILENCE,
  rejections: 0,
  echoes: 0,
} as const satisfies Omit<Session, keyof ConnectionInput>;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);

/** Only a health check's connection, which is of this machine and says nothing else, is logged at level debug. */
export const levelAfter = ({ ip, level }: Session, line: Buffer | undefined): LogEntry['level'] =>
  line && LOOPBACK.has(ip) && textOf(line) === HEALTH_CHECK ? level : 'info';

/** Bytes of a message that are logged. */
const LOGGED_BYTES = 512;

/** A message for the logs: without its newline, or the beginning of a long one. */
const textOf = (line: Buffer): string =>
  line.length <= LOGGED_BYTES
    ? line.toString('utf8').replace(/\r?\n$/, '')
    : `${line.toString('utf8', 0, LOGGED_BYTES)}…`;

export const wordsOfEcho = ({ ip, level, echoes, limits }: Session, { line }: Said<'echo'>): Words => ({
  lines: echoes <= limits.logLines ? [serverLogs.echoed(ip, textOf(line), level)] : [],
  replies: [{ kind: 'echo', line }],
});

/** The ends of a message's batches, if several arrived together. */
export const endsOf = (said: Asking): Ends => ('ends' in said && said.ends) || [];

/** What a message asks of the store. */
export const requestOf = ({ agency }: Session, said: Asking): StoreRequest => {
  switch (said.type) {
    case 'client.batch': {
      const { dialect, offset, count, rows } = said;
      return { kind: 'bets', agency: said.agency, dialect, offset, count, rows };
    }
    case 'client.bet': {
      const { id, row, document, number } = said;
      return { kind: 'bet', agency, id, row, document, number };
    }
    case 'client.tp0Bet': {
      const { row, document, number } = said;
      return { kind: 'tp0Bet', agency, row, document, number };
    }
    case 'client.done':
      return {
        kind: 'finish',
        agency: said.agency,
        count: said.count,
        crc: said.crc,
        ...(said.proof && { proof: said.proof }),
      };
    case 'client.tp0Done': // TP0's DONE says nothing else
      return { kind: 'finish', agency, count: undefined, crc: undefined };
  }
};

export type Outcomes = StoreAnswer['outcomes'];

type Outcome<TKind extends StoreOutcome['kind']> = Extract<StoreOutcome, { kind: TKind }>;

/** The store's outcomes of one kind. */
export const outcomesOf = <TKind extends StoreOutcome['kind']>(outcomes: Outcomes, kind: TKind) =>
  outcomes.filter((outcome): outcome is Outcome<TKind> => outcome.kind === kind);

type Stored = Outcome<'stored'>;

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

/** What became of each batch, whether they came alone or together. An answer is about the oldest requests that are owed. */
const batchesIn = ({ owed }: Session, outcomes: Outcomes): readonly Stored[] =>
  outcomes.flatMap((outcome, index) =>
    outcome.kind === 'stored' ? batchesOf(outcome, owed[index] ?? []) : [],
  );

/** A line for each batch and single bet that had not been stored before. */
export const linesOfAnswer = (session: Session, outcomes: Outcomes): readonly LogEntry[] => {
  const lines: LogEntry[] = [];
  for (const { fresh } of batchesIn(session, outcomes))
    if (fresh > 0) lines.push(serverLogs.batchStored(fresh));
  for (const outcome of outcomes)
    if (outcome.kind === 'betStored' && outcome.fresh)
      lines.push(serverLogs.betStored(outcome.document, outcome.number));
  return lines;
};

/** What the peer is told of each. */
export const repliesOfAnswer = (session: Session, outcomes: Outcomes): readonly ServerMessage[] => {
  const batches = batchesIn(session, outcomes);
  const bets = outcomesOf(outcomes, 'betStored');
  if (session.dialect === 'tp0') {
    const counts = [...batches.map(({ count }) => count), ...bets.map(({ number }) => number)];
    return counts.map((count) => ({ kind: 'tp0Count', count }));
  }
  const singles = bets.map(({ id, number }): ServerMessage => ({ kind: 'betStored', id, number }));
  return batches.length > 0
    ? [{ kind: 'stored', nexts: batches.map(({ next }) => next) }, ...singles]
    : singles;
};

/** The answer to HELLO: where the upload stands. */
export const welcomesOf = (outcomes: Outcomes): ServerMessage[] =>
  [...outcomesOf(outcomes, 'opened'), ...outcomesOf(outcomes, 'over')].map((position) => {
    const { draw, stored, crc } = position;
    return {
      kind: 'welcome',
      draw,
      stored,
      crc,
      owed: position.kind === 'opened' ? position.owed : undefined,
    };
  });

export const ZERO = { kind: 'tp0Count', count: 0 } as const;

/** How a batch with a bad bet is answered: TP0 only has counts. */
export const wordsOfRejection = (batch: Said<'badBatch'>): Words => {
  const { dialect, offset, position, fault } = batch;
  const reply = dialect === 'tp0' ? ZERO : ({ kind: 'rejected', offset, position, fault } as const);
  return { lines: [serverLogs.batchRejected(batch)], replies: [reply] };
};

export const winnersReply = (
  { dialect, limits }: Session,
  { documents, head }: Announcement,
): ServerMessage => {
  if (dialect !== 'tp0') return { kind: 'winners', documents, head };
  return limits.tp0Winners === 'list'
    ? { kind: 'tp0Winners', documents }
    : { kind: 'tp0Count', count: documents.length };
};
