import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventFrom } from 'xstate';
import { inspectorMachine } from '../../machines/inspector.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

type Event = EventFrom<typeof inspectorMachine>;

const listening: Event = { type: 'hub.listening', address: 'http://127.0.0.1:8080/' };
const failed: Event = { type: 'hub.failed', reason: 'EADDRINUSE' };
const signal: Event = { type: 'signal.received', signal: 'SIGINT' };
const ownerLeft: Event = { type: 'owner.left' };
const broken = {
  type: 'xstate.error.actor.hub',
  actorId: 'hub',
  error: new Error('a bug'),
} as unknown as Event;

testEveryPath({
  machine: inspectorMachine,
  inputs: [undefined],
  events: [listening, failed, signal, ownerLeft, { type: 'program.broken', error: new Error('a bug') }],
  remember: ({ exitCode }) => exitCode,
});

/** An inspector that has heard the events of `soFar`. */
function watch(...soFar: Event[]) {
  const on = stage(inspectorMachine, undefined, ['signals', 'owner', 'hub']);
  on.send(...soFar);
  return {
    state: on.state(),
    exitCode: on.actor.getSnapshot().output?.exitCode,
    hub: on.heard('hub').map(({ type }) => type),
    details: on.entries.map(({ details }) => details),
  };
}

describe('inspector', () => {
  test('says where a browser finds it, and serves on', () => {
    const { state, details } = watch(listening);
    assert.deepEqual([state, details], ['watching', [{ page: 'http://127.0.0.1:8080/' }]]);
  });

  test('a signal closes it and ends it with 0', () => {
    const { state, exitCode, hub } = watch(listening, signal);
    assert.deepEqual([state, exitCode, hub], ['stopped', 0, ['stopped']]);
  });

  test('it ends with the process that it is for', () => {
    const { state, exitCode, hub } = watch(listening, ownerLeft);
    assert.deepEqual([state, exitCode, hub], ['stopped', 0, ['stopped']]);
  });

  test('where it cannot serve, it says why and ends with 1', () => {
    for (const [event, reason] of [
      [failed, 'EADDRINUSE'],
      [broken, 'Error: a bug'],
    ] as const) {
      const { state, exitCode, details } = watch(event);
      assert.deepEqual([state, exitCode], ['failed', 1]);
      assert.ok(details.some((detail) => detail?.error === reason));
    }
  });
});
