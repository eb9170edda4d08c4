/**
 * A state machine as plain data: what a diagram, an inspector or a test needs of its definition, and nothing
 * that cannot be written as JSON. Ids are stable as long as the machine keeps its states and their events.
 */

export type MachineDescription = {
  id: string;
  root: StateDescription;
};

export type StateDescription = {
  /** XState's id of the state: `server.collecting.listening`. */
  id: string;
  key: string;
  kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The sentence that says when the machine is in this state. */
  description: string | undefined;
  /** Id of the state that is entered first; only for compound states, and for a history without anything to remember. */
  initial: string | undefined;
  tags: readonly string[];
  /** Names of the actions; XState's own are called `assign`, `sendTo`, ... */
  entry: readonly string[];
  exit: readonly string[];
  /** Actors that live as long as the machine is in this state. */
  invokes: readonly { id: string; actor: string }[];
  transitions: readonly TransitionDescription[];
  states: readonly StateDescription[];
};

export type TransitionDescription = {
  /** `<source id>|<event>|<place among the source's transitions for this event>`, see `transitionId`. */
  id: string;
  source: string;
  trigger: Trigger;
  /** Readable: `isFull`, `not isFull`, `isFull and isLate`; undefined if there is none. */
  guard: string | undefined;
  /** True for the branch that is taken when the guards before it have refused. */
  otherwise: boolean;
  /** Ids of the states that are entered; empty if the machine stays in its state. */
  targets: readonly string[];
  reenter: boolean;
  actions: readonly string[];
  description: string | undefined;
};

/** What makes a transition happen. */
export type Trigger =
  /** An event by its name, or a wildcard: `socket.*`, `*`. */
  | { kind: 'event'; event: string }
  /** Milliseconds, or the name of a delay. */
  | { kind: 'after'; delay: number | string }
  | { kind: 'always' }
  /** An actor or a compound state has ended well. */
  | { kind: 'done'; of: string }
  /** An actor has failed. */
  | { kind: 'failed'; of: string }
  /** An actor's snapshot has changed. */
  | { kind: 'changed'; of: string };

/** Every state of a description, parents before their children. */
export function* statesOf(state: StateDescription): Generator<StateDescription> {
  yield state;
  for (const child of state.states) yield* statesOf(child);
}
