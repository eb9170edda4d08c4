/** The demo's side of the lab: what the page wants reaches the machine, the answer the page, and nobody waits in vain. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createActor, createMachine, type EventObject } from 'xstate';
import type { LabAnswer } from '../../machines/vocabulary/lab.ts';
import { labOf } from '../../src/demo/lab.ts';
import { temporaryFolder } from '../support/system.ts';

/** A machine that answers what it is asked as the demo's would, until it is over. */
function start(inspector: ChildProcess) {
  const heard: EventObject[] = [];
  const machine = createMachine({
    invoke: { src: labOf(inspector), id: 'lab' },
    on: { '*': { actions: ({ event }) => heard.push(event) } },
  });
  const actor = createActor(machine).start();
  const answer = (told: LabAnswer) =>
    actor.getSnapshot().children.lab?.send({ type: 'lab.answer', ...told } as never);
  return { actor, heard, answer };
}

/** The hub, played by the test. */
function hub() {
  const told: LabAnswer[] = [];
  const inspector = Object.assign(new EventEmitter(), {
    send: (answer: LabAnswer) => told.push(answer),
  });
  return { inspector: inspector as unknown as ChildProcess & EventEmitter, told };
}

const RESTART = { do: 'restart', who: 'server' } as const;
const KILL = { do: 'signal', who: 'agency-1', signal: 'SIGKILL' } as const;

test('what is wanted is told by its kind, the entrance is no wish, and each answer has the number of what was asked', () => {
  const { inspector, told } = hub();
  const { heard, answer } = start(inspector);
  inspector.emit('message', { entrance: '/lab?ticket=x' });
  inspector.emit('message', { id: 1, wish: RESTART });
  inspector.emit('message', { id: 2, wish: KILL });
  assert.deepEqual(heard, [
    { type: 'lab.restart', id: 1, who: 'server' },
    { type: 'lab.ordered', id: 2, order: KILL },
  ]);
  answer({ id: 2 });
  answer({ id: 1, refusal: 'server runs already' });
  assert.deepEqual(told, [
    { id: 2, refusal: undefined },
    { id: 1, refusal: 'server runs already' },
  ]);
});

test('after the demo whoever asks hears that it has ended, once', () => {
  const { inspector, told } = hub();
  const { actor, heard } = start(inspector);
  actor.stop();
  inspector.emit('message', { id: 3, wish: RESTART });
  assert.deepEqual(told, [{ id: 3, refusal: 'the demo has ended' }]);
  assert.deepEqual(heard, []);
  assert.equal(inspector.listenerCount('message'), 1, 'nothing of it is left');
});

test('an answer to an inspector that has ended is no mistake of the demo', async (t) => {
  const script = join(temporaryFolder(t), 'ends.mjs');
  writeFileSync(script, '');
  const inspector = fork(script, { execArgv: [] });
  const { answer } = start(inspector);
  const mistakes: Error[] = [];
  inspector.on('error', (error) => mistakes.push(error));
  await once(inspector, 'close');
  answer({ id: 1 });
  await new Promise(setImmediate);
  assert.deepEqual(mistakes, []);
});
