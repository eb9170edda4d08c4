import { fromCallback } from 'xstate';
import type { CommitCommand, CommitReport, DrawStore } from '../../machines/vocabulary/store.ts';

/**
 * Commits one group of requests at a time. One actor serves all groups: an actor for each would stay in XState's tables
 * of actors, and keep the rows of its group, until V8 marks its whole heap (see docs/performance.md).
 */
export const committer = fromCallback<CommitCommand, { store: DrawStore }>(({ input, sendBack, receive }) => {
  const report = (event: CommitReport) => sendBack(event);
  receive(({ requests }) => {
    input.store.commit(requests).then(
      (outcomes) => report({ type: 'commit.done', outcomes }),
      (error: unknown) => report({ type: 'commit.failed', error }),
    );
  });
});
