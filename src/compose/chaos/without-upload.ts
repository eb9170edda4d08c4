/** The upload stands still for as long as something takes that has to be done before the draw. */
import { answerOf } from '../engine.ts';

/**
 * Agencies are paused meanwhile: on a slow machine the draw would be over before what was killed is back to take part in it.
 *
 * @param clients containers of agencies
 */
export async function withoutUpload(clients: readonly string[], run: () => Promise<void>): Promise<void> {
  // With an engine that cannot pause containers it goes on.
  answerOf('pause', ...clients);
  try {
    await run();
  } finally {
    answerOf('unpause', ...clients);
  }
}
