/** Agencies are served as they come, strangers have a share of the time, and nobody is forgotten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoopTurns, type Task } from '../../src/adapters/turns.ts';
import { TURN_PIECES } from '../../src/limits.ts';

/** Work of so many pieces; `done` are those that were done. */
const pieces = (turns: LoopTurns, name: string, count: number, done: string[], ms = 0): Task => ({
  turn: 0,
  served: 0,
  work() {
    while (count > 0 && turns.goesOn()) {
      count--;
      done.push(name);
      for (const end = performance.now() + ms; performance.now() < end; );
    }
    return count > 0;
  },
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await turn();
};

test('an agency is served at once, with so many pieces, and goes on in the next turns', async () => {
  const turns = new LoopTurns();
  const done: string[] = [];
  turns.soon(pieces(turns, 'a', 2 * TURN_PIECES + 1, done));
  assert.equal(done.length, TURN_PIECES);
  await until(() => done.length === 2 * TURN_PIECES + 1);
});

test('one that asks again and again in one turn waits for the next', async () => {
  const turns = new LoopTurns();
  const done: string[] = [];
  const one: Task = { turn: 0, served: 0, work: () => done.push('a') === 0 };
  for (let i = 0; i < 3 * TURN_PIECES; i++) turns.soon(one);
  assert.equal(done.length, TURN_PIECES);
  await until(() => done.length === 3 * TURN_PIECES);
});

test('strangers wait for the next turn, and each of them has its pieces', async () => {
  const turns = new LoopTurns();
  const done: string[] = [];
  for (const name of ['a', 'b', 'c']) turns.later(pieces(turns, name, 3 * TURN_PIECES, done));
  turns.welcome(pieces(turns, 'new', 1, done));
  assert.deepEqual(done, []);
  await until(() => done.length === 9 * TURN_PIECES + 1);
  assert.deepEqual([...new Set(done)], ['new', 'a', 'b', 'c']);
  assert.deepEqual(done.slice(-TURN_PIECES), Array(TURN_PIECES).fill('c'));
});

test('however many strangers there are, an agency that asks is served before most of them', async () => {
  const turns = new LoopTurns();
  const done: string[] = [];
  turns.soon(pieces(turns, 'agency', 1, done));
  for (let i = 0; i < 200; i++) turns.later(pieces(turns, 'stranger', 1, done, 1));
  await until(() => done.length > 2);
  turns.soon(pieces(turns, 'agency', 1, done));
  assert.ok(done.lastIndexOf('agency') < 100, `after ${done.lastIndexOf('agency')} of 200`);
  await until(() => done.length === 202);
});
