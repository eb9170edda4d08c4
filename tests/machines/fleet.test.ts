import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fleetMachine } from '../../machines/agency/fleet.ts';
import { agencies, broken, ended, type FleetEvent, signal } from './fleet-fixtures.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

const PAUSE_MS = 20;
const TIMES = { pauseMs: PAUSE_MS, stopMs: 4_000 };

testEveryPath({
  machine: fleetMachine,
  inputs: [{ agencies: agencies(1, 2), groupSize: 1, ...TIMES }],
  events: [
    ...[signal(), signal('SIGINT'), ended(1), ended(2, 1), broken(1), broken(2)],
    { type: 'program.broken', error: new Error('a bug') },
  ],
  remember: ({ started, ended, exitCode }) => [started, Math.min(ended, started), exitCode],
});

/** A fleet whose agencies only listen. */
function fleet(groupSize: number, ...ids: number[]) {
  const input = { agencies: agencies(...ids), groupSize, ...TIMES };
  const on = stage(fleetMachine, input, ['agencies', 'signals']);
  const heard = () => on.heard('agencies');
  return {
    send: (...events: FleetEvent[]) => on.send(...events),
    wait: (ms: number) => on.clock.increment(ms),
    state: on.state,
    entries: () => on.entries,
    /** The numbers of the agencies that were started. */
    started: () => heard().flatMap(({ type, input }) => (type === 'crowd.admit' ? [input.id] : [])),
    /** What all were told. */
    told: () => heard().flatMap(({ type, order }) => (type === 'crowd.tell' ? [order.type] : [])),
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
  };
}

describe('fleet', () => {
  test('its agencies are started in groups, one after another, with a pause in between', () => {
    const { started, wait, state } = fleet(2, 1, 2, 3, 4, 5);
    assert.deepEqual([started(), state()], [[1, 2], 'starting']);
    wait(PAUSE_MS - 1);
    assert.equal(started().length, 2);
    wait(1);
    assert.deepEqual([started(), state()], [[1, 2, 3, 4], 'starting']);
    wait(PAUSE_MS);
    assert.deepEqual([started(), state()], [[1, 2, 3, 4, 5], 'running']);
  });

  test('it ends when all agencies have ended, also those that ended before the last were started', () => {
    const { send, wait, state, exitCode } = fleet(1, 1, 2);
    send(ended(1));
    assert.equal(state(), 'starting', 'the second was not started yet');
    wait(PAUSE_MS);
    assert.equal(state(), 'running');
    send(ended(2));
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
  });

  test('the worst exit code is its own: what a restart may mend is worse than what it cannot', () => {
    for (const [codes, worst] of [
      [[0, 0, 0], 0],
      [[0, 1, 0], 1],
      [[2, 0, 1], 1],
      [[1, 2, 0], 1],
      [[0, 2, 0], 2],
    ] as const) {
      const { send, exitCode } = fleet(3, 3, 4, 5);
      send(...codes.map((code, index) => ended(index + 3, code)));
      assert.equal(exitCode(), worst);
    }
  });

  test('an agency that fails is named, and one that ends well is not', () => {
    const { send, entries } = fleet(2, 3, 4);
    send(ended(4, 1), ended(3));
    assert.deepEqual(
      entries().map(({ action, result, details }) => [action, result, details]),
      [['run', 'fail', { client_id: 4, exit_code: 1 }]],
    );
  });

  test('an agency that breaks is named, counts as 1, and takes no other with it', () => {
    const { send, state, entries, exitCode } = fleet(2, 3, 4);
    send(broken(3));
    assert.deepEqual([state(), entries().length], ['running', 1]);
    assert.equal(entries()[0]?.details?.client_id, 3);
    send(ended(4));
    assert.deepEqual([state(), exitCode()], ['finished', 1]);
  });

  test('a signal stops all: each agency hears of it, no further one is started, and the end is 0', () => {
    const { send, wait, state, started, told, exitCode } = fleet(1, 1, 2, 3);
    wait(PAUSE_MS);
    send(signal());
    wait(10 * PAUSE_MS);
    assert.deepEqual([state(), started(), told()], ['stopping', [1, 2], ['signal.received']]);
    send(ended(1), ended(2));
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
  });

  test('a second signal waits for nothing', () => {
    for (const [name, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { send, state, exitCode } = fleet(1, 1, 2);
      send(signal(), signal(name));
      assert.deepEqual([state(), exitCode()], ['aborted', code]);
    }
  });
});
