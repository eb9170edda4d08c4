/**
 * Which transitions a machine took, of which only its state and context before and after are told: Stately's client does not
 * say more. What XState may have taken is thought of in its order, from the innermost active states outwards, with each guard
 * passing or refusing. What could not have led to where the machine is now is ruled out; taken is what is part of all the rest,
 * be it one branch or the other to the same target.
 */
import { INFERRED_WAYS } from '../limits.ts';
import { numberIn, oneOf } from '../view/branches.ts';
import { activeStates } from '../view/naming.ts';
import { wordIn } from './definition.ts';
import type { MachineDescription, StateDescription, TransitionDescription } from './description.ts';
import { Reach } from './reach.ts';

type Step = {
  before: unknown;
  event: string;
  after: unknown;
  /** Whether its context is another one: asked where its states do not decide. */
  hasChanged: () => boolean;
};

/** What may have been taken: one at most for each region. */
type Way = readonly TransitionDescription[];

const reaches = new WeakMap<MachineDescription, Reach>();

/** @returns ids of the transitions that were taken for sure; see `branchesIn` */
export function transitionsIn(machine: MachineDescription, step: Step): string[] {
  // What it takes as it begins is without an event.
  if (step.event === 'xstate.init') return [];
  const reach = reaches.get(machine) ?? new Reach(machine);
  reaches.set(machine, reach);
  const wasActive = reach.known(activeStates(machine.id, step.before));
  // Of a definition that its client has cut off, not all are known.
  const isActive = reach.known(activeStates(machine.id, step.after));
  const hasMoved = wasActive.symmetricDifference(isActive).size > 0;
  const leadsTo = (way: Way, active: readonly string[]): boolean => {
    const reached = reach.after(wasActive, way);
    return active.every((id) => reached.has(id));
  };
  const waysIn = (state: StateDescription): Way[] => {
    const regions = state.states.filter(({ id }) => wasActive.has(id));
    const ways = sideBySide(regions.map(waysIn), (way, index) => {
      const { id: region } = regions[index]!;
      return leadsTo(
        way,
        [...isActive].filter((id) => id === region || id.startsWith(`${region}.`)),
      );
    });
    if (ways.every((way) => way.length > 0)) return ways;
    // Where nothing inside has taken it, the state itself is asked.
    const own = candidatesIn(state, step.event);
    const refused: Way[] = own.some(isSure) ? [] : [[]];
    return [...ways.filter((way) => way.length > 0), ...own.map((one) => [one]), ...refused];
  };
  const ways = waysIn(machine.root)
    .flatMap((way) => reach.withoutConflicts(wasActive, way))
    // What goes on without an event has done so before: where nothing is taken, all is as it was.
    .filter((way) => (way.length === 0 ? !hasMoved && !step.hasChanged() : leadsTo(way, [...isActive])));
  const [first = []] = ways;
  return first.flatMap((one) => {
    const branches = ways.map((way) => way.find((other) => isBranch(one, other)));
    return branches.includes(undefined) ? [] : [toldOf(branches as TransitionDescription[])];
  });
}

/** They leave the same state by the same event for the same target: seen from outside, they are one. */
const isBranch = (one: TransitionDescription, other: TransitionDescription): boolean =>
  one === other ||
  (one.source === other.source &&
    descriptorOf(one.id) === descriptorOf(other.id) &&
    one.targets.join() === other.targets.join());

function toldOf(branches: readonly TransitionDescription[]): string {
  const [first = '', ...others] = [...new Set(branches.map(({ id }) => id))].sort(
    (one, other) => Number(numberIn(one)) - Number(numberIn(other)),
  );
  return oneOf([first, ...others]);
}

/** @param isLikely asked of a region's way where there are too many: whether it accounts for what has become of the region */
function sideBySide(regions: readonly Way[][], isLikely: (way: Way, region: number) => boolean): Way[] {
  const isMany = regions.reduce((count, { length }) => count * length, 1) > INFERRED_WAYS;
  const left = isMany ? regions.map((ways, index) => ways.filter((way) => isLikely(way, index))) : regions;
  return left.reduce<Way[]>(
    (all, ways) =>
      all.length * ways.length > INFERRED_WAYS
        ? []
        : all.flatMap((one) => ways.map((other) => [...one, ...other])),
    [[]],
  );
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

/** Nothing can refuse it. */
const isSure = ({ guard }: TransitionDescription): boolean => guard === undefined;

/** `<state>|<event>|<number>`. */
const descriptorOf = (id: string): string => id.split('|')[1] ?? '';

const isFor = (descriptor: string, event: string): boolean => {
  const asked = wordIn(event);
  if (descriptor === asked || descriptor === '*') return true;
  return descriptor.endsWith('.*') && `${asked}.`.startsWith(descriptor.slice(0, -1));
};
