/** Readable names for the guards and actions that a machine refers to. */

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
