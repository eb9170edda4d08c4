/** Where each state of a description stands: its ancestors. */
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
