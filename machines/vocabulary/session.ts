/** Between a connection and the server. */

import type { Announcement } from './draw.ts';
import type { Recipient } from './recipient.ts';
import type { StoreAnswer, StorePause } from './store.ts';
import type { Dialect, SessionFault } from './wire.ts';

/** What a connection tells the server of its session; `from` tells two sessions of one agency apart. */
export type SessionEvent =
  | {
      type: 'session.opened';
      agency: number;
      draw: string | undefined;
      ip: string;
      dialect: Dialect;
      /** TP0: its first word is DONE, it brings no bets. */
      saysDone: boolean;
      from: Recipient<SessionCommand>;
    }
  /** The agency has said DONE, it is on disk, and it waits for its winners. */
  | { type: 'session.waiting'; agency: number; from: Recipient<SessionCommand> }
  /** Its winners have been written, to the last: how long it takes to read them is its own affair. */
  | { type: 'session.written'; agency: number; from: Recipient<SessionCommand> }
  /** The agency has its winners and has left. */
  | { type: 'session.told'; agency: number; draw: string | undefined };

/** What a connection is told: by the server or the store. */
export type SessionCommand =
  /** End the session; with a fault, say so first. */
  | { type: 'session.end'; fault: SessionFault | undefined; text: string }
  | ({ type: 'session.announce' } & Announcement)
  | StorePause
  | { type: 'flow.resume' }
  /** The store has failed: it answers nothing any more. */
  | { type: 'store.lost' }
  | StoreAnswer;
