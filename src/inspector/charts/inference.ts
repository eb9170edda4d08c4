/**
 * Which transition a machine took, of which only its state and context before and after are told: Stately's client does not
 * say more. As XState does, it is looked for from the innermost active state outwards; which guards let it pass is seen by
 * where the machine has come to, and by whether anything has changed. If that does not decide, nothing is said.
 */
import { activeStates } from '../view/naming.ts';
import { wordIn } from './definition.ts';
import {
  type MachineDescription,
  type StateDescription,
  statesOf,
  type TransitionDescription,
} from './description.ts';

type Step = {
  before: unknown;
  event: string;
  after: unknown;
  /** Whether its context is another one: asked where its states do not decide. */
  hasChanged: () => boolean;
};

/** @returns ids of the transitions, one at most for each region */
export function transitionsIn(
  { id, root }: MachineDescription,
  { before, event, after, hasChanged }: Step,
): string[] {
  const wasActive = activeStates(id, before);
  const isActive = activeStates(id, after);
  const states = new Map([...statesOf(root)].map((state) => [state.id, state]));
  // That a state inside forbids an event is not told: only that nothing has happened.
  const hasMoved = wasActive.symmetricDifference(isActive).size > 0;
  const takenIn = (state: StateDescription): string[] => {
    const inside = state.states.filter((inner) => wasActive.has(inner.id)).flatMap(takenIn);
    if (inside.length > 0) return inside;
    const leads = (target: string) => leadsTo(states.get(target), isActive, states);
    const found = decide(candidatesIn(state, event), leads, { hasMoved, hasChanged });
    return found ? [found.id] : [];
  };
  return takenIn(root);
}

/** In XState's order, the event's own before those of wildcards, the longest first: up to one that nothing can refuse. */
function candidatesIn({ transitions }: StateDescription, event: string): TransitionDescription[] {
  const isOwn = ({ id }: TransitionDescription) => descriptorOf(id) === wordIn(event);
  const asked = transitions
    .filter(({ id }) => isFor(descriptorOf(id), event))
    .sort(
      (one, other) =>
        Number(isOwn(other)) - Number(isOwn(one)) ||
        descriptorOf(other.id).length - descriptorOf(one.id).length,
    );
  const sure = asked.findIndex(isSure);
  return sure === -1 ? asked : asked.slice(0, sure + 1);
}

function decide(
  asked: readonly TransitionDescription[],
  leads: (target: string) => boolean,
  { hasMoved, hasChanged }: { hasMoved: boolean; hasChanged: () => boolean },
): TransitionDescription | undefined {
  const fitting = asked.filter(({ targets }) => targets.every(leads) && (targets.length > 0 || !hasMoved));
  const [only, another] = fitting;
  const [first] = asked;
  // Another one without an event may have gone on from where it led.
  if (!only) return hasMoved && asked.length === 1 && first && isSure(first) ? first : undefined;
  if (another) return undefined;
  // Where nothing has changed, its guard may have refused it.
  return isSure(only) || hasMoved || hasChanged() ? only : undefined;
}

/** Nothing can refuse it. */
const isSure = ({ guard }: TransitionDescription): boolean => guard === undefined;

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
