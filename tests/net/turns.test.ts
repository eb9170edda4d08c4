/** Agencies are served as they come, strangers have a share of the time, and nobody is forgotten. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  CALM_MS,
  CREDIT_MS,
  DEBT_MS,
  KNOCK_HEAVY_TURNS,
  KNOCK_TURN_MS,
  STRANGERS_SHARE,
  TURN_PIECES,
} from '../../src/limits.ts';
import { LoopTurns, type StrangersTask, type Task } from '../../src/net/turns.ts';

/** A stranger who has much to say. */
const HEAVY = { address: '10.0.0.1', isHeavy: true } as const;
const LIGHT = { ...HEAVY, isHeavy: false } as const;

/** Turns whose clock goes on by a microsecond with each look at it, and by what tasks take. */
const timed = () => {
  const time = { ms: 0 };
  const turns = new LoopTurns(() => {
    time.ms += 0.001;
    return time.ms;
  });
  return { turns, time };
};

/** Work of so many pieces; `done` are those that were done. */
const pieces = (turns: LoopTurns, name: string, count: number, done: string[]): StrangersTask => ({
  ...HEAVY,
  turn: 0,
  served: 0,
  work() {
    while (count > 0 && turns.goesOn()) {
      count--;
      done.push(name);
    }
    return count > 0;
  },
});

/** A piece of work that takes so long, and is the last. */
const spend = (time: { ms: number }, ms: number): boolean => {
  time.ms += ms;
  return false;
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await turn();
};

test('an agency is served at once, with so many pieces, and goes on in the next turns', async () => {
  const { turns } = timed();
  const done: string[] = [];
  turns.soon(pieces(turns, 'a', 2 * TURN_PIECES + 1, done));
  assert.equal(done.length, TURN_PIECES);
  await until(() => done.length === 2 * TURN_PIECES + 1);
});

test('one that asks again and again in one turn waits for the next', async () => {
  const { turns } = timed();
  const done: string[] = [];
  const one: Task = { turn: 0, served: 0, work: () => done.push('a') === 0 };
  for (let i = 0; i < 3 * TURN_PIECES; i++) turns.soon(one);
  assert.equal(done.length, TURN_PIECES);
  await until(() => done.length === 3 * TURN_PIECES);
});

test('an agency that has more at hand is served in the next turn, before any stranger', async () => {
  const { turns } = timed();
  const done: string[] = [];
  turns.later(pieces(turns, 'stranger', 1, done));
  turns.next(pieces(turns, 'agency', 1, done));
  assert.deepEqual(done, []);
  await until(() => done.length === 2);
  assert.deepEqual(done, ['agency', 'stranger']);
});

test('strangers wait for the next turn, and each of them has its pieces', async () => {
  const { turns, time } = timed();
  const done: string[] = [];
  for (const name of ['a', 'b', 'c']) turns.later(pieces(turns, name, 3 * TURN_PIECES, done));
  turns.welcome(pieces(turns, 'new', 1, done));
  assert.deepEqual(done, []);
  await until(() => {
    time.ms += 1; // a turn of the event loop takes its time
    return done.length === 9 * TURN_PIECES + 1;
  });
  assert.deepEqual([...new Set(done)], ['new', 'a', 'b', 'c']);
  assert.deepEqual(done.slice(-TURN_PIECES), Array(TURN_PIECES).fill('c'));
});

/** The same with tasks that take their time. */
const clocked = (t: TestContext) => {
  const { turns, time } = timed();
  const done: string[] = [];
  const task = (name: string, takes: number, who: Pick<StrangersTask, 'address' | 'isHeavy'> = HEAVY) => ({
    ...who,
    turn: 0,
    served: 0,
    work() {
      time.ms += takes;
      return done.push(name) === 0;
    },
  });
  const rests = t.mock.method(globalThis, 'setTimeout', (wake: () => void) => {
    time.ms += 1;
    setImmediate(wake);
  });
  return { turns, done, task, rests: () => rests.mock.callCount() };
};

test('while no agency asks, strangers go on without a rest, also right after an agency', async (t) => {
  const { turns, done, task, rests } = clocked(t);
  turns.soon(task('agency', 5));
  for (let i = 0; i < 20; i++) turns.later(task('stranger', 3));
  await until(() => done.length === 21);
  assert.equal(rests(), 0);
});

test('if agencies ask in every turn, strangers have a quarter of the time', async (t) => {
  const { turns, done, task } = clocked(t);
  for (let i = 0; i < 100; i++) turns.later(task('stranger', 0.25));
  for (let i = 0; i < 100; i++) {
    turns.soon(task('agency', 0.75));
    await turn();
  }
  const strangers = done.filter((name) => name === 'stranger').length;
  assert.ok(
    strangers >= 99 && strangers <= 101,
    `${strangers} of 100, which took as much as the time's quarter`,
  );
});

test('after a second in which the processor was another program, strangers do not wait for seconds', async (t) => {
  const { turns, done, task } = clocked(t);
  turns.soon(task('agency', 1));
  turns.later(task('stopped', 1_000));
  await until(() => done.includes('stopped'));
  turns.later(task('stranger', 1));
  let ms = 0;
  for (; !done.includes('stranger'); ms++) {
    turns.soon(task('agency', 1));
    await turn();
  }
  assert.ok(ms <= DEBT_MS / STRANGERS_SHARE + 10, `after ${ms} ms of agencies`);
});

test('what strangers have cost besides they pay for, and the loop rests meanwhile', async (t) => {
  const { turns, done, task, rests } = clocked(t);
  turns.soon(task('agency', 1));
  turns.charge(DEBT_MS);
  turns.later(task('stranger', 1));
  await until(() => done.length === 2);
  assert.ok(rests() >= DEBT_MS - 1, `${rests()} ms`);
});

test('whatever strangers have cost, those who come later pay for so much at most', async (t) => {
  const { turns, done, task, rests } = clocked(t);
  turns.soon(task('agency', 1));
  for (let count = 0; count < 100; count++) turns.charge(DEBT_MS);
  turns.later(task('stranger', 1));
  await until(() => done.length === 2);
  assert.ok(rests() <= DEBT_MS + 2, `${rests()} ms`);
});

test('once no connection comes in any more, turns are as long as ever', async (t) => {
  const { turns, done, task } = clocked(t);
  turns.knock();
  turns.next(task('agency', KNOCK_TURN_MS));
  await until(() => done.length === 1);
  for (let count = 0; count < 3; count++) turns.next(task('agency', KNOCK_TURN_MS));
  await turn();
  assert.equal(done.length, 4, 'all in one turn');
});

test('however many strangers there are, an agency that asks is served before most of them', async (t) => {
  const { turns, done, task } = clocked(t);
  turns.soon(task('agency', 0.1));
  for (let i = 0; i < 200; i++) turns.later(task('stranger', 1));
  await until(() => done.length > 2);
  turns.soon(task('agency', 0.1));
  assert.ok(done.lastIndexOf('agency') < 100, `after ${done.lastIndexOf('agency')} of 200`);
  await until(() => done.length === 202);
});

test('who has said little is served before 200 who send without an end, with one of them between at most', async (t) => {
  const { turns, done, task } = clocked(t);
  for (let i = 0; i < 200; i++) turns.later(task('flood', 1));
  await until(() => done.length > 0);
  const before = done.length;
  turns.later(task('honest', 0.1, LIGHT));
  await until(() => done.includes('honest'));
  assert.ok(done.indexOf('honest') <= before + 1, `${done.indexOf('honest') - before} before it`);
  await until(() => done.length === 201);
});

test('addresses take turns: 200 of one do not stand before one of another', async (t) => {
  const { turns, done, task } = clocked(t);
  for (const who of [HEAVY, LIGHT]) {
    for (let i = 0; i < 200; i++) turns.later(task('flood', 1, who));
    turns.later(task('honest', 1, { ...who, address: '10.0.0.2' }));
  }
  await until(() => done.length === 402);
  assert.ok(done.lastIndexOf('honest') <= 4, `as number ${done.lastIndexOf('honest')}`);
});

test('while connections come in, strangers have no long slices, though no agency asks', async () => {
  const { turns, time } = timed();
  time.ms = 2 * CALM_MS;
  let longest = 0;
  const flood = (): StrangersTask => ({ ...HEAVY, turn: 0, served: 0, work: () => spend(time, 0.1) });
  for (let count = 0; count < 200; count++) {
    time.ms += 1;
    for (let left = 0; left < 50; left++) turns.later(flood());
    turns.knock();
    const from = time.ms;
    await turn();
    if (count > 0) longest = Math.max(longest, time.ms - from);
  }
  assert.ok(longest <= CREDIT_MS + 0.2, `${longest} ms`);
});

test('while connections come in, turns are short, and who sends without an end has some of them', async (t) => {
  const { turns, done, task } = clocked(t);
  const agency = task('agency', KNOCK_TURN_MS);
  for (let i = 0; i < 50; i++) turns.later(task('flood', 0.01));
  for (let i = 0; i < 50; i++) turns.next({ ...agency });
  const perTurn: string[][] = [];
  while (done.length < 100) {
    turns.knock();
    await turn();
    perTurn.push(done.slice(perTurn.flat().length));
  }
  for (const served of perTurn)
    assert.ok(served.filter((name) => name === 'agency').length <= 1, `${served}`);
  const floods = perTurn.slice(0, 40).filter((served) => served.includes('flood')).length;
  assert.ok(floods > 0 && floods <= 40 / KNOCK_HEAVY_TURNS, `in ${floods} of 40 turns`);
});
