/**
 * The log lines that machines write, spelt as the original exercise's users grep for them. A machine decides
 * that a line is written and what it says; the adapter only prints it.
 */

import { howMany } from './how-many.ts';
import type { Tally } from './vocabulary/bet-file.ts';
import type { LogEntry } from './vocabulary/log.ts';
import type { SessionFault } from './vocabulary/wire.ts';

const success = (
  action: string,
  details?: LogEntry['details'],
  level: LogEntry['level'] = 'info',
): LogEntry => ({
  level,
  action,
  result: 'success',
  details,
});

const failure = (
  action: string,
  details?: LogEntry['details'],
  level: LogEntry['level'] = 'error',
): LogEntry => ({
  level,
  action,
  result: 'fail',
  details,
});

/** A line that strangers can cause. If there are too many, such lines are left out, and only counted. */
const spare = (entry: LogEntry): LogEntry => ({ ...entry, isSpare: true });

/** The agencies' numbers: `most` of them, then how many more there are. */
const listed = (agencies: readonly (number | string)[], most: number): string =>
  agencies.length <= most
    ? agencies.join(' ')
    : `${agencies.slice(0, most).join(' ')} and ${agencies.length - most} more`;

const minutes = (ms: number): string => `${Number((ms / 60_000).toFixed(1))} min`;

/** The message by which a container's health is checked; its lines are for debugging only. */
export const HEALTH_CHECK = 'quiniela health check';

/** What several programs log. */
export const bothLogs = {
  signalReceived: (signal: string) => success('signal_received', { signal }),
  /** A defect: an actor threw. XState's event of it holds the error. */
  broken: (event: object): LogEntry => {
    const error = 'error' in event ? event.error : 'unknown';
    return { ...failure('run', { error: String(error) }, 'critical'), cause: error };
  },
  closed: (resource: string) => success('close', { resource }),
  otherXState: (missing: readonly string[]) =>
    failure(
      'config',
      {
        error: `this XState has no ${missing.join(', ')}: many actors are slow to stop, and the inspector sees less`,
      },
      'warn',
    ),
  shutdownLate: (ms: number) => failure('shutdown', { error: `not everything closed within ${ms} ms` }),
};

export const serverLogs = {
  accepting: (level: LogEntry['level'] = 'info'): LogEntry => ({
    level,
    action: 'accept_connections',
    result: 'in_progress',
  }),
  accepted: (ip: string, level: LogEntry['level']) => spare(success('accept_connections', { ip }, level)),
  acceptingAgain: (level: LogEntry['level']) => spare(serverLogs.accepting(level)),
  turnedAway: (ip: string, open: number): LogEntry => ({
    ...spare(
      failure(
        'accept_connections',
        { ip, error: `BUSY, ${howMany(open, 'connection is', 'connections are')} open` },
        'warn',
      ),
    ),
    fault: 'BUSY',
  }),
  listenFailed: (error: string) => failure('listen', { error }, 'critical'),
  /** `file` is the certificate that expires first. */
  certificatesLoaded: (
    { file, expires, daysLeft }: { file: string; expires: string; daysLeft: number },
    level: LogEntry['level'],
  ) => success('load_certificates', { file, expires, days_left: daysLeft }, level),
  certificatesKept: (error: string) =>
    failure('load_certificates', { error: `${error}, those that were there stay` }),
  storeFailed: (error: string) => failure('store', { error }, 'critical'),
  drawn: () => success('sorteo'),
  /** What whoever keeps it can check the journal with: see `verify --head`. */
  recorded: (draw: string, head: string) => success('record_draw', { draw, head }),
  notTold: (notCome: readonly number[], notClosed: readonly number[], most: number) => {
    const absent = notCome.length > 0 && `never came for their winners: ${listed(notCome, most)}`;
    const silent =
      notClosed.length > 0 && `have not closed since theirs were written: ${listed(notClosed, most)}`;
    return failure('announce', { error: [absent, silent].filter(Boolean).join('; ') }, 'warn');
  },
  /** Agencies that have finished wait for these. */
  awaiting: (
    { missing, uploading }: { missing: readonly number[]; uploading: readonly number[] },
    most: number,
  ): LogEntry => ({
    level: 'info',
    action: 'awaiting',
    result: 'in_progress',
    details: {
      ...(missing.length > 0 && { missing: listed(missing, most) }),
      ...(uploading.length > 0 && { uploading: listed(uploading, most) }),
    },
  }),
  /** The wait is over: which agencies were waited for, and how long each, at least. */
  awaited: (waits: readonly (readonly [agency: number, ms: number])[], most: number) =>
    success('awaiting', {
      waited_for: listed(
        waits.map(([agency, ms]) => `${agency} (${minutes(ms)})`),
        most,
      ),
    }),

  echoed: (ip: string, msg: string, level: LogEntry['level']) =>
    spare(success('receive_message', { ip, msg }, level)),
  /** At the end of a session with more messages than are logged. */
  echoesNotLogged: (ip: string, messages: number) =>
    spare(success('receive_message', { ip, not_logged: messages }, 'warn')),
  batchStored: (cantidad: number) => success('apuesta_recibida', { cantidad }),
  batchRejected: ({ count, position, fault }: { count: number; position: number; fault: string }) =>
    spare(
      failure('apuesta_recibida', { cantidad: count, error: `${fault} in bet ${position} of the batch` }),
    ),
  betStored: (dni: string, numero: number) => success('apuesta_almacenada', { dni, numero }),
  /** `id` is undefined in the TP0 dialect. */
  betRejected: (id: string | undefined, fault: string) =>
    spare(failure('apuesta_almacenada', { ...(id !== undefined && { id }), error: fault })),
  sessionRefused: (
    { ip, agency }: { ip: string; agency: number },
    { fault, text }: { fault: SessionFault; text: string },
  ): LogEntry => ({
    ...spare(failure('session', { ip, ...(agency >= 0 && { agency }), error: `${fault}, ${text}` }, 'warn')),
    fault,
  }),
  sessionBroken: (error: unknown): LogEntry => ({
    ...failure('session', { error: String(error) }, 'critical'),
    cause: error,
  }),
  connectionClosed: (ip: string, agency: number, level: LogEntry['level']) =>
    spare(
      success(
        'close',
        { resource: agency >= 0 ? `connection of agency ${agency}` : 'connection', ip },
        level,
      ),
    ),
};

export const inspectorLogs = {
  serving: (page: string): LogEntry => ({
    level: 'info',
    action: 'inspect',
    result: 'in_progress',
    details: { page },
  }),
  notServed: (error: string) => failure('inspect', { error }, 'critical'),
};

/** What a fleet says of its agencies: the others go on. */
export const fleetLogs = {
  failed: (client_id: number, exit_code: number) => failure('run', { client_id, exit_code }),
  /** A defect, as above. */
  broken: (client_id: number, error: unknown): LogEntry => ({
    ...failure('run', { client_id, error: String(error) }, 'critical'),
    cause: error,
  }),
};

export const agencyLogs = {
  connectFailed: (client_id: number, error: string) => failure('connect', { client_id, error }),
  gaveUp: (client_id: number, attempts: number, error: string) =>
    failure('connect', { client_id, error: `gave up after ${attempts} attempts, ${error}` }, 'critical'),
  cutTooOften: (client_id: number, cuts: number) =>
    failure(
      'connection',
      {
        client_id,
        error: `gave up after the server closed the connection ${howMany(cuts, 'time')} before the upload got any further, is another agency ${client_id} running?`,
      },
      'critical',
    ),
  connectionLost: (client_id: number, error: string) => failure('connection', { client_id, error }, 'warn'),
  rowInvalid: (client_id: number, line: number, error: string) =>
    failure('read_bet', { client_id, line, error }, 'warn'),
  fileOpened: (client_id: number, form: Readonly<Record<string, string>>) =>
    success('open_file', { client_id, ...form }),
  fileChanged: (client_id: number, error: string) => failure('read_bets', { client_id, error }, 'critical'),
  /** The summary of a file: how many of how many. */
  fileRead: (client_id: number, { bets, invalid }: Tally) =>
    success(
      'read_bets',
      { client_id, rows: bets + invalid, bets, invalid },
      invalid > 0 || bets === 0 ? 'warn' : 'info',
    ),
  tooManyInvalid: (client_id: number, { bets, invalid }: Tally, allowed: number) => {
    const error = `${invalid} of ${howMany(bets + invalid, 'row')} ${invalid === 1 ? 'is no bet' : 'are no bets'}, data.maxInvalid allows ${allowed}`;
    return failure('read_bets', { client_id, error: `${error}: DONE is not said` }, 'critical');
  },
  batchSent: (cantidad: number) => success('apuesta_enviada', { cantidad }),
  betSent: (dni: string, numero: number) => success('apuesta_enviada', { dni, numero }),
  betsNotSent: (error: string) => failure('apuesta_enviada', { error }),
  fileFailed: (client_id: number, error: string) => failure('open_file', { client_id, error }, 'critical'),
  winners: (cant_ganadores: number) => success('consulta_ganadores', { cant_ganadores }),
  /** The journal's head hash at the draw, to be kept: see `verify --head`. */
  drawn: (draw: string, head: string) => success('draw', { draw, head }),
  drawResumed: (client_id: number, draw: string) => success('resume_draw', { client_id, draw }),
  winnersOwed: (client_id: number, draw: string) => success('return_to_draw', { client_id, draw }),
  otherFile: (client_id: number, draw: string) =>
    failure(
      'return_to_draw',
      { client_id, draw, error: 'the winners are those of another file, they stay with the server' },
      'warn',
    ),
  receiptKept: (draw: string, file: string) => success('receipt', { draw, file }),
  receiptNotKept: (client_id: number, draw: string, error: string) =>
    failure('receipt', { client_id, draw, error }, 'critical'),
  winnersUnknown: (error: string) => failure('consulta_ganadores', { error }),
  echoed: (client_id: number, msg: string) => success('receive_message', { client_id, msg }),
  notEchoed: (client_id: number, error: string) => failure('receive_message', { client_id, error }),
  loopFinished: (client_id: number) => success('loop_finished', { client_id }),
};
