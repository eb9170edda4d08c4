/** Where a machine may come to by transitions of its own: an upper bound, of which states are left, and which are entered. */
import {
  type MachineDescription,
  type StateDescription,
  statesOf,
  type TransitionDescription,
} from './description.ts';

/** Actions of XState by which a machine sends itself an event that it takes at once. */
const RAISING = new Set(['raise', 'enqueueActions']);

export class Reach {
  readonly #states: ReadonlyMap<string, StateDescription>;
  readonly #root: string;
  readonly #parents = new Map<string, StateDescription>();

  constructor({ root }: MachineDescription) {
    this.#root = root.id;
    this.#states = new Map([...statesOf(root)].map((state) => [state.id, state]));
    for (const state of this.#states.values())
      for (const inner of state.states) this.#parents.set(inner.id, state);
  }

  /** Those of the states that its definition tells of. */
  known(ids: ReadonlySet<string>): Set<string> {
    return new Set([...ids].filter((id) => this.#states.has(id)));
  }

  /**
   * @param before ids of the states that were active
   * @returns ids of all states that may be active once these have been taken at once, and whatever follows from them
   */
  after(before: ReadonlySet<string>, taken: readonly TransitionDescription[]): Set<string> {
    const sure = taken.filter((one) => !this.#isRemembered(one));
    const left = new Set(sure.flatMap((one) => [...this.#leftBy(before, one)]));
    const reached = before.difference(left);
    for (const one of taken) this.#enter(reached, one);
    const exits = [...left].flatMap((id) => this.#states.get(id)?.exit ?? []);
    const done = [...exits, ...taken.flatMap(({ actions }) => actions)];
    this.#goOn(
      reached,
      before,
      done.some((action) => RAISING.has(action)),
    );
    return reached;
  }

  /**
   * Of those that would leave the same states, the innermost is taken, or else the first; as XState has it.
   *
   * @returns what may be taken of them: what is left for a history depends on what it remembers
   */
  withoutConflicts(
    before: ReadonlySet<string>,
    enabled: readonly TransitionDescription[],
  ): (readonly TransitionDescription[])[] {
    if (enabled.length < 2) return [enabled];
    let taken: { one: TransitionDescription; left: ReadonlySet<string> }[] = [];
    for (const one of enabled) {
      const left = this.#leftBy(before, one);
      const rivals = taken.filter((other) => !other.left.isDisjointFrom(left));
      if (!rivals.every((other) => this.#isInside(one.source, other.one.source))) continue;
      taken = [...taken.filter((other) => !rivals.includes(other)), { one, left }];
    }
    const resolved = taken.map(({ one }) => one);
    return enabled.some((one) => this.#isRemembered(one)) ? [resolved, enabled] : [resolved];
  }

  #isRemembered = ({ targets }: TransitionDescription): boolean =>
    targets.some((target) => this.#states.get(target)?.kind === 'history');

  #leftBy(before: ReadonlySet<string>, one: TransitionDescription): Set<string> {
    const domain = this.#domainOf(one);
    if (domain === undefined) return new Set();
    const isSource = one.reenter && domain === one.source;
    return new Set([...before].filter((id) => this.#isInside(id, domain) || (isSource && id === domain)));
  }

  /** Transitions without an event, of what is done, and those of events that it raises itself. */
  #goOn(reached: Set<string>, before: ReadonlySet<string>, raises: boolean): void {
    let isRaising = raises;
    for (let size = -1; size !== reached.size; ) {
      size = reached.size;
      for (const id of [...reached]) {
        const state = this.#states.get(id);
        if (!state) continue;
        isRaising ||= !before.has(id) && state.entry.some((action) => RAISING.has(action));
        for (const one of state.transitions) {
          if (!isRaising && !this.#isAtOnce(one)) continue;
          isRaising ||= one.actions.some((action) => RAISING.has(action));
          this.#enter(reached, one);
        }
      }
    }
  }

  #isAtOnce = ({ trigger, id }: TransitionDescription): boolean =>
    trigger.kind === 'always' || (trigger.kind === 'done' && id.includes('|xstate.done.state.'));

  /** What is left, but for this state itself; as XState has it. Undefined if it stays where it is. */
  #domainOf({ source, targets, reenter }: TransitionDescription): string | undefined {
    if (targets.length === 0) return undefined;
    if (!reenter && targets.every((target) => target === source || this.#isInside(target, source)))
      return source;
    const shared = this.#above(source).find((id) => targets.every((target) => this.#isInside(target, id)));
    return shared ?? this.#root;
  }

  #enter(reached: Set<string>, one: TransitionDescription): void {
    const domain = this.#domainOf(one);
    for (const target of one.targets) {
      this.#enterDefault(reached, target);
      let inner = target;
      let isWithin = true;
      for (const id of this.#above(target)) {
        reached.add(id);
        const { kind, states } = this.#states.get(id)!;
        // Its other regions are entered as well; outside of what is left they are active.
        if (kind === 'parallel' && isWithin)
          for (const region of states) if (region.id !== inner) this.#enterDefault(reached, region.id);
        isWithin &&= id !== domain;
        inner = id;
      }
    }
  }

  #enterDefault(reached: Set<string>, id: string): void {
    const state = this.#states.get(id);
    if (!state) return;
    if (state.kind === 'history') {
      // Wherever it was: anywhere in its parent.
      const parent = this.#parents.get(id);
      for (const inner of parent ? statesOf(parent) : []) reached.add(inner.id);
      return;
    }
    reached.add(id);
    if (state.kind === 'parallel')
      for (const { id: region } of state.states) this.#enterDefault(reached, region);
    else if (state.initial !== undefined) this.#enterDefault(reached, state.initial);
  }

  /** Its parents, from the innermost out. */
  #above(id: string): string[] {
    const parent = this.#parents.get(id);
    return parent ? [parent.id, ...this.#above(parent.id)] : [];
  }

  #isInside(id: string, ancestor: string): boolean {
    return this.#above(id).includes(ancestor);
  }
}
