/** What the params of actions and guards are made of, and the action that every machine has. */
import type { EventObject } from 'xstate';
import type { LogEntry } from './vocabulary/log.ts';

/** What a function of `params` is given: the machine's context, and the event that it takes. */
export type Args<TContext, TEvent> = { context: TContext; event: TEvent };

/** Makes the action `log` of a machine, whose line is made of these. */
export const logOf =
  <TContext>() =>
  <TEvent extends EventObject>(entry: (at: Args<TContext, TEvent>) => LogEntry) =>
    ({ type: 'log', params: entry }) as const;
