/** Calls come in turn: a fleet of thousands never shakes hands with all at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, CallQueue } from '../../src/net/call-queue.ts';

/** So many, each of which notes what it is told. */
const some = (count: number, told: string[]): Call[] =>
  Array.from({ length: count }, (_, i) => ({
    wait: () => void told.push(`${i} waits`),
    begin: () => void told.push(`${i} begins`),
  }));

test('so many are under way; each that is over lets in the one that has waited longest', () => {
  const queue = new CallQueue(2);
  const told: string[] = [];
  const calls = some(4, told);
  for (const call of calls) queue.ask(call);
  assert.deepEqual(told, ['0 begins', '1 begins', '2 waits', '3 waits']);
  queue.leave(calls[1]!);
  queue.leave(calls[1]!);
  assert.deepEqual(told.slice(4), ['2 begins']);
  queue.leave(calls[0]!);
  assert.deepEqual(told.slice(5), ['3 begins']);
});

test('who gives up before its turn is not begun, and takes nobody a place', () => {
  const queue = new CallQueue(1);
  const told: string[] = [];
  const [one, other, third] = some(3, told) as [Call, Call, Call];
  for (const call of [one, other, third]) queue.ask(call);
  queue.leave(other);
  queue.leave(one);
  assert.deepEqual(told.slice(3), ['2 begins']);
});
