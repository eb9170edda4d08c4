/**
 * The events that cross machines and adapters: the whole vocabulary of the system.
 *
 * Subject, then fact: `batch.received`, `agency.finished`. A file of types only, so that machines,
 * adapters, protocol and store can all speak it without importing one another.
 */
import type { ActorRef, Snapshot } from 'xstate';

// ---- Shared values -------------------------------------------------------------------------------

/** Why a bet is not valid: sent as `REJECTED:<offset>:<position>:<code>`, and logged. */
export type BetFault =
  | 'FIELDS' // not exactly six fields
  | 'AGENCY' // not the session's agency
  | 'FIRST_NAME' // empty, over 64 bytes, or not UTF-8
  | 'LAST_NAME' // the same
  | 'DOCUMENT' // not exactly 8 digits
  | 'BIRTHDATE' // not a real date, YYYY-MM-DD
  | 'NUMBER'; // not 0 to 9999

/** Why the server ends a session: sent as `ERROR:<code>:<text>` before it closes. */
export type SessionFault =
  | 'MALFORMED' // a line that is no message of this protocol
  | 'LINE_TOO_LONG' // over 8,192 bytes without its end
  | 'OUT_OF_ORDER' // a message that this state of the session does not expect
  | 'AGENCY' // not one of the draw's agencies
  | 'DIALECT' // TP0 words about an upload that has offsets
  | 'DRAW' // a draw that this server never heard of
  | 'GAP' // a batch that starts after the next expected bet
  | 'COUNT' // DONE with a count other than what is stored
  | 'CRC' // DONE with a CRC other than what is stored
  | 'FINISHED' // bets of an agency that has said DONE
  | 'BET_ID' // a single bet's id used again for another bet
  | 'LIMIT' // more single bets than are kept
  | 'SUPERSEDED' // another connection of the same agency took over
  | 'TIMEOUT' // said nothing, or did not end its line, in time
  | 'TOO_SLOW' // does not read its answers
  | 'BUSY' // too many connections
  | 'INTERNAL' // a defect of the server's: the session cannot go on
  | 'SHUTTING_DOWN'; // the server was told to stop

/** How a session speaks: this project's dialect, or that of the original exercise. */
export type Dialect = 'quiniela' | 'tp0';

/** What a client's socket listens for: a dialect's messages, or lines that come back as they went. */
export type Tongue = Dialect | 'echo';

/** Where an agency's upload stands: bets stored, and the CRC-32 of their rows as in bets.csv. */
export type UploadPosition = { stored: number; crc: number };

/** Documents of the winners of each agency, in the order of bets.csv. */
export type Winners = ReadonlyMap<number, readonly string[]>;

/** What an agency is told after the draw; `head` is the hash of the journal's line that records the draw. */
export type Announcement = { documents: readonly string[]; head: string };

/** How an agency's upload ended in a draw that is over, and what it won there. */
export type RecalledDraw = { draw: string } & UploadPosition & Announcement;

/** What an agency keeps of a draw: what it uploaded, how many of it won, and the journal's head hash at the draw. */
export type Receipt = {
  draw: string;
  agency: number;
  bets: number;
  /** CRC-32 of their rows in bets.csv. */
  crc: number;
  winners: number;
  head: string;
};

/** Any actor that takes these events; machines name their peers by what they can be told. */
export type Recipient<TEvent extends { type: string }> = ActorRef<Snapshot<unknown>, TEvent>;

// ---- What a peer says to the server (decoded by src/protocol/server-decoder.ts) -----------------

/** One event per message, never one per bet. `rows` are the bets as they will stand in bets.csv. */
export type ClientMessage =
  | { type: 'echo.received'; line: Buffer }
  /** `draw` is undefined where the agency knows no draw yet: it takes part in the one that is open. */
  | { type: 'hello.received'; agency: number; draw: string | undefined }
  /** `offset` is -1 in the TP0 dialect, which has none. Batches that arrived together are one: `ends` says the
   * offset after each. */
  | {
      type: 'batch.received';
      dialect: Dialect;
      agency: number;
      offset: number;
      count: number;
      rows: Buffer;
      ends?: readonly number[];
    }
  | {
      type: 'batch.invalid';
      dialect: Dialect;
      agency: number;
      offset: number;
      count: number;
      position: number;
      fault: BetFault;
    }
  | { type: 'bet.received'; id: string; row: Buffer; document: string; number: number }
  | { type: 'bet.invalid'; id: string; fault: BetFault }
  | { type: 'done.received'; agency: number; count: number; crc: number }
  /** TP0: the one bet of exercise 5, which is answered with its number. */
  | { type: 'tp0.bet.received'; agency: number; row: Buffer; document: string; number: number }
  | { type: 'tp0.bet.invalid'; agency: number; fault: BetFault }
  | { type: 'tp0.done.received'; agency: number }
  | { type: 'protocol.violated'; fault: SessionFault; text: string };

// ---- What the server says to a peer (encoded by src/protocol/server-encoder.ts) -----------------

export type ServerReply =
  | { kind: 'echo'; line: Buffer }
  /** `owed` is a draw that is over, of which the agency was never told its winners. */
  | ({ kind: 'welcome'; draw: string; owed?: string | undefined } & UploadPosition)
  /** One line per batch, in one write. */
  | { kind: 'stored'; nexts: readonly number[] }
  | { kind: 'rejected'; offset: number; position: number; fault: BetFault }
  | { kind: 'betStored'; id: string; number: number }
  | ({ kind: 'winners' } & Announcement)
  | { kind: 'error'; fault: SessionFault; text: string }
  /** TP0: the number of bets stored (0 when one is bad) or of winners, or the number bet on. */
  | { kind: 'tp0Count'; count: number }
  /** TP0: the winners as its final version says them, a list in Python's spelling. */
  | { kind: 'tp0Winners'; documents: readonly string[] };

// ---- What an agency says besides its batches (encoded by src/protocol/agency-encoder.ts) --------

export type AgencyStatement =
  | { kind: 'hello'; agency: number; draw: string | undefined }
  | { kind: 'done'; agency: number; count: number; crc: number }
  | { kind: 'tp0Done'; agency: number };

// ---- What the server says, as an agency hears it (src/protocol/agency-decoder.ts) ---------------

export type ServerMessage =
  | ({ type: 'welcome.received'; draw: string; owed?: string | undefined } & UploadPosition)
  | { type: 'stored.received'; next: number }
  | { type: 'rejected.received'; offset: number; position: number; fault: string }
  | { type: 'betStored.received'; id: string; number: number }
  /** Some of the winners; more follow. */
  | { type: 'winners.continued'; documents: readonly string[] }
  /** The last of the winners, of `total`. */
  | { type: 'winners.received'; total: number; head: string; documents: readonly string[] }
  | { type: 'error.received'; fault: string; text: string }
  /** TP0: a count of stored bets or of winners; what it counts depends on what was asked. */
  | { type: 'count.received'; count: number }
  | { type: 'echo.received'; line: Buffer }
  | { type: 'protocol.violated'; fault: SessionFault; text: string };

// ---- The socket adapter, on either side ----------------------------------------------------------

export type SocketEvent =
  | { type: 'socket.connected' }
  | { type: 'socket.failed'; reason: string } // never connected
  | { type: 'socket.ended' } // the peer will send no more
  | { type: 'socket.emptied' } // the last part of a long answer is on its way
  | { type: 'socket.flushed' } // all that was to be written is with the kernel
  | { type: 'socket.closed'; reason: string | undefined } // reason: of an abnormal close
  | { type: 'frame.expired' } // a line begun and not ended within its deadline
  /** A peer that is read has paused, where that means something. `midLine`: it had begun a line. */
  | { type: 'peer.paused'; midLine: boolean }
  | { type: 'socket.idled' } // nothing heard within the idle time
  | { type: 'socket.choked' } // the peer does not read: too much waits to be written
  | { type: 'socket.crowded' } // the place of a stranger is wanted for another
  | { type: 'socket.broken'; error: unknown }; // a defect of ours: nothing more is heard

/** `TSaid` is what this side says: a server its replies, an agency its statements. */
export type SocketCommand<TSaid = ServerReply> =
  | { type: 'socket.write'; data: Buffer }
  | { type: 'socket.say'; message: TSaid }
  | { type: 'socket.sayAll'; messages: readonly TSaid[] } // in one write; none is fine
  | { type: 'socket.sayInParts'; message: TSaid } // as the peer takes it; answered by `socket.emptied`
  | { type: 'socket.pause' } // deliver no further message, stop reading
  | { type: 'socket.resume' }
  | { type: 'socket.take' } // what has come of a line is all of it
  | { type: 'socket.end' } // write what waits, then FIN
  | { type: 'socket.destroy' };

// ---- The bet store -------------------------------------------------------------------------------

/** What a connection or the server asks of the store; handled strictly in order. */
export type StoreRequest =
  | { kind: 'open'; agency: number }
  | {
      kind: 'bets';
      agency: number;
      dialect: Dialect;
      offset: number;
      count: number;
      rows: Buffer;
      ends?: readonly number[];
    }
  | { kind: 'bet'; agency: number; id: string; row: Buffer; document: string; number: number }
  /** TP0's single bet: without an id, it has its place in the upload. */
  | { kind: 'tp0Bet'; agency: number; row: Buffer; document: string; number: number }
  /** `count` and `crc` are undefined in the TP0 dialect, which does not say them. */
  | { kind: 'finish'; agency: number; count: number | undefined; crc: number | undefined }
  | { kind: 'draw'; winners: Winners }
  /** `draw` is that of the store, unless it says another one. */
  | { kind: 'told'; agency: number; draw?: string | undefined }
  | { kind: 'close' };

/** What became of a request, sent back once it is on disk. */
export type StoreOutcome =
  | ({ kind: 'opened'; draw: string; finished: boolean; owed?: string | undefined } & UploadPosition)
  /** The draw that was named is over. */
  | ({ kind: 'over' } & RecalledDraw)
  /** `fresh` of the batch's bets were new, the others had been stored before. `ends` as in the request. */
  | { kind: 'stored'; next: number; count: number; fresh: number; ends?: readonly number[] }
  /** `id` is empty in the TP0 dialect. */
  | { kind: 'betStored'; id: string; document: string; number: number; fresh: boolean }
  | ({ kind: 'finished' } & UploadPosition)
  /** `head` is the hash of the journal's line that records the draw. */
  | { kind: 'drawn'; head: string }
  | { kind: 'recorded' } // told, close
  | { kind: 'refused'; fault: SessionFault; text: string };

/** `from` is undefined where nobody waits for the outcome. */
export type StoreSubmission = { request: StoreRequest; from: Recipient<StoreAnswer> | undefined };

/** One event per submitter and commit, with an outcome for each of its requests, in their order. */
export type StoreAnswer = { type: 'store.answered'; outcomes: readonly StoreOutcome[] };

/** What is asked of a draw that is over, by an agency that comes back to it; answered from its folder. */
export type RecallRequest =
  | { kind: 'open'; agency: number; draw: string }
  /** Was this single bet stored there? */
  | { kind: 'bet'; agency: number; draw: string; id: string; row: Buffer; document: string; number: number };

export type RecallSubmission = { request: RecallRequest; from: Recipient<StoreAnswer> };

/** What the draw's folder said when the server started. */
export type RecoveredDraw = {
  /** The draw's name. */
  draw: string;
  /** Agencies that have said DONE. */
  finished: readonly number[];
  /** Set when the draw took place and was not closed: the server goes on announcing. */
  winners: Winners | undefined;
  /** The hash of the journal's line that records them. */
  head: string | undefined;
  told: readonly number[];
};

/** The open folder of a draw, as the bet-store machine sees it; src/store implements it. */
export interface DrawStore {
  /** Decides all requests in their order, then one append and sync per file. Rejects once storage failed. */
  commit(requests: readonly StoreRequest[]): Promise<readonly StoreOutcome[]>;
  /** Reads every stored bet. */
  findWinners(): Promise<Winners>;
  /** Answers from the folder of a draw that is over: `over`, `betStored` or `refused`; it may take a while. */
  recall(request: RecallRequest): Promise<StoreOutcome>;
  close(): Promise<void>;
}

/** What the bet-store machine asks of the actor that commits, one group at a time. */
export type CommitCommand = { type: 'commit.requested'; requests: readonly StoreRequest[] };

export type CommitReport =
  /** All is on disk. */
  { type: 'commit.done'; outcomes: readonly StoreOutcome[] } | { type: 'commit.failed'; error: unknown };

/** What the bet-store machine asks of the actor that looks into the archive, and hears from it. */
export type RecallCommand = { type: 'recall.requested' } & RecallSubmission;
export type RecallReport = { type: 'recall.done'; outcome: StoreOutcome; from: Recipient<StoreAnswer> };

// ---- Between a connection and the server ---------------------------------------------------------

/** What a connection tells the server of its session; `from` tells two sessions of one agency apart. */
export type SessionReport =
  | {
      type: 'session.opened';
      agency: number;
      draw: string | undefined;
      ip: string;
      dialect: Dialect;
      from: Recipient<SessionOrder>;
    }
  /** The agency has said DONE, it is on disk, and it waits for its winners. */
  | { type: 'session.waiting'; agency: number; from: Recipient<SessionOrder> }
  /** Its winners have been written, to the last: how long it takes to read them is its own affair. */
  | { type: 'session.answered'; agency: number; from: Recipient<SessionOrder> }
  /** The agency has its winners and has left. */
  | { type: 'session.told'; agency: number; draw: string | undefined }
  | { type: 'session.closed'; agency: number; from: Recipient<SessionOrder> };

/** What a connection is told: by the server, its supervisor or the store. */
export type SessionOrder =
  /** End the session; with a fault, say so first. */
  | { type: 'session.ended'; fault: SessionFault | undefined; text: string }
  | ({ type: 'winners.announced' } & Announcement)
  | { type: 'flow.paused' } // the store has more waiting than it should hold
  | { type: 'flow.resumed' }
  | StoreAnswer;

// ---- An agency's file of bets --------------------------------------------------------------------

export type BetFileCommand =
  /** Go to the bet after the first `to`; answered by `file.positioned`, and by nothing older after it. */
  | { type: 'file.rewound'; to: number }
  /** Read on; answered by `batches.ready` with at least one and at most `most`, or `file.exhausted`. */
  | { type: 'batches.wanted'; most: number }
  /** Is it still the file that was opened? Answered by `file.unchanged` or `file.changed`. */
  | { type: 'check.wanted' };

/** Rows of a file that are bets, and those that are none. */
export type Tally = { bets: number; invalid: number };

export type BetFileEvent =
  /** What it looks like, for a log line. */
  | { type: 'file.recognised'; form: Readonly<Record<string, string>> }
  /** It was read to its end, as something in it is odd: this is what an upload would find. */
  | ({ type: 'file.surveyed' } & Tally)
  | { type: 'file.opened' }
  /** `exitCode` says if a restart may help: see exit-codes.ts. */
  | { type: 'file.failed'; reason: string; exitCode: number }
  | { type: 'file.unchanged' }
  /** It was cut, written again, replaced or removed since it was opened. */
  | { type: 'file.changed'; reason: string }
  /** `count` is below what was asked for where the file has fewer bets; CRC-32 of their rows. */
  | { type: 'file.positioned'; count: number; crc: number }
  /** `lines`, one for each batch, are ready to be written; `ends` are the offsets after the bets of each.
   * `invalid` rows of the file were left out before the last of them. */
  | { type: 'batches.ready'; lines: Buffer; ends: readonly number[]; invalid: number }
  /** One of the first of the rows that are left out; the others are only counted. */
  | { type: 'row.invalid'; line: number; text: string }
  | { type: 'file.exhausted'; count: number; crc: number; invalid: number };

// ---- Signals and logs ----------------------------------------------------------------------------

export type SignalEvent = { type: 'signal.received'; signal: 'SIGTERM' | 'SIGINT' };

/** What a whole process hears of: signals, and a defect that no actor can be blamed for (an exception outside of them). */
export type ProgramEvent = SignalEvent | { type: 'program.broken'; error: unknown };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** One log line: `action: <action> | result: <result> | key: value | …`. */
export type LogEntry = {
  level: LogLevel;
  action: string;
  result: 'success' | 'fail' | 'in_progress';
  details?: Readonly<Record<string, string | number>>;
  /** May be left out, and counted, when there are too many: strangers and refusals cause it. */
  isSpare?: true;
  /** A defect's error: its stack is logged at level debug, for who mends it. */
  cause?: unknown;
};

/** What a root machine ends with: the process's exit code, see exit-codes.ts. A final state with the tag `atOnce`
 * waits for nothing that is still under way. */
export type ExitOutput = { exitCode: number };
