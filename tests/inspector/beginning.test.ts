/** A program's actor is at its beginning how it was then, though Stately's client tells late how a new actor is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { type AnyActorLogic, createActor, createMachine } from 'xstate';
import { Foreigner } from '../../src/inspector/hub/foreigner.ts';
import { History } from '../../src/inspector/hub/history.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { toData } from '../../src/inspector/view/picture-data.ts';
import { parseEvent } from '../../src/inspector/view/shape.ts';
import { stateTime } from '../../src/inspector/view/state-time.ts';

/** What a page has of a program that starts an actor and at once sends it events. */
async function momentsOf(logic: AnyActorLogic, ...types: string[]): Promise<Moments> {
  const told: StatelyInspectionEvent[] = [];
  const inspector = createInspector({ send: (event) => told.push({ ...event }) });
  const actor = createActor(logic, { inspect: inspector.inspect });
  actor.subscribe({ error: () => {} });
  actor.start();
  for (const type of types) actor.send({ type });
  // It tells each in a turn of its own, and turns come in their order.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const history = new History();
  const foreigner = new Foreigner('p');
  for (const event of told)
    for (const own of foreigner.tell(parseEvent(JSON.stringify(event))!)) history.add(own);
  history.settle(Number.POSITIVE_INFINITY);
  const moments = new Moments();
  moments.restart(toData(history.base), history.first);
  moments.add(history.entries.map(({ event }) => event));
  return moments;
}

/** Each state in which the actor ever was, as one sees it who steps through all moments from the event that it began with. */
function valuesIn(moments: Moments): unknown[] {
  const values: unknown[] = [];
  let hasBegun = false;
  for (let number = moments.first; number < moments.next; number += 1) {
    const event = moments.event(number);
    hasBegun ||= event?.type === '@xstate.event' && event.event.type === 'xstate.init';
    const actor = [...moments.before(number + 1).actors.values()].find(({ name }) => name === 'lamp');
    if (hasBegun && actor) values.push(actor.value);
  }
  return values.filter((value, index) => index === 0 || value !== values[index - 1]);
}

const lamp = createMachine({
  id: 'lamp',
  context: { pressed: 0 },
  initial: 'off',
  states: {
    off: { on: { press: 'on' } },
    on: { on: { press: 'off', end: 'broken' } },
    broken: { type: 'final' },
  },
});

test('it is nowhere, then where it begins, and nowhere where it came only later', async () => {
  const moments = await momentsOf(lamp, 'press', 'press', 'press', 'end');
  assert.deepEqual(valuesIn(moments), [undefined, 'off', 'on', 'off', 'on', 'broken']);
  const [{ id = '' } = {}] = [...moments.before(moments.next).actors.values()].filter(
    ({ name }) => name === 'lamp',
  );
  const entered = (state: string) =>
    stateTime(moments.toldBy(id), 'lamp', `lamp.${state}`, Number.POSITIVE_INFINITY).entered;
  assert.deepEqual(
    [entered('off'), entered('on'), entered('broken')],
    [2, 2, 0],
    'what has ended is nowhere',
  );
});

test('one that cannot begin, and tells nothing more, has failed', async () => {
  const failing = createMachine({
    id: 'lamp',
    initial: 'off',
    context: () => {
      throw new Error('planned');
    },
    states: { off: {} },
  });
  const moments = await momentsOf(failing);
  const last = [...moments.before(moments.next).actors.values()].find(({ name }) => name === 'lamp');
  assert.equal(last?.status, 'error');
});
