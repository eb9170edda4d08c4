/** Between connections, the server and the bet store. */

import type { Proof, RecalledDraw, UploadPosition, Winners } from './draw.ts';
import type { Recipient } from './recipient.ts';
import type { Dialect, SessionFault } from './wire.ts';

/** What a connection or the server asks of the store; handled strictly in order. */
export type StoreRequest =
  | { kind: 'open'; agency: number }
  | { kind: 'bets'; agency: number; dialect: Dialect; offset: number; count: number; rows: Buffer }
  | { kind: 'bet'; agency: number; id: string; row: Buffer; document: string; number: number }
  /** TP0's single bet: without an id, it has its place in the upload. */
  | { kind: 'tp0Bet'; agency: number; row: Buffer; document: string; number: number }
  /** `count` and `crc` are undefined in the TP0 dialect, which does not say them. */
  | {
      kind: 'finish';
      agency: number;
      count: number | undefined;
      crc: number | undefined;
      proof?: Proof | undefined;
    }
  | { kind: 'draw'; winners: Winners }
  /** `draw` is that of the store, unless it says another one. */
  | { kind: 'told'; agency: number; draw?: string | undefined }
  /** The draw is over: it is written down. The files stay open until the store is drained. */
  | { kind: 'close' };

/** The requests of one kind, or of some. */
export type RequestOf<TKind extends StoreRequest['kind']> = Extract<StoreRequest, { kind: TKind }>;

/** What became of a request, sent back once it is on disk. */
export type StoreOutcome =
  /** `reopened`: its DONE came without bets, and holds no more. */
  | ({
      kind: 'opened';
      draw: string;
      finished: boolean;
      owed?: string | undefined;
      reopened?: true;
    } & UploadPosition)
  /** The draw that was named is over. */
  | ({ kind: 'over' } & RecalledDraw)
  /** `fresh` of the bets were new, the others had been stored before. */
  | { kind: 'stored'; next: number; count: number; fresh: number }
  /** `id` is empty in the TP0 dialect. */
  | { kind: 'betStored'; id: string; document: string; number: number; fresh: boolean }
  | ({ kind: 'finished' } & UploadPosition)
  /** `head` is the hash of the journal's line that records the draw. */
  | { kind: 'drawn'; head: string }
  | { kind: 'postponed' } // a draw: an agency that had finished was reopened
  | { kind: 'recorded' } // told, close
  | { kind: 'refused'; fault: SessionFault; text: string };

/** `from` is undefined if nobody waits for the outcome. `weight`: its answer costs so many times as much as a single
 * bet's; 1 unless given. */
export type StoreSubmission = {
  request: StoreRequest;
  from: Recipient<StoreAnswer | StorePause> | undefined;
  weight?: number | undefined;
};

/** One event per submitter and commit, with an outcome for each of its requests, in their order. */
export type StoreAnswer = { type: 'store.answered'; outcomes: readonly StoreOutcome[] };

/** What is asked of a draw that is over, by an agency that comes back to it: its winners, or whether this single bet was
 * stored there. Answered from its folder. */
export type RecallRequest = RequestOf<'open' | 'bet'> & { draw: string };

/** What the draw's folder said when the server started. */
export type RecoveredDraw = {
  /** The draw's name. */
  draw: string;
  /** Agencies that have said DONE. */
  finished: readonly number[];
  /** Agencies whose stored bets came with offsets. */
  withOffsets: readonly number[];
  /** Set when the draw took place and was not closed: the server goes on announcing. */
  winners: Winners | undefined;
  /** The hash of the journal's line that records them. */
  head: string | undefined;
  told: readonly number[];
  /** The draw was over before this server started: whoever comes for its winners is still answered. A folder's is
   * archived, so that only a log says it. */
  isOver?: true;
};

/** The store has more waiting than it should hold. Told to all sessions, and then to whoever submits: a session may have begun
 * to receive after all others were told. */
export type StorePause = { type: 'flow.pause' };

/** Asked of a draw that is over: no part of the queue. */
export type RecallCommand = { type: 'store.recall'; request: RecallRequest; from: Recipient<StoreAnswer> };

export type StoreCommand =
  | ({ type: 'store.submit' } & StoreSubmission)
  | RecallCommand
  /** Find the winners, once all before it is stored. */
  | { type: 'store.draw' }
  /** Close, once all before it is stored. */
  | { type: 'store.drain' };

/** What the store tells the server. */
export type StoreEvent =
  /** Also when a log that many servers share was set back: what it has now is all that counts. */
  | { type: 'store.recovered'; recovered: RecoveredDraw }
  /** The uploads of these agencies are complete. */
  | { type: 'uploads.finished'; agencies: readonly number[] }
  /** Its DONE came without bets, and now it is here again: it holds no more. */
  | { type: 'agency.reopened'; agency: number }
  /** The agency goes on at another server: its session here is over. */
  | { type: 'agency.superseded'; agency: number }
  /** Another server told it its winners. */
  | { type: 'agency.told'; agency: number }
  /** The first bets of these agencies' uploads are stored, with offsets. */
  | { type: 'uploads.begun'; agencies: readonly number[] }
  | { type: 'draw.recorded'; winners: Winners; head: string }
  /** Not everybody has finished any more. */
  | { type: 'draw.postponed' }
  | { type: 'store.saturated' }
  | { type: 'store.relieved' }
  /** `exitCode` says if a restart may help: see exit-codes.ts. */
  | { type: 'store.failed'; reason: string; exitCode: number }
  | { type: 'store.closed' };
