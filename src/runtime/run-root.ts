import { type ActorRefFrom, type AnyStateMachine, createActor, type InputFrom } from 'xstate';
import { exitOfSignal } from '../../machines/exit-codes.ts';
import { bothLogs } from '../../machines/log-lines.ts';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import type { ExitOutput } from '../../machines/vocabulary/program.ts';
import { LEAVE_MS } from '../limits.ts';
import type { Log } from '../log/log.ts';
import { leave, tellWhenLate } from './leave.ts';
import { keepTimersByActor } from './timers-by-actor.ts';
import { loadLate } from './v8-options.ts';
import { missingInternals } from './xstate-internals.ts';

/**
 * Runs a root machine to its end. A final state with the tag `atOnce` ends the process there and then.
 *
 * If INSPECT_URL or INSPECT_FILE is set, the inspector is told of it, unless `isInspected` is false.
 *
 * @returns the exit code that it ends with
 * @throws what an actor threw unexpectedly: a defect, never a user's mistake
 */
export const runRoot = async <TMachine extends AnyStateMachine>(
  machine: TMachine,
  input: InputFrom<TMachine>,
  {
    isInspected = Boolean(process.env.INSPECT_URL || process.env.INSPECT_FILE),
    log,
    watch,
  }: {
    isInspected?: boolean;
    log?: Log;
    /** Is shown the root once it runs; what it returns is called at its end. */
    watch?: ((root: ActorRefFrom<TMachine>) => () => void) | undefined;
  } = {},
): Promise<number> => {
  const tell = (entry: LogEntry) =>
    log ? log.log(entry) : console.error(`quiniela: ${entry.details?.error}`);
  tellWhenLate(() => tell(bothLogs.shutdownLate(LEAVE_MS)));
  const inspector = isInspected
    ? await loadLate(async () => (await import('../inspector/probe/attach.ts')).attach(process.env))
    : undefined;
  // The lab: who has started it may act on its actors.
  if (inspector && process.env.INSPECT_CONTROL && process.channel)
    (await import('../inspector/probe/obey.ts')).obey(inspector.inspect.find);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const actor = createActor(machine as AnyStateMachine, {
    input,
    ...(inspector && { inspect: inspector.inspect }),
  });
  const missing = missingInternals(actor);
  if (missing.length === 0) keepTimersByActor(actor);
  else tell(bothLogs.otherXState(missing));
  leaveAtSecondSignal(() => actor.getSnapshot().status === 'done');
  actor.subscribe({ error: reject, complete: resolve });
  actor.start();
  const unwatch = watch?.(actor as ActorRefFrom<TMachine>);
  await promise.finally(() => {
    unwatch?.();
    return inspector?.end();
  });
  const { exitCode } = actor.getSnapshot().output as ExitOutput;
  if (actor.getSnapshot().hasTag('atOnce')) leave(exitCode);
  return exitCode;
};

/**
 * Once the machine has ended its exit code stands: a signal while the last lines are written does not change it. But a
 * second signal waits for nothing, then too.
 */
const leaveAtSecondSignal = (hasEnded: () => boolean): void => {
  let signals = 0;
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      signals++;
      if (signals > 1 && hasEnded()) leave(exitOfSignal(name));
    });
  }
};
