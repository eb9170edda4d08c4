import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { and, assign, createMachine, fromPromise, not, or, raise, setup, stateIn } from 'xstate';
import { type StateDescription, statesOf } from '../../src/inspector/charts/description.ts';
import { triggerName } from '../../src/inspector/charts/words.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';

/** The states of a description by their id. */
const byId = (root: StateDescription) => new Map([...statesOf(root)].map((state) => [state.id, state]));

const lamp = setup({
  guards: { isDark: () => true, isLate: () => false, isAfter: (_, _hour: number) => true },
  actions: { hum: () => {}, buzz: () => {} },
  actors: { burn: fromPromise(async () => 1) },
  delays: { patience: 10 },
}).createMachine({
  id: 'lamp',
  description: 'A lamp',
  initial: 'off',
  on: { 'power.*': '.broken', dusted: { actions: 'hum' } },
  states: {
    off: {
      description: 'No light',
      tags: ['dark'],
      entry: 'hum',
      exit: ['buzz', assign({}), raise({ type: 'x' })],
      on: {
        press: [
          { guard: 'isDark', target: 'on', actions: ['hum', { type: 'buzz' }] },
          { guard: { type: 'isAfter', params: 18 }, target: 'on' },
          { guard: not('isLate'), target: 'on' },
          { guard: and(['isDark', not(or(['isLate', stateIn('off')]))]), target: 'on' },
          { guard: () => false, target: 'on' },
          { target: 'broken', description: 'Too often' },
        ],
      },
    },
    on: {
      type: 'parallel',
      after: { 1500: 'off', patience: { target: 'on', reenter: true } },
      invoke: { src: 'burn', onDone: 'off', onError: 'broken' },
      onDone: 'off',
      states: {
        light: { initial: 'dim', states: { dim: { always: 'full' }, full: { type: 'final' } } },
        heat: { type: 'final' },
        past: { type: 'history' },
      },
    },
    broken: { type: 'final' },
  },
});

describe('describeMachine', () => {
  const { root } = describeMachine(lamp);
  const states = byId(root);
  const labels = (id: string) => states.get(id)!.transitions.map(({ trigger }) => triggerName(trigger));

  test('keeps the hierarchy, and what kind each state is', () => {
    assert.deepEqual(
      [...states.values()].map(({ id, kind, initial }) => [id, kind, initial]),
      [
        ['lamp', 'compound', 'lamp.off'],
        ['lamp.off', 'atomic', undefined],
        ['lamp.on', 'parallel', undefined],
        ['lamp.on.light', 'compound', 'lamp.on.light.dim'],
        ['lamp.on.light.dim', 'atomic', undefined],
        ['lamp.on.light.full', 'final', undefined],
        ['lamp.on.heat', 'final', undefined],
        ['lamp.on.past', 'history', undefined],
        ['lamp.broken', 'final', undefined],
      ],
    );
  });

  test('keeps the sentence of each state, its tags, actions and actors', () => {
    const { description, tags, entry, exit } = states.get('lamp.off')!;
    assert.deepEqual([root.description, description, tags], ['A lamp', 'No light', ['dark']]);
    assert.deepEqual([entry, exit], [['hum'], ['buzz', 'assign', 'raise']]);
    assert.deepEqual(states.get('lamp.on')!.invokes, [{ id: '0.lamp.on', actor: 'burn' }]);
    assert.deepEqual(states.get('lamp.on')!.entry, [], 'the timers of `after` are no actions of the machine');
  });

  test('names every guard, and the branch that is left when all refuse', () => {
    assert.deepEqual(
      states.get('lamp.off')!.transitions.map(({ guard, otherwise }) => (otherwise ? 'else' : guard)),
      ['isDark', 'isAfter(18)', 'not isLate', 'isDark and not (isLate or in off)', 'inline', 'else'],
    );
  });

  test('names what makes a transition happen', () => {
    assert.deepEqual(labels('lamp'), ['power.*', 'dusted']);
    assert.deepEqual(labels('lamp.on'), [
      'on done',
      'burn done',
      'burn failed',
      'after 1.5 s',
      'after patience',
    ]);
    assert.deepEqual(labels('lamp.on.light.dim'), ['']);
  });

  test('tells an answer that stays from one that leaves, and one that enters anew', () => {
    const [wild, dusted] = root.transitions;
    assert.deepEqual([wild!.targets, dusted!.targets, dusted!.actions], [['lamp.broken'], [], ['hum']]);
    assert.deepEqual(
      states.get('lamp.on')!.transitions.map(({ reenter }) => reenter),
      [false, false, false, false, true],
    );
  });

  test('an actor that any state may end is named as such', () => {
    const machine = createMachine({
      id: 'm',
      on: { 'xstate.done.actor.*': {}, 'xstate.error.actor.*': {}, 'xstate.done.actor.worker': {} },
    });
    assert.deepEqual(
      describeMachine(machine).root.transitions.map(({ trigger }) => triggerName(trigger)),
      ['any actor done', 'any actor failed', 'worker done'],
    );
  });

  for (const [name, machine] of Object.entries(machines)) {
    test(`${name} is plain data with ids of its own, and a sentence for each state`, () => {
      const description = describeMachine(machine);
      assert.deepEqual(
        JSON.parse(JSON.stringify(description)),
        JSON.parse(JSON.stringify(describeMachine(machine))),
      );
      const [, ...below] = statesOf(description.root);
      assert.deepEqual(
        below.filter((state) => !state.description).map(({ id }) => id),
        [],
      );
      const ids = below.flatMap(({ id, transitions }) => [
        id,
        ...transitions.map((transition) => transition.id),
      ]);
      assert.equal(new Set(ids).size, ids.length);
    });
  }
});
