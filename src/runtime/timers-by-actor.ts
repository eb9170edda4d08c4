/**
 * XState 5.33 looks through the timers of all actors whenever one of them stops. When thousands of connections close
 * after a draw, each with a timer, that takes longer than a shutdown may: see docs/performance.md. Here the timers are
 * known by their actor, so XState looks only at those of the one that stops.
 */
import type { AnyActor, AnyActorRef } from 'xstate';

/** Once, before the actor starts. */
export const keepTimersByActor = ({ system: { scheduler } }: AnyActor): void => {
  const { schedule, cancel } = scheduler;
  const ids = new WeakMap<AnyActorRef, Set<string>>();
  let unnamed = 0;
  scheduler.schedule = (source, target, event, delay, id = `timer-${++unnamed}`) => {
    const known = ids.get(source);
    if (known) known.add(id);
    else ids.set(source, new Set([id]));
    schedule(source, target, event, delay, id);
  };
  scheduler.cancel = (source, id) => {
    ids.get(source)?.delete(id);
    cancel(source, id);
  };
  scheduler.cancelAll = (source) => {
    // Some of them may have run: to cancel those does nothing.
    for (const id of ids.get(source) ?? []) cancel(source, id);
    ids.delete(source);
  };
};
