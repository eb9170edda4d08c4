/** Reads a machine's definition, as XState has resolved it, into a plain description. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type {
  MachineDescription,
  StateDescription,
  TransitionDescription,
  Trigger,
} from '../../src/inspector/charts/description.ts';
import { triggerOf } from '../../src/inspector/charts/words.ts';
import { transitionsOf } from '../../src/inspector/probe/transitions.ts';
import { actionName, guardName } from './names.ts';

/** Describes a machine by its definition alone: nothing is started. */
export function describeMachine(machine: AnyStateMachine): MachineDescription {
  return { id: machine.id, root: describeState(machine.root) };
}

function describeState(state: AnyStateNode): StateDescription {
  return {
    id: state.id,
    key: state.key,
    kind: state.type,
    description: state.description,
    initial: state.type === 'compound' ? state.initial.target[0]?.id : undefined,
    tags: state.tags,
    // From the configuration: `state.entry` also holds the raise and cancel that XState makes of `after`.
    entry: namesOf(state.config.entry),
    exit: namesOf(state.config.exit),
    invokes: state.invoke.map(({ id, src }) => ({ id, actor: isAnonymous(src) ? id : String(src) })),
    transitions: describeTransitions(state),
    states: Object.values(state.states).map(describeState),
  };
}

const isAnonymous = (src: unknown): boolean => typeof src !== 'string' || src.startsWith('xstate.invoke.');

const namesOf = (actions: unknown): string[] =>
  [actions ?? []].flat().map((action) => actionName(action) ?? 'inline');

function describeTransitions(state: AnyStateNode): TransitionDescription[] {
  return transitionsOf(state).map(({ id, index, definition }) => ({
    id,
    source: state.id,
    trigger: triggerIn(definition),
    guard: definition.guard === undefined ? undefined : (guardName(definition.guard) ?? 'inline'),
    otherwise: index > 0 && definition.guard === undefined,
    targets: (definition.target ?? []).map((target) => target.id),
    reenter: definition.reenter,
    actions: namesOf(definition.actions),
    description: definition.description,
  }));
}

function triggerIn(definition: AnyTransitionDefinition): Trigger {
  const event: string = definition.eventType;
  if (event === '') return { kind: 'always' };
  if ('delay' in definition) return { kind: 'after', delay: definition.delay as number | string };
  return triggerOf(event, (id) => actorName(definition.source, id));
}

/** The id that XState gives an invoked actor says nothing (`0.server.opening`): its source's name does. */
function actorName(state: AnyStateNode, id: string): string {
  const invoked = state.invoke.find((candidate) => candidate.id === id);
  const isGenerated = /^\d+\./.test(id);
  return invoked && isGenerated && !isAnonymous(invoked.src) ? String(invoked.src) : id;
}
