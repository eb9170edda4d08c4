/**
 * V8 gives an object that is filled key by key, as XState's `assign` copies a context, a hash table once it has more than
 * 16 keys: each assign then takes 10 µs instead of 0.2. Machines of which there are thousands, or that speak with
 * thousands, have fewer: what they were started with is one key.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyStateMachine, initialTransition } from 'xstate';
import { betStoreMachine } from '../../machines/bet-store/bet-store.ts';
import { connectionMachine } from '../../machines/connection/connection.ts';
import { serverMachine } from '../../machines/server/server.ts';
import { INPUT } from './server-fixtures.ts';

const MOST_KEYS = 16;

const INPUTS: readonly (readonly [AnyStateMachine, object])[] = [
  [serverMachine, INPUT],
  [connectionMachine, { handle: 'socket', ip: '::1', server: 'server', store: 'store', limits: {} }],
  [betStoreMachine, { parent: 'server', queueBytes: 1, bounds: INPUT.group, atOnce: 1 }],
];

for (const [machine, input] of INPUTS) {
  test(`the context of ${machine.id} is cheap to copy`, () => {
    const [{ context }] = initialTransition(machine, input);
    const keys = Object.keys(context);
    assert.ok(keys.length > 0 && keys.length <= MOST_KEYS, `${keys.length} keys: ${keys.join()}`);
  });
}
