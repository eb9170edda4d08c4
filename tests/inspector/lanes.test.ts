/** The lanes of a run that nobody knows are those of who is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lanesByActor } from '../../src/inspector/view/lanes.ts';

const castOf = (...actors: readonly (readonly [id: string, name: string, machine?: string])[]) =>
  new Map(
    actors.map(([id, name, machine]) => [
      id,
      { id, name, machine, isForeign: true, parentId: undefined, context: {} },
    ]),
  );

const ended = Array.from(
  { length: 9 },
  (_, run) => [`e${run}`, `old ${'abcdefghi'[run]}`, `old${run}`] as const,
);

test('who came late has a lane of its own, before those that have ended', () => {
  const cast = castOf(...ended, ['p', 'a promise'], ['m', 'my machine', 'mine'], ['n', 'mine 2', 'mine']);
  const { names, of } = lanesByActor(cast, (id) => ['p', 'm', 'n'].includes(id));
  assert.deepEqual(names, ['old a', 'old b', 'old c', 'old d', 'old e', 'a promise', 'mine ×2', 'others']);
  assert.deepEqual([of('p'), of('m'), of('n'), of('e8'), of('nobody')], [5, 6, 6, 7, 7]);
});

test('of too many kinds that live, machines have the lanes', () => {
  const promises = Array.from({ length: 9 }, (_, index) => [`p${index}`, 'abcdefghi'[index]!] as const);
  const { names } = lanesByActor(castOf(...promises, ['m', 'last', 'machine']), () => true);
  assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e', 'f', 'last', 'others']);
});

test('few actors have a lane each, and eight kinds are not too many', () => {
  const cast = castOf(...ended.slice(0, 7), ['x1', 'x 1'], ['x2', 'x 2']);
  assert.equal(lanesByActor(castOf(['x1', 'x 1'], ['x2', 'x 2']), () => true).names.join(), 'x 1,x 2');
  assert.equal(lanesByActor(cast, () => true).names.at(-1), 'x ×2');
});
