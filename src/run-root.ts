import { type AnyStateMachine, createActor, type InputFrom } from 'xstate';
import type { ExitOutput } from '../machines/events.ts';

/**
 * Runs a root machine to its end.
 *
 * @returns the exit code that it ends with
 * @throws what an actor threw unexpectedly: a defect, never a user's mistake
 */
export const runRoot = <TMachine extends AnyStateMachine>(
  machine: TMachine,
  input: InputFrom<TMachine>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const actor = createActor(machine as AnyStateMachine, { input });
    actor.subscribe({
      error: reject,
      complete: () => resolve((actor.getSnapshot().output as ExitOutput).exitCode),
    });
    actor.start();
  });
