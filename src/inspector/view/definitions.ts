/** The definitions of machines: each is kept once, however many actors have it, and no more than there is room for. */
import { DEFINITION_CHARS, DEFINITIONS } from '../limits.ts';
import type { ActorEvent, DefinitionEvent, InspectorEvent } from './events.ts';
import { fieldsOf } from './fields.ts';

export type Definition = Pick<DefinitionEvent, 'key' | 'machine' | 'isForeign' | 'definition'>;

/** By key, oldest first. */
export type Definitions = Map<string, Definition>;

/**
 * An event as it is kept: of a definition that is known already only its key, of a new one a fact of its own before.
 *
 * @param run what makes its keys others than another hub's
 */
export function apartFromDefinition(
  known: Definitions,
  event: InspectorEvent,
  run: string,
): readonly InspectorEvent[] {
  if (event.type !== '@xstate.actor' || event.definition === undefined) return [event];
  const { machine, definition, isForeign, createdAt } = event;
  const bare: ActorEvent = { ...event, definition: undefined };
  if (machine === undefined) return [bare];
  for (const other of known.values()) {
    if (other.machine === machine && other.definition === definition && other.isForeign === isForeign)
      return [{ ...bare, chart: other.key }];
  }
  const key = keyAfter(known, run);
  return [
    { type: '@quiniela.definition', key, machine, isForeign, definition, createdAt },
    { ...bare, chart: key },
  ];
}

/** Keys are numbered: the newest stands last. */
function keyAfter(known: Definitions, run: string): string {
  const numbers = [...known.keys()]
    .filter((key) => key.startsWith(`${run}.`))
    .map((key) => key.split('.')[1]);
  return `${run}.${Number(numbers.at(-1) ?? -1) + 1}`;
}

/** @param used asked for the keys of those that living actors have: a program that is changed all day takes no other one's chart */
export function keepDefinition(
  known: Definitions,
  { key, machine, isForeign, definition }: Definition,
  used: () => ReadonlySet<string> = () => new Set(),
): void {
  known.set(key, { key, machine, isForeign, definition });
  let chars = 0;
  for (const other of known.values()) chars += other.definition.length;
  const fits = (): boolean => known.size <= DEFINITIONS && chars <= DEFINITION_CHARS;
  if (fits()) return;
  const inUse = used();
  const rest = [...known.values()];
  const oldestFirst = [
    ...rest.filter((one) => one.key !== key && !inUse.has(one.key)),
    ...rest.filter((one) => one.key === key || inUse.has(one.key)),
  ];
  for (const oldest of oldestFirst) {
    if (fits()) return;
    known.delete(oldest.key);
    chars -= oldest.definition.length;
  }
}

/** Our processes tell a definition with a machine's first actor only. */
export const chartOf = (known: Definitions, { machine, chart, isForeign }: ActorEvent): string | undefined =>
  chart ?? [...known.values()].findLast((one) => one.machine === machine && one.isForeign === isForeign)?.key;

/** As JSON it may come from anywhere. */
export function isDefinition(item: unknown): item is Definition {
  const told = fieldsOf(item);
  return (
    ['key', 'machine', 'definition'].every((field) => typeof told[field] === 'string') &&
    typeof told.isForeign === 'boolean'
  );
}
