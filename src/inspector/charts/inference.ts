/**
 * Which transition a machine took, of which only its state before and after is told: Stately's client does not say more.
 * As XState does, it is looked for from the innermost active state outwards; which guards let it pass is seen by where
 * the machine has come to. Where that does not decide, nothing is said.
 */
import { activeStates } from '../view/naming.ts';
import {
  type MachineDescription,
  type StateDescription,
  statesOf,
  type TransitionDescription,
} from './description.ts';

export type Step = { before: unknown; event: string; after: unknown };

/** @returns ids of the transitions, one at most for each region */
export function transitionsIn({ id, root }: MachineDescription, { before, event, after }: Step): string[] {
  const wasActive = activeStates(id, before);
  const isActive = activeStates(id, after);
  const states = new Map([...statesOf(root)].map((state) => [state.id, state]));
  const takenIn = (state: StateDescription): string[] => {
    const inside = state.states.filter((inner) => wasActive.has(inner.id)).flatMap(takenIn);
    if (inside.length > 0) return inside;
    const asked = state.transitions.filter((transition) => isFor(descriptorOf(transition.id), event));
    const found = decide(asked, (target) => leadsTo(states.get(target), isActive, states));
    return found ? [found.id] : [];
  };
  return takenIn(root);
}

function decide(
  asked: readonly TransitionDescription[],
  leads: (target: string) => boolean,
): TransitionDescription | undefined {
  const seen = asked.find(({ targets }) => targets.length > 0 && targets.every(leads));
  if (seen) return seen;
  const stays = asked.find(({ targets }) => targets.length === 0);
  // Another one without an event may have gone on from where it led.
  return stays ?? (asked.length === 1 && asked[0]?.guard === undefined ? asked[0] : undefined);
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

/** `<state>|<event>|<number>`; no space is left in it. */
const descriptorOf = (id: string): string => id.slice(id.indexOf('|') + 1, id.lastIndexOf('|'));

const isFor = (descriptor: string, event: string): boolean => {
  const asked = event.replaceAll(/\s/g, '\u00a0');
  if (descriptor === asked || descriptor === '*') return true;
  return descriptor.endsWith('.*') && `${asked}.`.startsWith(descriptor.slice(0, -1));
};
