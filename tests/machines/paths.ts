/**
 * Generated paths: from each start, every event that may come is tried in every state that is reached, breadth
 * first, as often as the states still differ in what matters.
 */
import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, EventFrom, InputFrom } from 'xstate';
import { EXIT_PERMANENT } from '../../machines/exit-codes.ts';
import type { Coverage } from './coverage.ts';
import { keyOf, textOf } from './text.ts';

export type Walk<TMachine extends AnyStateMachine> = {
  machine: TMachine;
  /** One walk begins with each. */
  inputs: readonly InputFrom<TMachine>[];
  /** What may come from outside, in any state; also what a spawned child ends or fails with. */
  events: readonly (EventFrom<TMachine> | ChildEvent)[];
  /** What of it cannot come now, whatever happens: a process that does not run says nothing. */
  impossible?: (event: EventFrom<TMachine>, snapshot: SnapshotOf<TMachine>) => boolean;
  /** What an actor that was asked something may answer now. */
  answers?: (snapshot: SnapshotOf<TMachine>) => readonly EventFrom<TMachine>[];
  /** By the source of an invoked actor: what it may end with. */
  outputs?: Readonly<Record<string, (snapshot: SnapshotOf<TMachine>) => readonly unknown[]>>;
  /** Sources of invoked actors whose failure is the machine's own: its parent, or the process, hears of it. */
  fatal?: readonly string[];
  /** Sources of invoked actors that also fail so that no restart mends it. */
  permanent?: readonly string[];
  /** What of the context tells two states apart, in this state; the rest, and how far counters go, does not matter. */
  remember: (context: SnapshotOf<TMachine>['context'], snapshot: SnapshotOf<TMachine>) => unknown;
};

type SnapshotOf<TMachine extends AnyStateMachine> = ReturnType<TMachine['getInitialSnapshot']>;

type ChildEvent =
  | { type: `xstate.done.actor.${string}`; actorId: string; output?: unknown }
  | { type: `xstate.error.actor.${string}`; actorId: string; error: unknown };

/** A state that the walk has reached, and the first way to it: the last event, and the path before it. */
export type Path = {
  input: unknown;
  snapshot: AnyMachineSnapshot;
  last?: { event: AnyEventObject; from: Path };
};

/** Steps after which a walk is called endless: `remember` has to forget more. The agency's takes 90,000. */
const MOST_STEPS = 200_000;

/** The shortest path to each state that the walk reaches; `coverage` has seen every step tried on the way. */
export function explore<TMachine extends AnyStateMachine>(walk: Walk<TMachine>, coverage: Coverage): Path[] {
  return walk.inputs.flatMap((input) => {
    const start: Path = { input, snapshot: coverage.start(input) };
    const paths = new Map([[stateKey(walk, start.snapshot), start]]);
    let steps = 0;
    // What is added here has its turn after all that was there before: breadth first.
    for (const from of paths.values()) {
      for (const event of possibleEvents(walk, from.snapshot)) {
        if (++steps > MOST_STEPS) throw new Error(`${walk.machine.id}: the walk has no end`);
        const snapshot = step(coverage, from.snapshot, event);
        const key = stateKey(walk, snapshot);
        if (!paths.has(key)) paths.set(key, { input, snapshot, last: { event, from } });
      }
    }
    return [...paths.values()];
  });
}

function step(coverage: Coverage, snapshot: AnyMachineSnapshot, event: AnyEventObject): AnyMachineSnapshot {
  try {
    return coverage.next(snapshot, event);
  } catch (error) {
    throw new Error(`${textOf(event)} in ${keyOf(snapshot.value)} throws`, { cause: error });
  }
}

/** The events of a path, for whoever has to follow it. */
export const stepsOf = ({ last }: Path): AnyEventObject[] =>
  last === undefined ? [] : [...stepsOf(last.from), last.event];

/** A snapshot's place in the walk: two with the same key behave alike. */
export const stateKey = (walk: Walk<AnyStateMachine>, snapshot: AnyMachineSnapshot): string =>
  keyOf([snapshot.value, snapshot.status, walk.remember(snapshot.context, snapshot)]);

const forGood = (text: string) => Object.assign(new Error(text), { exitCode: EXIT_PERMANENT });

/** What may come now: from outside anything, from inside only what this state has begun. */
function possibleEvents(walk: Walk<AnyStateMachine>, snapshot: AnyMachineSnapshot): AnyEventObject[] {
  if (snapshot.status !== 'active') return [];
  const elapsed = snapshot._nodes.flatMap((state) =>
    state.after.map(({ eventType }: { eventType: string }) => ({ type: eventType })),
  );
  const ended = snapshot._nodes.flatMap((state) =>
    state.invoke.flatMap(({ id, src }: { id: string; src: unknown }) => [
      ...(walk.outputs?.[String(src)]?.(snapshot) ?? []).map((output) => ({
        type: `xstate.done.actor.${id}`,
        output,
        actorId: id,
      })),
      ...(walk.fatal?.includes(String(src))
        ? []
        : [{ type: `xstate.error.actor.${id}`, error: new Error(`${src} is broken`), actorId: id }]),
      ...(walk.permanent?.includes(String(src))
        ? [{ type: `xstate.error.actor.${id}`, error: forGood(`${src} is refused`), actorId: id }]
        : []),
    ]),
  );
  const outside = walk.events.filter((event) => !walk.impossible?.(event, snapshot));
  return [...outside, ...(walk.answers?.(snapshot) ?? []), ...elapsed, ...ended];
}
