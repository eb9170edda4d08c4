/** Of a machine whose client tells no transitions, they are those that it took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import { type AnyStateMachine, type AnyTransitionDefinition, createActor, type EventObject } from 'xstate';
import { describeDefinition } from '../../src/inspector/charts/definition.ts';
import { transitionsIn } from '../../src/inspector/charts/inference.ts';
import { transitionsOf } from '../../src/inspector/probe/transitions.ts';
import { deep, definitionTold, player } from './foreign-machines.ts';

/** What it took by its own account, in XState's words, and what is found out from its definition. */
function run(machine: AnyStateMachine, definition: string, events: readonly string[]) {
  const description = describeDefinition(definition);
  let took: AnyTransitionDefinition[] = [];
  const actor = createActor(machine, {
    inspect: (event) => {
      if (event.type === '@xstate.microstep') took.push(...event._transitions);
    },
  });
  actor.start();
  return events.map((type) => {
    took = [];
    const { value: before } = actor.getSnapshot();
    actor.send({ type } as EventObject);
    const after = actor.getSnapshot().value;
    const own = took
      // Those without an event, or with another one that XState made of it, are not told of.
      .filter(({ eventType }) => eventType !== '' && !eventType.startsWith('xstate.'))
      .map((one) => transitionsOf(one.source).find(({ definition }) => definition === one)?.id)
      .map((id) => id?.replaceAll(/\s/g, '\u00a0'));
    return { type, own, found: transitionsIn(description, { before, event: type, after }) };
  });
}

const SCRIPTS = {
  player: [
    'x',
    'disc.in',
    'PLAY',
    'LOUDER',
    'AGAIN',
    'MUTE',
    'turn the knob',
    'SKIP',
    'PAUSE',
    'RESUME',
    'disc',
    'EJECT',
    'PLAY',
  ],
  deep: [
    'next',
    'loop',
    'out',
    'back',
    'up',
    'reset',
    'inside',
    'myself',
    'nothing',
    'next',
    'to my parent',
    'to the top',
    'restart',
  ],
};

for (const [name, machine] of Object.entries({ player, deep })) {
  test(`${name}: the transitions are those that it took`, async () => {
    const told = await definitionTold(createInspector, machine);
    for (const { type, own, found } of run(machine, told, SCRIPTS[name as keyof typeof SCRIPTS]))
      assert.deepEqual(new Set(found), new Set(own), type);
  });
}
