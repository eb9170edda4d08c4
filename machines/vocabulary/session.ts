/** Between a connection and the server. */

import type { Announcement } from './draw.ts';
import type { Recipient } from './recipient.ts';
import type { StoreAnswer } from './store.ts';
import type { Dialect, SessionFault } from './wire.ts';

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
