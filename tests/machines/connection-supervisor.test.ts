import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventFrom } from 'xstate';
import {
  connectionSupervisorMachine,
  type SupervisorReport,
} from '../../machines/server/connection-supervisor.ts';
import { newInput } from './session-fixtures.ts';
import { peer, stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

const ended = { type: 'sessions.end', fault: 'SHUTTING_DOWN', text: 'come back later' } as const;
const admitted = () => ({ type: 'connection.admit', input: newInput() }) as const;

const childDone = (number: number) =>
  ({ type: `xstate.done.actor.connection-${number}`, actorId: `connection-${number}` }) as const;
const childBroken = (number: number) =>
  ({
    type: `xstate.error.actor.connection-${number}`,
    actorId: `connection-${number}`,
    error: new Error('a bug'),
  }) as const;

testEveryPath({
  machine: connectionSupervisorMachine,
  inputs: [{ capacity: 2, parent: peer('server') }],
  events: [
    ...[admitted(), ended, { type: 'flow.pause' }, { type: 'flow.resume' }],
    ...[childDone(1), childDone(2), childBroken(1), childBroken(2)],
  ] as const,
  remember: ({ admitted, open }) => [Math.min(admitted, 3), [...open.keys()]],
});

/** A supervisor of connections that only listen. */
function supervise(capacity = 2) {
  const parent = peer<SupervisorReport>('server');
  const on = stage(connectionSupervisorMachine, { capacity, parent }, ['connection']);
  const send = (...events: { type: string }[]) =>
    on.send(...(events as EventFrom<typeof connectionSupervisorMachine>[]));
  return {
    send,
    state: on.state,
    logged: () => on.logged,
    children: () => Object.keys(on.actor.getSnapshot().children),
    heard: () => on.heard('connection').map(({ type, fault }) => (fault ? `${type} ${fault}` : type)),
    reported: () => parent.heard.map(({ type }) => type),
  };
}

describe('connection supervisor', () => {
  test('a connection that has ended leaves nothing behind, and the server counts it', () => {
    const { send, children, reported } = supervise();
    send(admitted(), childDone(1));
    assert.deepEqual([children(), reported()], [[], ['connection.closed']]);
  });

  test('it ends when its number of connections has been admitted, and the last has closed', () => {
    const { send, state } = supervise(2);
    send(admitted(), childDone(1));
    assert.equal(state(), 'admitting', 'there is room for one more');
    send(admitted());
    assert.equal(state(), 'draining');
    send(childDone(2));
    assert.equal(state(), 'drained');
  });

  test('a session that breaks is logged and counted, and takes no other with it', () => {
    const { send, children, logged, reported } = supervise();
    send(admitted(), admitted(), childBroken(1));
    assert.deepEqual(children(), ['connection-2']);
    assert.deepEqual(logged(), ['session fail']);
    assert.deepEqual(reported(), ['connection.broken', 'connection.closed']);
  });

  test('told to end, every session is told why, and it ends with the last of them', () => {
    const { send, heard, state } = supervise(64);
    send(admitted(), admitted(), ended);
    assert.deepEqual(heard(), ['session.end SHUTTING_DOWN', 'session.end SHUTTING_DOWN']);
    send(childDone(1));
    assert.equal(state(), 'draining');
    send(childDone(2));
    assert.equal(state(), 'drained');
  });

  test('told to end without connections, it ends at once', () => {
    const { send, state } = supervise();
    send(ended);
    assert.equal(state(), 'drained');
  });

  test('every connection hears when the store has too much, also once no more are admitted', () => {
    const { send, heard } = supervise(2);
    send(admitted(), { type: 'flow.pause' }, admitted(), { type: 'flow.resume' });
    assert.deepEqual(heard(), ['flow.pause', 'flow.resume', 'flow.resume']);
  });
});
