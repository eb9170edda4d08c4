/** XState's own events, as a person reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventText, labelOf } from '../../src/inspector/view/naming.ts';

for (const [type, text] of [
  ['xstate.init', 'started'],
  ['xstate.done.actor.0.player.loading', 'actor done'],
  ['xstate.after.1000.lamp.on', 'after 1000'],
  ['xstate.promise.reject', 'rejected'],
  ['xstate.snapshot.the clock', 'the clock changed'],
  ['xstate.snapshot.0.player.loading', 'actor changed'],
  ['xstate.observable.next', 'next value'],
  ['xstate.observable.complete', 'completed'],
  ['xstate.observable.error', 'failed'],
  ['xstate.of.somebody.else', 'xstate.of.somebody.else'],
  ['press', 'press'],
] as const)
  test(`${type} is called “${text}”`, () => assert.equal(eventText(type), text));

test('the servers of a lab can be told apart, and nobody else is called by a process', () => {
  const server = { name: 'server', isForeign: false, parentId: undefined, context: {} };
  assert.equal(labelOf({ ...server, id: 'server-2_1.0' }), 'server 2');
  assert.equal(labelOf({ ...server, id: 'server_1.0' }), 'server');
  assert.equal(labelOf({ ...server, id: 'server-2_1.1', name: 'store', parentId: 'server-2_1.0' }), 'store');
  assert.equal(labelOf({ ...server, id: 'server-2_1.0', isForeign: true }), 'server');
});
