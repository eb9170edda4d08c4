/** Who hears of a signal or a defect, the first time and the second, while a command works and once it is over. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createActor, createMachine } from 'xstate';
import { catchDefects, onDefect } from '../../src/runtime/defects.ts';
import { exitOfInterruption, interruption } from '../../src/runtime/interruption.ts';
import { signals } from '../../src/runtime/signals.ts';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException'] as const;
type Name = (typeof NAMES)[number];

const listenersTo = (name: Name) => process.listeners(name as NodeJS.Signals) as ((what: unknown) => void)[];

/** A process of which the test's runner is no part: what would end it is written down, and only ours hear of anything. */
const processOf = (t: TestContext) => {
  const others = new Map(NAMES.map((name) => [name, listenersTo(name)]));
  const ours = (name: Name) => listenersTo(name).filter((listener) => !others.get(name)?.includes(listener));
  t.after(() => {
    for (const name of NAMES) for (const listener of ours(name)) process.off(name, listener);
  });
  const ended: string[] = [];
  const write = (text: string) => {
    ended.push(text);
    return undefined as never;
  };
  t.mock.method(process, 'getActiveResourcesInfo', () => []);
  t.mock.method(process, 'exit', (code: number) => write(`exit ${code}`));
  t.mock.method(console, 'error', (text: string) => write(text));
  /** @returns how many hear of it */
  const hear = (name: Name, what: unknown = name): number => {
    const listeners = ours(name);
    for (const listener of listeners) listener(what);
    return listeners.length;
  };
  return { ended, hear, fail: (text: string) => hear('uncaughtException', new Error(text)) };
};

test('the first signal ends a command’s work in order, a second one the command; a terminal that is gone says so twice', (t) => {
  for (const [first, second, ended] of [
    ['SIGINT', 'SIGTERM', ['exit 143']],
    ['SIGHUP', 'SIGHUP', []],
    ['SIGTERM', 'SIGINT', ['exit 130']],
  ] as const) {
    t.test(`${first}, ${second}`, (t) => {
      const { ended: ends, hear } = processOf(t);
      const work = interruption();
      assert.equal(exitOfInterruption(work), undefined);
      hear(first);
      assert.ok(work.aborted);
      assert.match(String(work.reason), new RegExp(`interrupted by ${first}`));
      assert.deepEqual(ends, []);
      hear(second);
      assert.deepEqual(ends, ended);
    });
  }
});

test('a root machine hears once that its terminal is gone, however often it is said, and whatever else is said', (t) => {
  const { hear } = processOf(t);
  const heard: string[] = [];
  const root = createMachine({
    invoke: { src: signals },
    on: { 'signal.received': { actions: ({ event }) => heard.push(event.signal) } },
  });
  const actor = createActor(root).start();
  for (const name of ['SIGHUP', 'SIGHUP', 'SIGINT', 'SIGINT', 'SIGTERM'] as const) hear(name);
  actor.stop();
  assert.deepEqual(heard, ['SIGTERM', 'SIGINT', 'SIGINT', 'SIGTERM']);
});

test('a defect is for whoever runs; once that is over the next is said, and ends the process', (t) => {
  const { ended, fail } = processOf(t);
  catchDefects();
  const heard: unknown[] = [];
  const earlier = onDefect((error) => heard.push(`${error}`));
  const root = onDefect((error) => heard.push(`root: ${error}`));
  // Who has been replaced takes nothing from the one after it.
  earlier();
  fail('one');
  assert.deepEqual([heard, ended], [['root: Error: one'], []]);
  root();
  fail('two');
  assert.deepEqual(ended, ['quiniela: a defect, Error: two', 'exit 1']);
  assert.equal(heard.length, 1);
});

test('whoever mends the program asks for the stack by its name in NODE_DEBUG, beside others', (t) => {
  const { ended, fail } = processOf(t);
  catchDefects();
  t.after(() => {
    delete process.env.NODE_DEBUG;
  });
  for (const [asked, isShown] of [
    ['http', false],
    ['http,Quiniela', true],
  ] as const) {
    process.env.NODE_DEBUG = asked;
    ended.length = 0;
    fail('one');
    const stack = isShown ? [/^Error: one\n +at /] : [];
    assert.equal(ended.length, 2 + stack.length, asked);
    for (const pattern of stack) assert.match(ended[1] ?? '', pattern);
  }
});

test('once a machine has ended, a signal changes nothing, and a defect is the process’s own', (t) => {
  const { ended, hear, fail } = processOf(t);
  catchDefects();
  const actor = createActor(signals).start();
  actor.stop();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) assert.equal(hear(name), 1, name);
  assert.deepEqual(ended, []);
  fail('late');
  assert.deepEqual(ended, ['quiniela: a defect, Error: late', 'exit 1']);
});
