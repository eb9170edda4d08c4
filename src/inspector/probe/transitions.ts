/** What a state can do, with an id for each of it: a probe tells of transitions by them, and a chart has them. */
import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** Every transition that a state itself declares, `after`, `done`, `error` and `always` included. */
export function transitionsOf(state: AnyStateNode): DeclaredTransition[] {
  const groups = [...state.transitions.values(), state.always ?? []];
  return groups.flatMap((group) =>
    group.map((definition, index) => ({ id: transitionId(definition, index), index, definition })),
  );
}

/** `index` is its place among the state's transitions for the same event. */
export type DeclaredTransition = { id: string; index: number; definition: AnyTransitionDefinition };

const transitionId = ({ source, eventType }: AnyTransitionDefinition, index: number): string =>
  `${source.id}|${eventType || 'always'}|${index}`;
