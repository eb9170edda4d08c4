/** A short id for each state of a description, which is safe in a diagram. */
import type { Outline } from '../../src/inspector/charts/outline.ts';

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
