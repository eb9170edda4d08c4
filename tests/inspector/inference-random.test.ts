/** Whatever a machine is: a transition that is said to be taken was taken. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyTransitionDefinition, createActor, createMachine } from 'xstate';
import { describeDefinition } from '../../src/inspector/charts/definition.ts';
import { transitionsIn } from '../../src/inspector/charts/inference.ts';
import { transitionsOf } from '../../src/inspector/probe/transitions.ts';
import { branchesIn } from '../../src/inspector/view/branches.ts';
import { randomFrom } from '../support/random.ts';
import { EVENTS, randomConfig } from './random-machine.ts';

const MACHINES = 200;
const STEPS = 20;

test('of random machines, a transition that is found out is one that was taken, and most are found out', () => {
  const count = { found: 0, taken: 0 };
  for (let seed = 1; seed <= MACHINES; seed += 1) {
    const random = randomFrom(seed);
    const { config, isAtRest } = randomConfig(random);
    const told = JSON.stringify(config, (_, value) =>
      typeof value === 'function' ? { type: value.name } : value,
    );
    const description = describeDefinition(told);
    let took: AnyTransitionDefinition[] = [];
    const actor = createActor(createMachine(config), {
      inspect: (event) => {
        if (event.type === '@xstate.microstep') took.push(...event._transitions);
      },
    });
    actor.start();
    for (let step = 0; step < STEPS && isAtRest(); step += 1) {
      const type = random.pick(EVENTS);
      took = [];
      const { value: before, context } = actor.getSnapshot();
      actor.send({ type });
      const { value: after, context: next } = actor.getSnapshot();
      const hasChanged = () => JSON.stringify(context) !== JSON.stringify(next);
      const found = transitionsIn(description, { before, event: type, after, hasChanged });
      const own = took.map(
        (one) => transitionsOf(one.source).find(({ definition }) => definition === one)?.id,
      );
      const where = `seed ${seed}, step ${step}, ${type}: ${JSON.stringify(before)} to ${JSON.stringify(after)}`;
      for (const told of found)
        assert.ok(
          branchesIn(told).some((id) => own.includes(id)),
          `${where}: ${told} was not taken, but ${own}`,
        );
      count.found += found.length;
      count.taken += took.filter(({ eventType }) => eventType !== '' && eventType !== 'R').length;
    }
    actor.stop();
  }
  assert.ok(count.found > count.taken / 2, `${count.found} of ${count.taken} are found out`);
});
