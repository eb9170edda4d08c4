/** Readable names for what a machine refers to: guards, actions, delays and the events that XState makes. */
import type { Trigger } from './description.ts';

/** How XState holds a reference: a name, a name with params, or a function (its own carry more fields). */
type Reference =
  | string
  | { type: string; params?: unknown }
  | (((...args: never[]) => unknown) & {
      guards?: readonly Reference[];
      stateValue?: unknown;
      type?: string;
    });

/**
 * A guard in words: `isFull`, `isWaiting(draw)` if it has one plain parameter, `not isFull`,
 * `isFull and not (isLate or isLast)`. An inline function without a name is undefined.
 */
export function guardName(guard: unknown): string | undefined {
  if (guard === undefined) return undefined;
  const reference = guard as Reference;
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'object') {
    const { params } = reference;
    const plain = ['string', 'number', 'boolean'].includes(typeof params);
    return plain ? `${reference.type}(${params})` : reference.type;
  }
  if (reference.guards) return combinedName(reference.name, reference.guards);
  if ('stateValue' in reference) return `in ${JSON.stringify(reference.stateValue).replaceAll('"', '')}`;
  return reference.name === 'guard' ? undefined : reference.name || undefined;
}

/** `operator` is the name of XState's own `and`, `or` or `not`, which is also the word for it. */
function combinedName(operator: string, guards: readonly Reference[]): string {
  const words = guards.map((guard) => {
    const name = guardName(guard) ?? 'inline';
    const isCombined = typeof guard === 'function' && (guard.guards?.length ?? 0) > 1;
    return isCombined ? `(${name})` : name;
  });
  return operator === 'not' ? `not ${words[0]}` : words.join(` ${operator} `);
}

/** An action's name; `assign`, `sendTo`, ... for XState's own; undefined for an inline function without one. */
export function actionName(action: unknown): string | undefined {
  const reference = action as Reference;
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'object') return reference.type;
  const isBuiltIn = 'resolve' in reference && reference.type !== undefined;
  const name = isBuiltIn ? reference.type!.replace(/^xstate\./, '') : reference.name;
  return name === 'actions' || name === 'entry' || name === 'exit' ? undefined : name || undefined;
}

/** `200 ms`, `2 s`, `1 min 30 s`; the name of a delay as it is. */
export function delayName(delay: number | string): string {
  if (typeof delay === 'string') return delay;
  const minutes = Math.floor(delay / 60_000);
  const rest = delay % 60_000;
  const parts = minutes > 0 ? [`${minutes} min`] : [];
  if (rest >= 1_000) parts.push(`${rest / 1_000} s`);
  else if (rest > 0 || minutes === 0) parts.push(`${rest} ms`);
  return parts.join(' ');
}

/** What an arrow says: `client.batch`, `after 2 s`, `commitGroup done`, `any actor failed`; '' for always. */
export function triggerName(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'event':
      return trigger.event;
    case 'after':
      return `after ${delayName(trigger.delay)}`;
    case 'always':
      return '';
    default:
      return `${trigger.of === '*' ? 'any actor' : trigger.of} ${trigger.kind}`;
  }
}
