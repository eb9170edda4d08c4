import { type AnyStateMachine, createActor, type InputFrom } from 'xstate';
import type { ExitOutput } from '../machines/events.ts';
import { keepTimersByActor } from './timers-by-actor.ts';

/**
 * Runs a root machine to its end.
 *
 * Where INSPECT_URL or INSPECT_FILE is set, the inspector is told of it, unless `isInspected` is false.
 *
 * @returns the exit code that it ends with
 * @throws what an actor threw unexpectedly: a defect, never a user's mistake
 */
export const runRoot = async <TMachine extends AnyStateMachine>(
  machine: TMachine,
  input: InputFrom<TMachine>,
  { isInspected = Boolean(process.env.INSPECT_URL || process.env.INSPECT_FILE) } = {},
): Promise<number> => {
  const inspector = isInspected ? (await import('./inspector/attach.ts')).attach(process.env) : undefined;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const actor = createActor(machine as AnyStateMachine, { input, inspect: inspector?.inspect });
  keepTimersByActor(actor);
  actor.subscribe({
    error: reject,
    complete: () => resolve((actor.getSnapshot().output as ExitOutput).exitCode),
  });
  actor.start();
  return promise.finally(() => inspector?.end());
};
