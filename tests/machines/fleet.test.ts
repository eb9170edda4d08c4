import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventFrom } from 'xstate';
import { fleetMachine } from '../../machines/agency/fleet.ts';
import { agencies, broken, ended, signal } from './fleet-fixtures.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

testEveryPath({
  machine: fleetMachine,
  inputs: [{ groups: [agencies(1), agencies(2)], pauseMs: 20, stopMs: 4_000 }],
  events: [
    ...[
      signal(),
      signal('SIGINT'),
      ended('group-1'),
      ended('group-2', 1),
      broken('group-1'),
      broken('group-2'),
      { type: 'program.broken', error: new Error('a bug') },
    ],
  ] as const,
  fatal: ['signals'],
  remember: ({ started, living, exitCode }) => [started, living, exitCode],
});

const PAUSE_MS = 20;

/** A fleet of groups that only listen. */
function fleet(...groups: number[][]) {
  const input = { groups: groups.map((ids) => agencies(...ids)), pauseMs: PAUSE_MS, stopMs: 4_000 };
  const on = stage(fleetMachine, input, ['group', 'signals']);
  return {
    send: (...events: { type: string }[]) => on.send(...(events as EventFrom<typeof fleetMachine>[])),
    wait: (ms: number) => on.clock.increment(ms),
    state: on.state,
    logged: () => on.logged,
    groups: () => Object.keys(on.actor.getSnapshot().children).filter((id) => id !== 'signals'),
    heard: () => on.heard('group').map(({ type }) => type),
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
  };
}

describe('fleet', () => {
  test('its groups are started one after another, with a pause in between', () => {
    const { groups, wait, state } = fleet([1, 2], [3, 4], [5]);
    assert.deepEqual([groups(), state()], [['group-1'], 'starting']);
    wait(PAUSE_MS - 1);
    assert.equal(groups().length, 1);
    wait(1);
    assert.deepEqual([groups(), state()], [['group-1', 'group-2'], 'starting']);
    wait(PAUSE_MS);
    assert.deepEqual([groups().length, state()], [3, 'running']);
  });

  test('it ends when all groups have ended, with the worst exit code', () => {
    const { send, wait, state, exitCode } = fleet([1], [2]);
    send(ended('group-1', 1));
    assert.equal(state(), 'starting', 'the second was not started yet');
    wait(PAUSE_MS);
    send(ended('group-2'));
    assert.deepEqual([state(), exitCode()], ['finished', 1]);
  });

  test('a group that breaks counts as 1, and takes no other with it', () => {
    const { send, state, exitCode, logged } = fleet([1], [2]);
    send(broken('group-1'));
    assert.deepEqual([state(), logged().length], ['starting', 1]);
    send(signal());
    assert.deepEqual([state(), exitCode()], ['finished', 1]);
  });

  test('a signal stops all: each group hears of it, no further one is started, and the end is 0', () => {
    const { send, wait, state, groups, heard, exitCode } = fleet([1], [2], [3]);
    wait(PAUSE_MS);
    send(signal());
    wait(10 * PAUSE_MS);
    assert.deepEqual([state(), groups().length], ['stopping', 2]);
    assert.deepEqual(heard(), ['signal.received', 'signal.received']);
    send(ended('group-1'), ended('group-2'));
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
  });

  test('a second signal waits for nothing', () => {
    for (const [name, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { send, state, exitCode } = fleet([1], [2]);
      send(signal(), signal(name));
      assert.deepEqual([state(), exitCode()], ['aborted', code]);
    }
  });
});
