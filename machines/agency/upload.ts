/** What an agency knows of its upload, and the pure questions that its machine asks of it. */
import type { ErrorActorEvent } from 'xstate';
import { agencyLogs } from '../log-lines.ts';
import type { BetFileEvent, Tally } from '../vocabulary/bet-file.ts';
import type { Receipt, UploadPosition } from '../vocabulary/draw.ts';
import type { LogEntry } from '../vocabulary/log.ts';
import type { ProgramEvent } from '../vocabulary/program.ts';
import type { SocketEvent } from '../vocabulary/socket.ts';
import type { ClientMessage, Dialect, ServerEvent } from '../vocabulary/wire.ts';

/** One bet of exercise 5, checked before the machine starts. */
export type SingleBet = {
  /** Made once per bet: a repeated id is not stored again. */
  id: string;
  /** The whole line that says it, in the session's dialect. */
  line: Buffer;
  document: string;
  number: number;
};

/** How many rows of a file may be no bets for its upload to be said DONE. */
export type InvalidLimit =
  | { rows: number }
  /** A share of all rows; in a small file `atLeast` of them, but never more than half. */
  | { percent: number; atLeast: number };

export type AgencyInput = {
  id: number;
  mode: 'lottery' | 'batches' | 'bet';
  dialect: Dialect;
  /** `batches` mode: how many. */
  loopAmount: number;
  /** Milliseconds between two batches. */
  loopPeriodMs: number;
  /** Batches that may be unacknowledged; 1 is stop and wait, which TP0 demands. */
  window: number;
  /** Attempts to connect without success in between before giving up. */
  maxAttempts: number;
  /** Milliseconds for one attempt to connect. */
  connectMs: number;
  /** Milliseconds before the second attempt, doubled for each further one, up to the cap. */
  backOffMs: number;
  backOffCapMs: number;
  /** Milliseconds at most before it takes its place back from another connection of its number. */
  takeoverCapMs: number;
  /** TP0: times in a row that the server may close the connection before the upload got any further. */
  maxCuts: number;
  /** Milliseconds for the connection to close. */
  closeMs: number;
  /** The draw that it takes part in; unknown until the server says it, unless the user does. */
  draw: string | undefined;
  /** A folder was given in which draws and receipts are kept. */
  keepsReceipts: boolean;
  bet: SingleBet | undefined;
  maxInvalid: InvalidLimit;
};

/** All of a file: `sha` of its rows, if it is to be signed. */
export type Total = { count: number; crc: number; sha?: string | undefined };

export type Upload = AgencyInput & {
  /** Attempts to connect since the upload last got further. */
  attempts: number;
  /** Number of the call: the first one's is 0. */
  calls: number;
  /** Bets that the server has said to be stored. */
  stored: number;
  /** Their CRC-32 as the server knows it; the file's must be the same. */
  crc: number;
  /** The ends of the batches on their way, oldest first. */
  unacknowledged: readonly number[];
  /** Batches of this run that are stored. */
  batches: number;
  /** Rows of the file that were no bets, as far as it was read. */
  invalid: number;
  /** All of the file, once it was read to its end. */
  total: Total | undefined;
  /** Winners that were told so far. */
  winners: number;
  /** The draw that is open, while the agency looks for winners that it is owed of one before. */
  next: string | undefined;
  /** The journal's head hash at the draw, once the winners are known. */
  head: string;
  /** Times that another connection took over, since it was last undisturbed. */
  takeovers: number;
  /** The most bets that were ever stored. A TP0 upload starts again from its first bet: it gets further only beyond these. */
  furthest: number;
  /** Times that the server closed the connection since the upload last got further. */
  cuts: number;
  reason: string;
  exitCode: number;
};

export const newUpload = (input: AgencyInput): Upload => ({
  ...input,
  attempts: 0,
  calls: -1,
  stored: 0,
  crc: 0,
  unacknowledged: [],
  batches: 0,
  invalid: 0,
  total: undefined,
  winners: 0,
  head: '',
  next: undefined,
  takeovers: 0,
  furthest: 0,
  cuts: 0,
  reason: '',
  exitCode: 0,
});

export type Welcome = { draw: string; owed?: string | undefined } & UploadPosition;

export type AgencyEvent = ServerEvent | SocketEvent | BetFileEvent | ProgramEvent | ErrorActorEvent;

/** After these the server may be there again soon; the others say that this agency is wrong. */
const PASSING_FAULTS: ReadonlySet<string> = new Set([
  'SHUTTING_DOWN',
  'BUSY',
  'TIMEOUT',
  'TOO_SLOW',
  'INTERNAL',
]);

export const isPassing = (fault: string): boolean => PASSING_FAULTS.has(fault);

/** The draw that the server has welcomed it to; TP0 knows none by name. */
export const drawOf = ({ draw }: Upload): string => draw ?? '';

/** The bet of mode `bet`, which is not started without one. */
export const betOf = ({ bet }: Upload): SingleBet => {
  if (!bet) throw new Error('an agency in mode bet has no bet');
  return bet;
};

/** A hint for a bet that is valid here and that the server refuses: the two may have different rules. */
export const ruleOf = (fault: string): string => {
  if (fault === 'NUMBER') return ", is the server's LOTTERY_MAX_NUMBER as high as lottery.maxNumber?";
  return fault === 'DOCUMENT'
    ? ', does the server have LOTTERY_SHORT_DOCUMENTS as lottery.shortDocuments?'
    : '';
};

/** Milliseconds until the next attempt, without jitter. */
export const backOff = ({
  attempts,
  backOffMs,
  backOffCapMs,
}: Pick<Upload, 'attempts' | 'backOffMs' | 'backOffCapMs'>): number =>
  Math.min(backOffCapMs, backOffMs * 2 ** Math.max(0, attempts - 1));

/**
 * Milliseconds until it takes its place back, without jitter. The first time it is short: perhaps a stranger called once.
 * It grows because two processes of one number would otherwise cut each other all the time.
 */
export const yieldingFor = ({ takeovers, backOffMs, takeoverCapMs }: Upload): number =>
  Math.min(takeoverCapMs, backOffMs * 2 ** Math.max(0, takeovers - 1));

/** How many batches may be sent now: what the window has room for, one if they are to be apart. */
export const roomOf = ({
  mode,
  loopPeriodMs,
  loopAmount,
  window,
  batches,
  unacknowledged,
}: Upload): number => {
  const room = loopPeriodMs > 0 ? 1 : window - unacknowledged.length;
  return mode === 'batches' ? Math.min(room, loopAmount - batches - unacknowledged.length) : room;
};

/** The ends of the batches that a STORED speaks of: all up to it. */
export const endsUpTo = ({ unacknowledged }: Upload, next: number): readonly number[] =>
  unacknowledged.filter((end) => end <= next);

/** The end of the batch that a TP0 count speaks of: the oldest, if all of it was stored. */
export const endsCounted = ({ stored, unacknowledged }: Upload, count: number): readonly number[] =>
  unacknowledged.slice(0, 1).filter((end) => end === stored + count);

/** A log line for each batch that is acknowledged. */
export const logsOfAcknowledgement = ({ stored }: Upload, ends: readonly number[]): LogEntry[] =>
  ends.map((end, index) => agencyLogs.batchSent(end - (ends[index - 1] ?? stored)));

export const afterAcknowledgement = (upload: Upload, ends: readonly number[]): Partial<Upload> => {
  const stored = ends.at(-1) ?? upload.stored;
  const isFurther = upload.dialect === 'quiniela' || stored > upload.furthest;
  return {
    stored,
    unacknowledged: upload.unacknowledged.slice(ends.length),
    batches: upload.batches + ends.length,
    furthest: Math.max(stored, upload.furthest),
    ...(isFurther && { attempts: 0, cuts: 0 }),
  };
};

/**
 * The server says where the upload stands: of the batches that were on their way, these had arrived. A welcome alone is
 * no progress: an agency that is welcomed again and again, and has nothing more stored, gives up like one that cannot
 * connect. Only to wait for the draw may take any number of connections.
 */
export const afterWelcome = (upload: Upload, { draw, stored, crc }: Welcome): Partial<Upload> => {
  const arrived = upload.unacknowledged.filter((end) => end <= stored).length;
  const isFurther = draw !== upload.draw || stored > upload.stored || stored === upload.total?.count;
  return {
    draw,
    stored,
    crc,
    batches: upload.batches + arrived,
    unacknowledged: [],
    ...(isFurther && { attempts: 0 }),
  };
};

/** How many of these rows may be no bets. */
export const allowedInvalid = (limit: InvalidLimit, { bets, invalid }: Tally): number => {
  if ('rows' in limit) return limit.rows;
  const rows = bets + invalid;
  return Math.floor(Math.max((rows * limit.percent) / 100, Math.min(limit.atLeast, rows / 2)));
};

/** TP0: one bet is answered with a count of 1 or, by exercise 5's server, with the number that was bet on. */
export const confirmsBet = ({ bet }: Upload, count: number): boolean => count === 1 || count === bet?.number;

/** What is kept of the draw, once the winners are known. */
export const receiptOf = (upload: Upload): Receipt => {
  const { id, total, stored, crc, winners, head } = upload;
  const bets: Total = total ?? { count: stored, crc };
  const receipt = { draw: drawOf(upload), agency: id, bets: bets.count, crc: bets.crc, winners, head };
  return bets.sha === undefined ? receipt : { ...receipt, sha: bets.sha };
};

/** How the agency says that its upload is complete. */
export const doneOf = (upload: Upload): ClientMessage => {
  const { id: agency, dialect, total, stored, crc } = upload;
  if (dialect === 'tp0') return { kind: 'tp0Done', agency };
  const { sha, ...bets }: Total = total ?? { count: stored, crc };
  const done = { kind: 'done', agency, ...bets } as const;
  return sha === undefined ? done : { ...done, signs: { draw: drawOf(upload), sha } };
};
