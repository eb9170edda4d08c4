/** Started by `nohup`: a terminal that is closed ends nothing, and a program that can read its files again does. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createActor, createMachine, type EventObject } from 'xstate';

process.env.QUINIELA_NOHUP = 'yes';
const { interruption } = await import('../../src/runtime/interruption.ts');
const { reloadingSignals, signals } = await import('../../src/runtime/signals.ts');

/** Sends a signal to the listeners that the test has added. @returns how many there are */
const kernelOf = (t: TestContext) => {
  const others = new Set<unknown>();
  for (const name of ['SIGHUP', 'SIGTERM', 'SIGINT'])
    for (const listener of process.listeners(name as NodeJS.Signals)) others.add(listener);
  const ours = (name: NodeJS.Signals) =>
    (process.listeners(name) as ((name: string) => void)[]).filter((one) => !others.has(one));
  t.after(() => {
    for (const name of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const)
      for (const listener of ours(name)) process.off(name, listener);
  });
  return (name: NodeJS.Signals): number => {
    const listeners = ours(name);
    for (const listener of listeners) listener(name);
    return listeners.length;
  };
};

/** What a root machine hears by these signals. */
const rootOf = (t: TestContext, src: typeof signals) => {
  const heard: EventObject[] = [];
  const root = createMachine({ invoke: { src }, on: { '*': { actions: ({ event }) => heard.push(event) } } });
  const actor = createActor(root).start();
  t.after(() => void actor.stop());
  return heard;
};

test('a command’s work goes on, and SIGTERM is what ends it', (t) => {
  const send = kernelOf(t);
  const work = interruption();
  send('SIGHUP');
  assert.ok(!work.aborted);
  send('SIGTERM');
  assert.match(String(work.reason), /interrupted by SIGTERM/);
});

test('a root machine hears of nothing, and of SIGTERM', (t) => {
  const send = kernelOf(t);
  const heard = rootOf(t, signals);
  send('SIGHUP');
  assert.deepEqual(heard, []);
  send('SIGTERM');
  assert.deepEqual(heard, [{ type: 'signal.received', signal: 'SIGTERM' }]);
});

test('a server with certificates reads them again: to it SIGHUP is no word of a terminal', (t) => {
  const send = kernelOf(t);
  const heard = rootOf(t, reloadingSignals);
  send('SIGHUP');
  send('SIGHUP');
  assert.deepEqual(heard, [{ type: 'reload.asked' }, { type: 'reload.asked' }]);
});
