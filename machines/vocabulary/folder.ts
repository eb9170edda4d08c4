/**
 * Between the bet store and the folder of a draw, which is a file system's, or a log that many servers share: plain
 * data, so that what stands behind it can be anything that keeps a log in order.
 */
import type { Winners } from './draw.ts';
import type { RecallRequest, RecoveredDraw, StoreEvent, StoreOutcome, StoreRequest } from './store.ts';

/** Each is answered by its own event, or by `folder.failed`. In a file system only recalls are worked on beside others. */
export type FolderCommand =
  /** Decide all requests in their order, and store what is new. No two groups that are under way are about the same
   * agency. */
  | { type: 'folder.commit'; group: number; requests: readonly StoreRequest[] }
  /** Read every stored bet. */
  | { type: 'folder.findWinners' }
  /** Look into a draw that is over; it may take a while, and keeps no commit waiting. */
  | { type: 'folder.recall'; request: RecallRequest }
  /** Close the folder, also after a failure. */
  | { type: 'folder.close' };

export type FolderEvent =
  /** The folder is locked, checked and read. */
  | { type: 'folder.opened'; recovered: RecoveredDraw }
  /** All of this group is on disk; an outcome for each request, in their order. */
  | { type: 'folder.committed'; group: number; outcomes: readonly StoreOutcome[] }
  | { type: 'folder.winnersFound'; winners: Winners }
  /** `over`, `betStored` or `refused`. */
  | { type: 'folder.recalled'; outcome: StoreOutcome }
  /** What other servers have done in the log that they share with this one. */
  | { type: 'folder.heard'; news: readonly StoreEvent[] }
  | { type: 'folder.closed' }
  /** What is on disk is known only after a restart; `exitCode` says if one may help: see exit-codes.ts. */
  | { type: 'folder.failed'; reason: string; exitCode: number };
