/**
 * What the tests have reached of a machine: its states, its transitions (every branch of a guarded one is a
 * transition of its own), and for each guard that it has also refused.
 *
 * The machine's copy is marked: each transition begins with an action that only names it, so what XState has
 * really taken shows among the actions of a microstep, also if one transition preempts another.
 */
import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createMachine,
  getInitialMicrosteps,
  getMicrosteps,
  or,
} from 'xstate';
import {
  type StateDescription,
  statesOf,
  type TransitionDescription,
} from '../../src/inspector/charts/description.ts';
import { triggerName } from '../../src/inspector/charts/words.ts';
import { transitionsOf } from '../../src/inspector/probe/transitions.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';

const TAKEN = 'coverage.taken';

/**
 * For every step XState starts the machine that it is given, only to have an actor around the step; the snapshot
 * says which machine takes it. One without states is started in no time.
 */
export const SCOPE: AnyStateMachine = createMachine({});

/** Microsteps of one event after which `always` transitions are called a circle. */
const MOST_MICROSTEPS = 1_000;

export class Coverage {
  readonly machine: AnyStateMachine;
  readonly #declared: readonly StateDescription[];
  readonly #states = new Set<string>();
  readonly #taken = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(machine: AnyStateMachine) {
    this.#declared = [...statesOf(describeMachine(machine).root)];
    this.machine = machine.provide({});
    this.machine.options = { ...this.machine.options, maxIterations: MOST_MICROSTEPS };
    for (const state of nodesOf(this.machine.root)) this.#mark(state);
  }

  #mark(state: AnyStateNode): void {
    for (const { id, definition } of transitionsOf(state)) {
      definition.actions = [{ type: TAKEN, params: { id } }, ...definition.actions];
      if (definition.guard === undefined) continue;
      const noteRefusal = () => {
        this.#refused.add(id);
        return false;
      };
      // The second is asked only if the first has refused.
      definition.guard = or([definition.guard, noteRefusal] as never);
    }
  }

  /** The snapshot that the machine starts with. */
  start(input: unknown): AnyMachineSnapshot {
    return this.#last(getInitialMicrosteps(this.machine, input));
  }

  /** The snapshot after an event, as the pure `transition()` computes it. */
  next(snapshot: AnyMachineSnapshot, event: AnyEventObject): AnyMachineSnapshot {
    return this.#last(getMicrosteps(SCOPE, snapshot, event));
  }

  #last(microsteps: [AnyMachineSnapshot, { type: string; params?: unknown }[]][]): AnyMachineSnapshot {
    for (const [snapshot, actions] of microsteps) {
      for (const { id } of snapshot._nodes) this.#states.add(id);
      for (const { type, params } of actions)
        if (type === TAKEN) this.#taken.add((params as { id: string }).id);
    }
    return microsteps.at(-1)![0];
  }

  /** One line for each state and transition that nothing has reached, and each guard that never refused. */
  missing(): string[] {
    const transitions = this.#declared.flatMap((state) => state.transitions);
    const taken = (transition: TransitionDescription) => this.#taken.has(transition.id);
    return [
      ...this.#declared
        .filter(({ id, kind }) => kind !== 'history' && !this.#states.has(id))
        .map(({ id }) => `state never reached: ${id}`),
      ...transitions
        .filter((transition) => !taken(transition))
        .map((transition) => `transition never taken: ${lineOf(transition)}`),
      ...transitions
        .filter((transition) => transition.guard && taken(transition) && !this.#refused.has(transition.id))
        .map((transition) => `guard that never refuses: ${lineOf(transition)}`),
    ];
  }
}

function lineOf({ source, trigger, guard, otherwise, targets }: TransitionDescription): string {
  const condition = guard ? ` [${guard}]` : otherwise ? ' [else]' : '';
  return `${source}: ${triggerName(trigger) || 'always'}${condition} -> ${targets.join(', ') || 'stays'}`;
}

function* nodesOf(state: AnyStateNode): Generator<AnyStateNode> {
  yield state;
  for (const child of Object.values(state.states)) yield* nodesOf(child);
}
