import { fromCallback } from 'xstate';
import type {
  DrawStore,
  RecallCommand,
  RecallReport,
  StoreOutcome,
} from '../../machines/vocabulary/store.ts';

/**
 * Answers for draws that are over, one question at a time. So a thousand agencies that come back together read the same
 * folder once, and a peer that names one draw after the other keeps one file open, not a thousand.
 */
export const archivist = fromCallback<RecallCommand, { store: DrawStore }>(({ input, sendBack, receive }) => {
  let earlier: Promise<unknown> = Promise.resolve();
  receive(({ request, from }) => {
    const answer = async (): Promise<void> => {
      const outcome = await input.store.recall(request).catch(unreadable);
      sendBack({ type: 'recall.done', outcome, from } satisfies RecallReport);
    };
    earlier = earlier.then(answer);
  });
});

/** An archive that cannot be read ends the session that asked for it, not the draw that is open. */
const unreadable = (error: unknown): StoreOutcome => ({
  kind: 'refused',
  fault: 'DRAW',
  text: error instanceof Error ? error.message : String(error),
});
