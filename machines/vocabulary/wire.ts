/** What client and server say to each other: as it is written, and as it is heard. */
import type { Announcement, Proof, UploadPosition } from './draw.ts';

/** Why a bet is not valid: sent as `REJECTED:<offset>:<position>:<code>`, and logged. */
export type BetFault =
  | 'FIELDS' // not exactly six fields
  | 'AGENCY' // not the session's agency
  | 'FIRST_NAME' // empty, over 64 bytes, or not UTF-8
  | 'LAST_NAME' // the same
  | 'DOCUMENT' // not exactly 8 digits (or 7, where short documents are allowed)
  | 'BIRTHDATE' // not a real date, YYYY-MM-DD
  | 'NUMBER'; // not 0 to 9999, or to the lottery's own highest number

/** Why the server ends a session: sent as `ERROR:<code>:<text>` before it closes. */
export type SessionFault =
  | 'MALFORMED' // a line that is no message of this protocol
  | 'LINE_TOO_LONG' // over 8,192 bytes without its end
  | 'OUT_OF_ORDER' // a message that this state of the session does not expect
  | 'AGENCY' // not one of the draw's agencies, or not the session's
  | 'IDENTITY' // not proven to be who it says it is
  | 'DIALECT' // TP0 words about an upload that has offsets
  | 'DRAW' // a draw that this server never heard of
  | 'GAP' // a batch that starts after the next expected bet
  | 'COUNT' // DONE with a count other than what is stored
  | 'CRC' // DONE with a CRC other than what is stored
  | 'FINISHED' // bets of an agency that has said DONE, or of a draw that is over
  | 'BET_ID' // a single bet's id used again for another bet
  | 'LIMIT' // more single bets than are kept
  | 'SUPERSEDED' // another connection of the same agency took over, here or at another server
  | 'TIMEOUT' // said nothing, or did not end its line, in time
  | 'TOO_SLOW' // does not read its answers
  | 'BUSY' // too many connections
  | 'INTERNAL' // a defect of the server's: the session cannot go on
  | 'SHUTTING_DOWN'; // the server was told to stop, cannot go on, or the draw's log was set back

/** How a session speaks: this project's dialect, or that of the original exercise. */
export type Dialect = 'quiniela' | 'tp0';

/** What a client's socket listens for: a dialect's messages, or lines that come back as they went. */
export type Tongue = Dialect | 'echo';

/** One event per message, never one per bet. `rows` are the bets as they will stand in bets.csv. */
export type ClientEvent =
  | { type: 'client.echo'; line: Buffer }
  /** `draw` is undefined if the agency knows no draw yet: it takes part in the one that is open. */
  | { type: 'client.hello'; agency: number; draw: string | undefined }
  /** `offset` is -1 in the TP0 dialect, which has none. Batches that arrived together are one: `ends` says the
   * offset after each. */
  | {
      type: 'client.batch';
      dialect: Dialect;
      agency: number;
      offset: number;
      count: number;
      rows: Buffer;
      ends?: readonly number[];
    }
  | {
      type: 'client.badBatch';
      dialect: Dialect;
      agency: number;
      offset: number;
      count: number;
      position: number;
      fault: BetFault;
    }
  | { type: 'client.bet'; id: string; row: Buffer; document: string; number: number }
  | { type: 'client.badBet'; id: string; fault: BetFault }
  /** `proof`: of a peer that has a certificate. */
  | { type: 'client.done'; agency: number; count: number; crc: number; proof?: Proof }
  /** TP0: the one bet of exercise 5, which is answered with its number. */
  | { type: 'client.tp0Bet'; agency: number; row: Buffer; document: string; number: number }
  | { type: 'client.badTp0Bet'; agency: number; fault: BetFault }
  | { type: 'client.tp0Done'; agency: number }
  | { type: 'protocol.violated'; fault: SessionFault; text: string };

export type ServerMessage =
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

export type ClientMessage =
  | { kind: 'hello'; agency: number; draw: string | undefined }
  /** `signs`: with its certificate's key, that these are its rows in this draw (SHA-256, hex). */
  | {
      kind: 'done';
      agency: number;
      count: number;
      crc: number;
      signs?: { draw: string; sha: string };
    }
  | { kind: 'tp0Done'; agency: number }
  /** Exercises 1 to 4: a line that must come back as it went. */
  | { kind: 'line'; text: string };

export type ServerEvent =
  | ({ type: 'server.welcome'; draw: string; owed?: string | undefined } & UploadPosition)
  | { type: 'server.stored'; next: number }
  | { type: 'server.rejected'; offset: number; position: number; fault: string }
  | { type: 'server.betStored'; id: string; number: number }
  /** Some of the winners; more follow. */
  | { type: 'server.someWinners'; documents: readonly string[] }
  /** The last of the winners, of `total`. */
  | { type: 'server.winners'; total: number; head: string; documents: readonly string[] }
  | { type: 'server.error'; fault: string; text: string }
  /** TP0: a count of stored bets or of winners; what it counts depends on what was asked. */
  | { type: 'server.count'; count: number }
  /** A line as it came back, with its newline if it has one. */
  | { type: 'server.echo'; line: string }
  | { type: 'protocol.violated'; fault: SessionFault; text: string };
