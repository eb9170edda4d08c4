/** The folder of a draw as the bet store sees it: orders go in, one event comes back for each. */

import { fromCallback } from 'xstate';
import { exitCodeOf } from '../../machines/exit-codes.ts';
import type { FolderCommand, FolderEvent } from '../../machines/vocabulary/folder.ts';
import type { RecoveredDraw, StoreEvent, StoreOutcome } from '../../machines/vocabulary/store.ts';
import { messageOf } from '../errors.ts';
import type { DrawStore } from './bet-store.ts';
import { refused } from './refused.ts';

/** What a store says unasked: one that other servers write to as well. */
export type Hear = {
  news: (news: readonly StoreEvent[]) => void;
  /** Nothing is stored any more. */
  failed: (error: unknown) => void;
  /** Nobody waits any more for what is being opened: it is given up if that may take long. */
  signal: AbortSignal;
};

export type OpenStore = (hear: Hear) => Promise<{ store: DrawStore; recovered: RecoveredDraw }>;

/**
 * One actor serves all orders: an actor for each would stay in XState's tables of actors, and keep the rows of its
 * group, until V8 marks its whole heap (see docs/performance.md).
 *
 * @param open locks and recovers the folder; one that cannot be opened is let go of
 */
export const folder = (open: OpenStore) =>
  fromCallback<FolderCommand>(({ sendBack, receive }) => {
    const tell = (event: FolderEvent) => sendBack(event);
    const closed = () => tell({ type: 'folder.closed' });
    const recalled = (outcome: StoreOutcome) => tell({ type: 'folder.recalled', outcome });
    const fail = (error: unknown) =>
      tell({ type: 'folder.failed', reason: messageOf(error), exitCode: exitCodeOf(error) });
    /** One at a time: a thousand agencies that come back together read the same draw once, and a peer that names one
     * draw after the other keeps one file open, not a thousand. */
    let recalls: Promise<void> = Promise.resolve();

    const commit = (
      store: DrawStore,
      { group, requests }: Extract<FolderCommand, { type: 'folder.commit' }>,
    ) => {
      store.commit(requests).then((outcomes) => tell({ type: 'folder.committed', group, outcomes }), fail);
    };

    const obey = (store: DrawStore, command: FolderCommand): void => {
      switch (command.type) {
        case 'folder.commit':
          commit(store, command);
          break;
        case 'folder.findWinners':
          store.findWinners().then((winners) => tell({ type: 'folder.winnersFound', winners }), fail);
          break;
        case 'folder.recall':
          recalls = recalls.then(() => store.recall(command.request).catch(unreadable)).then(recalled);
          break;
        case 'folder.close':
          store.close().then(closed, fail);
      }
    };

    /** News that came before the store was open: they are told after what was recovered. */
    let early: StoreEvent[] | undefined = [];
    const news = (events: readonly StoreEvent[]) => {
      if (early) early.push(...events);
      else tell({ type: 'folder.heard', news: events });
    };

    const unwanted = new AbortController();
    const { signal } = unwanted;
    // Before the store is open, the only order is to close it.
    let hear: (command: FolderCommand) => void = () => unwanted.abort();
    receive((command) => hear(command));
    open({ news, failed: fail, signal }).then(
      ({ store, recovered }) => {
        if (signal.aborted) return obey(store, { type: 'folder.close' });
        hear = (command) => obey(store, command);
        tell({ type: 'folder.opened', recovered });
        const events = early ?? [];
        early = undefined;
        if (events.length > 0) news(events);
      },
      (error: unknown) => {
        if (signal.aborted && isAbort(error)) return closed();
        hear = closed;
        fail(error);
      },
    );
  });

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

/** An archive that cannot be read ends the session that asked for it, not the draw that is open. */
const unreadable = (error: unknown): StoreOutcome => refused('DRAW', messageOf(error));
