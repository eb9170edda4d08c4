/**
 * Which transition a machine took, of which only its state before and after is told: Stately's client does not say more.
 * As XState does, it is looked for from the innermost active state outwards; which guards let it pass is seen by where
 * the machine has come to. If that does not decide, nothing is said.
 */
import { activeStates } from '../view/naming.ts';
import { wordIn } from './definition.ts';
import {
  type MachineDescription,
  type StateDescription,
  statesOf,
  type TransitionDescription,
} from './description.ts';

type Step = { before: unknown; event: string; after: unknown };

/** @returns ids of the transitions, one at most for each region */
export function transitionsIn({ id, root }: MachineDescription, { before, event, after }: Step): string[] {
  const wasActive = activeStates(id, before);
  const isActive = activeStates(id, after);
  const states = new Map([...statesOf(root)].map((state) => [state.id, state]));
  // That a state inside forbids an event is not told: only that nothing has happened.
  const hasMoved = wasActive.symmetricDifference(isActive).size > 0;
  const takenIn = (state: StateDescription): string[] => {
    const inside = state.states.filter((inner) => wasActive.has(inner.id)).flatMap(takenIn);
    if (inside.length > 0) return inside;
    const asked = state.transitions.filter((transition) => isFor(descriptorOf(transition.id), event));
    const found = decide(asked, hasMoved, (target) => leadsTo(states.get(target), isActive, states));
    return found ? [found.id] : [];
  };
  return takenIn(root);
}

function decide(
  asked: readonly TransitionDescription[],
  hasMoved: boolean,
  leads: (target: string) => boolean,
): TransitionDescription | undefined {
  const seen = asked.find(({ targets }) => targets.length > 0 && targets.every(leads));
  if (seen) return seen;
  const stays = asked.find(({ targets }) => targets.length === 0);
  // Another one without an event may have gone on from where it led.
  return stays ?? (hasMoved && asked.length === 1 && asked[0]?.guard === undefined ? asked[0] : undefined);
}

/** A history leads to somewhere in its parent. */
function leadsTo(
  target: StateDescription | undefined,
  active: ReadonlySet<string>,
  states: ReadonlyMap<string, StateDescription>,
): boolean {
  if (target?.kind !== 'history') return target !== undefined && active.has(target.id);
  return [...states.values()].some((parent) => parent.states.includes(target) && active.has(parent.id));
}

/** `<state>|<event>|<number>`. */
const descriptorOf = (id: string): string => id.split('|')[1] ?? '';

const isFor = (descriptor: string, event: string): boolean => {
  const asked = wordIn(event);
  if (descriptor === asked || descriptor === '*') return true;
  return descriptor.endsWith('.*') && `${asked}.`.startsWith(descriptor.slice(0, -1));
};
