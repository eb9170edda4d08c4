/** Where each state of a description stands: its ancestors, and a short id that is safe in a diagram. */
import type { StateDescription } from './description.ts';

/** By state id: the state, and the ids of its ancestors from the root down to itself. */
export type Outline = ReadonlyMap<string, { state: StateDescription; lineage: readonly string[] }>;

export function outlineOf(root: StateDescription): Outline {
  const outline = new Map<string, { state: StateDescription; lineage: readonly string[] }>();
  const add = (state: StateDescription, above: readonly string[]): void => {
    const lineage = [...above, state.id];
    outline.set(state.id, { state, lineage });
    for (const child of state.states) add(child, lineage);
  };
  add(root, []);
  return outline;
}

/** Whether a state is another one, or stands somewhere inside it. */
export const isWithin = (outline: Outline, inner: string, outer: string): boolean =>
  outline.get(inner)!.lineage.includes(outer);

/** Words that Mermaid reads as its own. */
const RESERVED = new Set([
  'state',
  'end',
  'note',
  'class',
  'classDef',
  'default',
  'direction',
  'style',
  'as',
]);

/** A state's key if it is unique, its path otherwise: letters, digits and `_` only. */
export function assignIds(outline: Outline): Map<string, string> {
  const keys = [...outline.values()].map(({ state }) => state.key);
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  for (const { state, lineage } of outline.values()) {
    const path = lineage.slice(1).map((id) => outline.get(id)!.state.key);
    const isUnique = keys.filter((key) => key === state.key).length === 1 && !RESERVED.has(state.key);
    let id = (isUnique ? state.key : path.join('_')).replace(/\W/g, '_');
    while (taken.has(id) || RESERVED.has(id)) id += '_';
    taken.add(id);
    ids.set(state.id, id);
  }
  return ids;
}
