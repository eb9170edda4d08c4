/** The server's roll of agencies: what it knows of each, and pure updates of it. */
import type { ActorRefFrom, ErrorActorEvent } from 'xstate';
import type { betStoreMachine } from '../bet-store/bet-store.ts';
import type { GroupBounds } from '../bet-store/queue.ts';
import type { connectionMachine } from '../connection/connection.ts';
import type { ConnectionLimits } from '../connection/session.ts';
import type { CrowdEvent } from '../crowd.ts';
import type { Announcement, Winners } from '../vocabulary/draw.ts';
import type { CertificatesEvent, Identity } from '../vocabulary/identity.ts';
import type { ListenerEvent } from '../vocabulary/listener.ts';
import type { ProgramEvent, ReloadEvent } from '../vocabulary/program.ts';
import type { Recipient } from '../vocabulary/recipient.ts';
import type { SessionCommand, SessionEvent } from '../vocabulary/session.ts';
import type { RecoveredDraw, StoreEvent } from '../vocabulary/store.ts';
import type { SessionFault } from '../vocabulary/wire.ts';
import { AgencyMap } from './agency-map.ts';

export type ServerInput = {
  /** Agencies that must finish before the draw. */
  agencies: number;
  /** The number of the first of them; the others follow. */
  agenciesFrom: number;
  /** Milliseconds between the draw's log line and the first winners that are told. */
  publishMs: number;
  /** Milliseconds to wait for agencies that do not come for their winners. */
  announceMs: number;
  /** Milliseconds that a shutdown may take. */
  shutdownMs: number;
  /** Connections open at once that are no agency's session. */
  connections: number;
  /** Who a peer counts as before its handshake: `nobody` if a certificate is asked for. */
  identity: Identity;
  /** Days before its end from which a certificate is warned of. */
  expiryDays: number;
  /** Bytes of bets that may wait for the store. */
  queueBytes: number;
  /** What one commit takes, and how many may be under way at once. */
  group: GroupBounds;
  groupsAtOnce: number;
  /** Milliseconds between two lines that say who is missing, and how many agencies a line names. */
  remindMs: number;
  named: number;
  connection: ConnectionLimits;
};

type Sessions = AgencyMap<Recipient<SessionCommand>>;
type Agencies = AgencyMap<true>;

export type Server = {
  input: ServerInput;
  store: ActorRefFrom<typeof betStoreMachine>;
  /** The agencies that have a session open. */
  sessions: Sessions;
  /** Those of them whose dialect has offsets. TP0 has none. */
  speakers: Agencies;
  /** The agencies that have bets stored with offsets. */
  withOffsets: Agencies;
  /** The sessions whose agencies have finished, and have not got their winners. */
  waiting: Sessions;
  finished: Agencies;
  /** Those of them to which the winners are being written. */
  telling: Sessions;
  told: Agencies;
  /** The draw's name, once the store is open. */
  draw: string;
  winners: Winners | undefined;
  /** The draw was over before this server started. */
  isOver: boolean;
  /** The hash of the journal's line that records the draw. */
  head: string;
  /** The agencies that the others wait for, and in how many log lines each was named. */
  awaited: ReadonlyMap<number, number>;
  /** Connections that are open. */
  open: number;
  exitCode: number;
};

export const newServer = (input: ServerInput, store: Server['store']): Server => ({
  input,
  store,
  sessions: AgencyMap.empty(),
  speakers: AgencyMap.empty(),
  withOffsets: AgencyMap.empty(),
  finished: AgencyMap.empty(),
  waiting: AgencyMap.empty(),
  telling: AgencyMap.empty(),
  told: AgencyMap.empty(),
  draw: '',
  winners: undefined,
  isOver: false,
  head: '',
  awaited: new Map(),
  open: 0,
  exitCode: 0,
});

export type ServerMachineEvent =
  | SessionEvent
  | CrowdEvent<typeof connectionMachine>
  | StoreEvent
  | ListenerEvent
  | CertificatesEvent
  | ReloadEvent
  | ProgramEvent
  | ErrorActorEvent;

const numbersOf = ({ agencies, agenciesFrom }: ServerInput) => ({
  first: agenciesFrom,
  last: agenciesFrom + agencies - 1,
});

const takesPart = ({ input }: Server, agency: number): boolean => {
  const { first, last } = numbersOf(input);
  return Number.isInteger(agency) && agency >= first && agency <= last;
};

/** What decides whether a session may open. */
export type Newcomer = Pick<
  Extract<SessionEvent, { type: 'session.opened' }>,
  'agency' | 'dialect' | 'saysDone'
>;

/**
 * A TP0 message does not say where in an upload it belongs. So TP0 never adds to bets that are stored with offsets, and
 * a `DONE` alone never ends an agency that is connected with offsets, as it may be about to send. (An agency that is
 * only connected does not keep TP0 bets out.)
 */
const isOfOtherDialect = (server: Server, { agency, dialect, saysDone }: Newcomer): boolean =>
  dialect === 'tp0' && (server.withOffsets.has(agency) || (saysDone && server.speakers.has(agency)));

/** Why a session cannot be opened; undefined: it can. */
export const refusalOfSession = (
  server: Server,
  newcomer: Newcomer,
): { fault: SessionFault; text: string } | undefined => {
  const { agency } = newcomer;
  if (!takesPart(server, agency)) {
    const { first, last } = numbersOf(server.input);
    return { fault: 'AGENCY', text: `agency ${agency} is not one of ${first} to ${last}` };
  }
  return isOfOtherDialect(server, newcomer)
    ? { fault: 'DIALECT', text: `agency ${agency} uploads with offsets, which TP0 has not` }
    : undefined;
};

type OpenSessions = Pick<Server, 'sessions' | 'speakers' | 'waiting' | 'telling'>;

export const withSession = (
  server: Server,
  { agency, dialect, from }: Extract<SessionEvent, { type: 'session.opened' }>,
): OpenSessions => {
  const { sessions, speakers, ...others } = withoutSession(server, agency);
  return {
    sessions: sessions.with(agency, from),
    speakers: dialect === 'quiniela' ? speakers.with(agency, true) : speakers,
    ...others,
  };
};

export const withoutSession = (server: Server, agency: number): OpenSessions => ({
  sessions: server.sessions.without(agency),
  speakers: server.speakers.without(agency),
  waiting: server.waiting.without(agency),
  telling: server.telling.without(agency),
});

export const withBegun = (
  { withOffsets }: Server,
  { agencies }: { agencies: readonly number[] },
): Partial<Server> => ({
  withOffsets: withOffsets.withAll(agencies, true),
});

/** A connection had a defect, and could not say whose session it was: that session is gone. */
export const withoutConnection = (server: Server, from: unknown): Partial<Server> => {
  for (const [agency, session] of server.sessions) {
    if (session === from) return withoutSession(server, agency);
  }
  return {};
};

/** Takes over what earlier runs have stored, for the agencies that take part in this draw. */
export const afterRecovery = (server: Server, recovered: RecoveredDraw): Partial<Server> => {
  const taking = (agencies: readonly number[]): Agencies =>
    AgencyMap.empty<true>().withAll(
      agencies.filter((agency) => takesPart(server, agency)),
      true,
    );
  const { draw, winners, head = '', isOver = false } = recovered;
  return {
    finished: taking(recovered.finished),
    withOffsets: taking(recovered.withOffsets),
    told: taking(recovered.told),
    draw,
    winners,
    head,
    isOver,
  };
};

/** Whether a session is for the draw that is open, as it is if the agency names no draw. */
export const isThisDraw = (server: Server, draw: string | undefined): boolean =>
  draw === undefined || draw === server.draw;

/** What an agency is told of the draw. */
export const announcementFor = ({ winners, head }: Server, agency: number): Announcement => ({
  documents: winners?.get(agency) ?? [],
  head,
});

const agenciesOf = ({ agencies, agenciesFrom }: ServerInput): number[] =>
  Array.from({ length: agencies }, (_, index) => index + agenciesFrom);

/** An agency has its winners: it waits no longer, whatever its session does. */
export const withTold = (
  { told, waiting, telling }: Server,
  agency: number,
): Pick<Server, 'told' | 'waiting' | 'telling'> => ({
  told: told.with(agency, true),
  waiting: waiting.without(agency),
  telling: telling.without(agency),
});

const untold = (server: Server): number[] =>
  agenciesOf(server.input).filter((agency) => !server.told.has(agency));

/** Agencies that have not come for their winners, in order. */
export const notCome = (server: Server): number[] =>
  untold(server).filter((agency) => !server.waiting.has(agency));

/** Agencies to whom they were written, and who have not closed, in order. */
export const notClosed = (server: Server): number[] =>
  untold(server).filter((agency) => server.waiting.has(agency) && !server.telling.has(agency));

const unfinished = (server: Server): number[] =>
  agenciesOf(server.input).filter((agency) => !server.finished.has(agency));

/** The agencies that the others wait for, in order: those that are not connected, and those that are uploading. */
export const late = (server: Server): { missing: number[]; uploading: number[] } => {
  const isHere = (agency: number) => server.sessions.has(agency);
  const agencies = unfinished(server);
  return { missing: agencies.filter((agency) => !isHere(agency)), uploading: agencies.filter(isHere) };
};

/** Each agency that the others wait for is named in one more log line. */
export const withAwaited = (server: Server): Pick<Server, 'awaited'> => {
  const awaited = new Map(server.awaited);
  for (const agency of unfinished(server)) awaited.set(agency, (awaited.get(agency) ?? 0) + 1);
  return { awaited };
};

/** How long the others have waited for each agency, at least: in milliseconds, the longest first. */
export const waits = ({ awaited, input: { remindMs } }: Server): [agency: number, ms: number][] =>
  Array.from(awaited, ([agency, times]): [number, number] => [agency, times * remindMs]).sort(
    ([, one], [, other]) => other - one,
  );
