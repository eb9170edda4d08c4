/** How often and how long a machine was in a state is what it told of itself, up to the moment that is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Moments } from '../../src/inspector/view/moments.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { stateTime, type Told } from '../../src/inspector/view/state-time.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

const told = (...values: [time: number, value: unknown, isOver?: boolean][]): Told[] =>
  values.map(([time, value, isOver = false]) => ({ time, value, isOver }));

const run = told(
  [0, 'idle'],
  [10, { busy: 'reading' }],
  [15, { busy: 'writing' }],
  [30, 'idle'],
  [40, { busy: 'reading' }],
);

const TIMES: readonly [
  state: string,
  until: number,
  entered: number,
  ms: number,
  since: number | undefined,
][] = [
  ['m.busy', 100, 2, 80, 40],
  ['m.busy.reading', 100, 2, 65, 40],
  ['m.busy.writing', 100, 1, 15, undefined],
  ['m.busy', 20, 1, 10, 10],
  ['m.busy.writing', 14, 0, 0, undefined],
  ['m', 100, 1, 100, 0],
];

for (const [state, until, entered, ms, since] of TIMES)
  test(`${state} at ${until} ms: entered ${entered} times, ${ms} ms`, () =>
    assert.deepEqual(stateTime(run, 'm', state, until), { entered, ms, since }));

test('a machine that has ended is in no state', () => {
  const ended = [...run, ...told([50, { busy: 'reading' }, true])];
  assert.deepEqual(stateTime(ended, 'm', 'm.busy', 100), { entered: 2, ms: 30, since: undefined });
});

test('of an actor is told what was before the first event that is kept, and nothing twice', () => {
  const moments = new Moments();
  moments.restart({}, 0);
  const snapshot = (value: string) => ({ status: 'active', value, context: {} });
  const at = (time: number) => ({ createdAt: `${1_795_452_912_000 + time}.000` });
  moments.add(
    [
      actorEvent('a.1', { ...at(0), snapshot: snapshot('off') }),
      snapshotEvent('a.1', { ...at(5), snapshot: snapshot('on') }),
      snapshotEvent('b.1', { ...at(6) }),
      snapshotEvent('a.1', { ...at(9), snapshot: snapshot('off') }),
    ].map((event) => readEvent(event)!),
  );
  const values = () => [...moments.toldBy('a.1')].map(({ time, value }) => [time % 1_000, value]);
  assert.deepEqual(values(), [
    [0, 'off'],
    [5, 'on'],
    [9, 'off'],
  ]);
  moments.forgetBefore(2);
  assert.deepEqual(values(), [
    [5, 'on'],
    [9, 'off'],
  ]);
  assert.deepEqual([...moments.toldBy('nobody')], []);
});

test('the time in a state is that of the moment, however far the clocks of two programs are apart', () => {
  const moments = new Moments();
  moments.restart({}, 0);
  const at = (seconds: number) => ({ createdAt: `${1_795_452_912_000 + seconds * 1_000}.000` });
  moments.add(
    [
      actorEvent('a.1', at(0)),
      snapshotEvent('a.1', at(5)),
      actorEvent('b.1', at(-3_600)),
      snapshotEvent('a.1', { ...at(9), snapshot: { status: 'active', value: 'off', context: {} } }),
    ].map((event) => readEvent(event)!),
  );
  const inOn = (number: number) =>
    stateTime(moments.toldBy('a.1', number), 'lamp', 'lamp.on', moments.before(number).time);
  assert.equal(inOn(1).entered, 0, 'what comes later is no part of it');
  for (const number of [2, 3]) {
    const { entered, ms, since } = inOn(number);
    assert.deepEqual([entered, ms, since !== undefined], [1, 0, true], 'it has just come there');
  }
  assert.deepEqual(inOn(4), { entered: 1, ms: 4_000, since: undefined });
});
