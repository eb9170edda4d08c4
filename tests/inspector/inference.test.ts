/** Of a machine whose client tells no transitions, they are those that it took. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import {
  type AnyStateMachine,
  type AnyTransitionDefinition,
  assign,
  createActor,
  createMachine,
  type EventObject,
} from 'xstate';
import { describeDefinition } from '../../src/inspector/charts/definition.ts';
import { transitionsIn } from '../../src/inspector/charts/inference.ts';
import { now } from '../../src/inspector/clock.ts';
import { Foreigner } from '../../src/inspector/hub/foreigner.ts';
import { History } from '../../src/inspector/hub/history.ts';
import { transitionsOf } from '../../src/inspector/probe/transitions.ts';
import { branchesIn } from '../../src/inspector/view/branches.ts';
import { parseEvent, readEvent } from '../../src/inspector/view/shape.ts';
import { deep, definitionTold, player } from './foreign-machines.ts';
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

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
  const steps = events.map((type) => {
    took = [];
    const { value: before, context } = actor.getSnapshot();
    actor.send({ type } as EventObject);
    const { value: after, context: next } = actor.getSnapshot();
    const hasChanged = () => JSON.stringify(context) !== JSON.stringify(next);
    const own = took
      // Those without an event, or with another one that XState made of it, are not told of.
      .filter(({ eventType }) => eventType !== '' && !eventType.startsWith('xstate.'))
      .map((one) => transitionsOf(one.source).find(({ definition }) => definition === one)?.id)
      .map((id) => id?.replaceAll(/\s/g, '\u00a0'));
    return { type, own, found: transitionsIn(description, { before, event: type, after, hasChanged }) };
  });
  // Or its timers would keep this process for as long as they take.
  actor.stop();
  return steps;
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

const found = async (machine: AnyStateMachine, events: readonly string[]) =>
  run(machine, await definitionTold(createInspector, machine), events).map(({ found }) => found);

test('of the transitions for one event, the event’s own is asked before those of wildcards, the longest of these first', async () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { '*': { target: 'a', reenter: true }, 'go.*': { actions: 'note' }, 'go.to': 'b' } },
      b: { always: 'c' },
      c: { on: { '*': 'a', back: { target: 'b', guard: () => false } } },
    },
  });
  assert.deepEqual(await found(machine, ['other', 'go.away', 'go.to', 'back']), [
    ['m.a|*|0'],
    ['m.a|go.*|0'],
    ['m.a|go.to|0'],
    ['m.c|*|0'],
  ]);
});

test('a transition whose guard may have refused it is said to be taken only where that is seen', async () => {
  const add = assign({ count: ({ context }: { context: { count: number } }) => context.count + 1 });
  const machine = createMachine({
    id: 'm',
    context: { count: 0 },
    initial: 'a',
    on: { outer: '.b' },
    states: {
      a: {
        on: {
          refused: { guard: () => false, actions: 'note' },
          counted: { guard: () => true, actions: add },
          either: [{ guard: () => false, actions: 'note' }, { actions: add }],
          outer: { guard: () => false, actions: 'note' },
        },
      },
      b: {},
    },
  });
  assert.deepEqual(await found(machine, ['refused', 'counted', 'either', 'outer']), [
    [],
    ['m.a|counted|0'],
    ['m.a|either|0/1'],
    ['m|outer|0'],
  ]);
});

test('what is around the state may have been asked instead, where the state itself may have refused it', async () => {
  const add = assign({ count: ({ context }: { context: { count: number } }) => context.count + 1 });
  const machine = createMachine({
    id: 'm',
    context: { count: 0 },
    initial: 'a',
    on: { counted: { actions: add }, moved: '.c' },
    states: {
      a: {
        on: {
          counted: { guard: () => false, actions: 'note' },
          moved: [
            { guard: () => false, target: 'b' },
            { guard: () => true, target: 'b' },
          ],
        },
      },
      b: { on: { moved: { guard: () => false, target: 'a' } } },
      c: {},
    },
  });
  assert.deepEqual(await found(machine, ['counted', 'moved', 'moved']), [
    [],
    ['m.a|moved|0/1'],
    ['m|moved|0'],
  ]);
});

test('of branches to one target that cannot be told apart, it is told that one of them was taken', async () => {
  const pass = (passes: boolean) => ({ guard: () => passes });
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        on: {
          pay: [
            { ...pass(false), target: 'c' },
            { ...pass(false), target: 'b' },
            { ...pass(true), target: 'b', actions: 'note' },
            { target: 'b', reenter: true },
            { target: 'c' },
          ],
        },
      },
      b: { on: { pay: [{ ...pass(true), target: 'a' }, { target: 'a' }] } },
      c: {},
    },
  });
  assert.deepEqual(await found(machine, ['pay', 'pay']), [['m.a|pay|1/2/3'], ['m.b|pay|0/1']]);
  assert.deepEqual(branchesIn('m.b|pay|0/1'), ['m.b|pay|0', 'm.b|pay|1']);
  assert.deepEqual(branchesIn('m.b|pay|1'), ['m.b|pay|1']);
  assert.deepEqual(branchesIn('m.0/1|a/0|1'), ['m.0/1|a/0|1'], 'of what bears such a name, nothing else');
});

test('of one that goes on at once to where it came from, what began it is found out', async () => {
  const machine = createMachine({
    id: 'glass',
    context: { drops: 0 },
    initial: 'filling',
    states: {
      filling: {
        entry: assign({ drops: ({ context }: { context: { drops: number } }) => context.drops + 1 }),
        on: { drop: 'looking', wait: 'filling' },
      },
      looking: {
        always: [{ guard: ({ context }) => context.drops > 2, target: 'full' }, { target: 'filling' }],
      },
      full: {},
    },
  });
  const began = ['glass.filling|drop|0'];
  assert.deepEqual(await found(machine, ['drop', 'drop', 'drop']), [began, began, began]);
});

test('of one that goes on at once to somewhere else, what began it is found out, though its guard could have refused it', async () => {
  const machine = createMachine({
    id: 'game',
    context: { moves: 0 },
    initial: 'playing',
    states: {
      playing: {
        always: { guard: ({ context }) => context.moves > 1, target: 'over' },
        on: {
          play: {
            guard: ({ context }) => context.moves < 9,
            target: 'playing',
            actions: assign({ moves: ({ context }: { context: { moves: number } }) => context.moves + 1 }),
          },
        },
      },
      over: {},
    },
  });
  const played = ['game.playing|play|0'];
  assert.deepEqual(await found(machine, ['play', 'play', 'play']), [played, played, []]);
});

test('nothing but the beginning of a machine is its beginning', async () => {
  const machine = createMachine({ id: 'm', on: { '*': { actions: 'note' } } });
  const description = describeDefinition(await definitionTold(createInspector, machine));
  const step = { before: {}, after: {}, hasChanged: () => false };
  assert.deepEqual(transitionsIn(description, { ...step, event: 'xstate.init' }), []);
  assert.deepEqual(transitionsIn(description, { ...step, event: 'other' }), ['m|*|0']);
});

test('thirty regions, each with a guard, are found out each for itself', async () => {
  const region = (passes: boolean) => ({
    initial: 'a',
    states: { a: { on: { T: { guard: () => passes, target: 'b' } } }, b: {} },
  });
  const states = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`r${index}`, region(index % 3 === 0)]),
  );
  const [first] = await found(createMachine({ id: 'm', type: 'parallel', states }), ['T']);
  assert.deepEqual(
    new Set(first),
    new Set(Array.from({ length: 10 }, (_, index) => `m.r${index * 3}.a|T|0`)),
  );
});

test('bars in names are none between the parts of an id', async () => {
  const machine = createMachine({
    id: 'a|b',
    initial: 'x|1',
    states: { 'x|1': { on: { 'go|on': 'y' } }, y: { on: { go: 'x|1', 'go|*': 'y' } } },
  });
  const [there, , back] = await found(machine, ['go|on', 'on', 'go']);
  assert.deepEqual([there?.length, back?.length], [1, 1]);
  assert.deepEqual(
    [there, back].map((ids) => ids?.[0]?.split('|').length),
    [3, 3],
  );
});

test('an event that a state forbids, of which nothing is told, has not taken what is outside of it', async () => {
  const machine = createMachine({
    id: 'outer',
    initial: 'a',
    on: { forbidden: '.b', open: '.b' },
    states: { a: { on: { forbidden: undefined } }, b: {} },
  });
  assert.deepEqual(await found(machine, ['forbidden', 'open']), [[], ['outer|open|0']]);
});

test('a transition with a name that nobody would take in is left out, and its step is told', async () => {
  const key = 'a state with a long name '.repeat(30);
  const machine = createMachine({
    id: 'm',
    initial: key,
    states: { [key]: { on: { [key]: 'end' } }, end: {} },
  });
  const history = new History();
  const actor = actorEvent('p.0', { definition: await definitionTold(createInspector, machine) });
  const value = (state: string) => ({ status: 'active', value: state }) as const;
  for (const told of [
    { ...actor, snapshot: value(key), machine: 'm', isForeign: true },
    snapshotEvent('p.0', { event: { type: key }, snapshot: value('end'), transitions: [] }),
  ])
    history.add(readEvent(told)!);
  history.settle(Number.POSITIVE_INFINITY);
  const [last] = history.entries.slice(-1);
  const read = parseEvent(last?.json ?? '');
  assert.ok(read?.type === '@xstate.snapshot');
  assert.deepEqual([read.snapshot.value, read.transitions], ['end', []]);
});

test('what a client says later is later, also after its clock was set back, by little or by much', () => {
  const foreigner = new Foreigner('p');
  const begin = now() - 100;
  const told = [0, -50, -10_000, 1].flatMap((ms) =>
    foreigner.tell(readEvent(sentEvent('a', { createdAt: (begin + ms).toFixed(3) }))!),
  );
  const times = told.map(({ createdAt }) => Number(createdAt));
  assert.deepEqual(
    times,
    times.toSorted((one, other) => one - other),
  );
  assert.ok(times.at(-1)! >= begin + 100, 'the hub knows better how late it is');
});
