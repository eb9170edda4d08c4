/**
 * The parts of XState that we read though they are not documented. package.json therefore names its version exactly; with
 * another one that lacks a part, the program runs without what needs it.
 */
import type { AnyActor } from 'xstate';

/** Properties of an actor: for timers-by-actor.ts, and for the inspector. */
const INTERNALS = [
  'system.scheduler.schedule',
  'system.scheduler.cancel',
  'system.scheduler.cancelAll',
  '_parent',
  'logic',
] as const;

/** Those that this XState does not have. */
export const missingInternals = (actor: AnyActor): string[] =>
  INTERNALS.filter((path) => !has(actor, path.split('.')));

const has = (value: unknown, [key, ...rest]: readonly string[]): boolean =>
  key === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    key in value &&
    has((value as Record<string, unknown>)[key], rest));
