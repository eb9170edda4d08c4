/** Of any event it is known what caused it, back to the first, and what it caused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInspector } from '@statelyai/inspect';
import {
  type AnyStateMachine,
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  type InspectionEvent,
  type Observer,
  sendParent,
  sendTo,
  setup,
  waitFor,
} from 'xstate';
import { Foreigner } from '../../src/inspector/hub/foreigner.ts';
import { createObserver } from '../../src/inspector/probe/observer.ts';
import { causesOf } from '../../src/inspector/view/causes-of.ts';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { Moments } from '../../src/inspector/view/moments.ts';
import { type Row, Rows } from '../../src/inspector/view/rows.ts';
import { parseEvent } from '../../src/inspector/view/shape.ts';
import { until } from '../support/system.ts';

/** What a process tells: by our own probe, or by Stately's client in another program. */
const PROBES = {
  ours: (add: Add) => createObserver('p', (line) => add([parseEvent(line)!])),
  foreign: (add: Add) => {
    const foreigner = new Foreigner('f');
    const send = (event: object) => add(foreigner.tell(parseEvent(JSON.stringify(event))!));
    const { inspect } = createInspector({ start: () => {}, send });
    return inspect as Observer<InspectionEvent>;
  },
} satisfies Record<string, (add: Add) => Observer<InspectionEvent>>;

type Add = (events: readonly InspectorEvent[]) => void;

/** A program that is watched, and what is known of its events. */
function watched(machine: AnyStateMachine, probe: keyof typeof PROBES = 'ours') {
  const moments = new Moments();
  moments.restart({}, 0);
  const inspect = PROBES[probe]((events) => moments.add(events));
  const actor = createActor(machine, { inspect });
  const told = () => {
    const rows = new Rows(moments);
    rows.update();
    const causes = causesOf(rows.all, moments);
    const name = ({ target, event }: Row) => `${moments.cast.get(target)?.name} ${event.type}`;
    const find = (type: string) => rows.all.findLast(({ event }) => event.type === type)!;
    return {
      has: (type: string) => find(type) !== undefined,
      before: (type: string) => causes.before(find(type)).map(({ row, how }) => `${name(row)}, ${how}`),
      after: (type: string) =>
        causes.after(find(type), 100).map(({ row, depth }) => `${'-'.repeat(depth)} ${name(row)}`),
    };
  };
  return { actor, told };
}

const child = createMachine({
  id: 'child',
  on: { ask: { actions: [sendParent({ type: 'answer' }), sendParent({ type: 'more' })] } },
});

for (const probe of ['ours', 'foreign'] as const)
  test(`an event is caused by the one that its sender was taking: ${probe}`, async () => {
    const parent = createMachine({
      id: 'parent',
      invoke: { src: child, id: 'child' },
      on: {
        go: { actions: [sendTo('child', { type: 'ask' }), sendTo('child', { type: 'unheard' })] },
        answer: { actions: sendTo('child', { type: 'thanks' }) },
      },
    });
    const { actor, told } = watched(parent, probe);
    actor.start();
    actor.send({ type: 'idle' });
    actor.send({ type: 'go' });
    // Stately's client tells later.
    await until(() => told().has('thanks'), 'the last event');
    // The parent takes the answers only when it has taken `go`.
    assert.deepEqual(told().before('thanks'), ['parent go, step', 'child ask, step', 'parent answer, step']);
    assert.deepEqual(told().before('go'), [], 'it comes from outside');
    assert.deepEqual(told().after('go'), [
      '- child ask',
      '-- parent answer',
      '-- parent more',
      '- child unheard',
      '--- child thanks',
    ]);
    assert.deepEqual(told().after('idle'), []);
    assert.deepEqual(told().before('xstate.init'), ['parent xstate.init, step'], 'actors too have a cause');
  });

test('what an adapter sends at any time was begun by what it was told last', async () => {
  const adapter = fromCallback<{ type: string }>(({ sendBack, receive }) => {
    receive(({ type }) => setImmediate(() => sendBack({ type: type === 'read' ? 'data' : 'written' })));
  });
  const machine = setup({ actors: { adapter } }).createMachine({
    id: 'reader',
    initial: 'reading',
    invoke: { src: 'adapter', id: 'adapter' },
    states: {
      reading: {
        entry: sendTo('adapter', { type: 'read' }),
        on: { data: { target: 'writing', actions: sendTo('adapter', { type: 'write' }) } },
      },
      writing: { on: { written: 'done' } },
      done: { type: 'final' },
    },
  });
  const { actor, told } = watched(machine);
  actor.start();
  await waitFor(actor, ({ status }) => status === 'done');
  assert.deepEqual(told().before('written'), [
    'reader xstate.init, step',
    'adapter read, latest',
    'reader data, step',
    'adapter write, latest',
  ]);
});

test('a promise and a timer were begun by what entered their state', async () => {
  const machine = setup({
    actors: { work: fromPromise(async () => 1) },
    delays: { soon: 5 },
  }).createMachine({
    id: 'worker',
    context: { ticks: 0 },
    initial: 'waiting',
    states: {
      waiting: { on: { go: 'working', other: {} } },
      working: { invoke: { src: 'work', id: 'work', onDone: 'resting' } },
      resting: {
        on: { noted: {} },
        after: {
          soon: [
            {
              guard: ({ context }) => context.ticks < 1,
              target: 'resting',
              reenter: true,
              actions: assign({ ticks: 1 }),
            },
            { target: 'over' },
          ],
        },
      },
      over: { type: 'final' },
    },
  });
  const { actor, told } = watched(machine);
  actor.start();
  for (const type of ['other', 'go']) actor.send({ type });
  await waitFor(actor, ({ value }) => value === 'resting');
  actor.send({ type: 'noted' });
  await waitFor(actor, ({ status }) => status === 'done');
  const after = 'xstate.after.soon.worker.resting';
  assert.deepEqual(told().before(after), [
    'worker go, step',
    'work xstate.init, latest',
    'work xstate.promise.resolve, step',
    'worker xstate.done.actor.work, timer',
    `worker ${after}, timer`,
  ]);
});

test('who has set the timer of a delayed event is not told, and not guessed', async () => {
  const parent = createMachine({
    id: 'parent',
    invoke: { src: child, id: 'child' },
    initial: 'asking',
    states: {
      asking: {
        on: { go: { actions: sendTo('child', { type: 'ask' }, { delay: 5 }) }, answer: 'answered' },
      },
      answered: {},
    },
  });
  const { actor, told } = watched(parent);
  actor.start();
  actor.send({ type: 'go' });
  await waitFor(actor, ({ value }) => value === 'answered');
  assert.deepEqual(told().before('answer'), ['child ask, step']);
});
