import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventFrom } from 'xstate';
import { fleetGroupMachine } from '../../machines/agency/fleet-group.ts';
import { agencies, broken, ended, signal } from './fleet-fixtures.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

testEveryPath({
  machine: fleetGroupMachine,
  inputs: [{ agencies: agencies(3, 4) }],
  events: [
    ...[signal(), ended('agency-3'), ended('agency-4', 1), broken('agency-3'), broken('agency-4')],
  ] as const,
  remember: ({ living, exitCode }) => [living, exitCode],
});

/** A group of agencies that only listen. */
function group(...ids: number[]) {
  const on = stage(fleetGroupMachine, { agencies: agencies(...ids) }, ['agency']);
  return {
    send: (...events: { type: string }[]) => on.send(...(events as EventFrom<typeof fleetGroupMachine>[])),
    state: on.state,
    entries: () => on.entries,
    children: () => Object.keys(on.actor.getSnapshot().children),
    heard: () => on.heard('agency').map(({ type }) => type),
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
  };
}

describe('fleet group', () => {
  test('its agencies are all started at once, and it ends with the last', () => {
    const { send, state, children, exitCode } = group(3, 4);
    assert.deepEqual(children(), ['agency-3', 'agency-4']);
    send(ended('agency-4'));
    assert.deepEqual([state(), children()], ['running', ['agency-3']]);
    send(ended('agency-3'));
    assert.deepEqual([state(), children(), exitCode()], ['ended', [], 0]);
  });

  test('the worst exit code is its own: what a restart may mend is worse than what it cannot', () => {
    for (const [codes, worst] of [
      [[2, 0, 1], 1],
      [[1, 2, 0], 1],
      [[0, 2, 0], 2],
    ] as const) {
      const { send, exitCode } = group(3, 4, 5);
      send(...codes.map((code, index) => ended(`agency-${index + 3}`, code)));
      assert.equal(exitCode(), worst);
    }
  });

  test('one exit code that is not 0 is that of the group', () => {
    const { send, exitCode } = group(3, 4, 5);
    send(ended('agency-4', 1), ended('agency-3'), ended('agency-5'));
    assert.equal(exitCode(), 1);
  });

  test('an agency that fails is named, and one that ends well is not', () => {
    const { send, entries } = group(3, 4);
    send(ended('agency-4', 1), ended('agency-3'));
    assert.deepEqual(
      entries().map(({ action, result, details }) => [action, result, details]),
      [['run', 'fail', { client_id: 4, exit_code: 1 }]],
    );
  });

  test('an agency that breaks is named, counts as 1, and takes no other with it', () => {
    const { send, state, entries, exitCode } = group(3, 4);
    send(broken('agency-3'));
    assert.deepEqual([state(), entries().length], ['running', 1]);
    assert.equal(entries()[0]?.details?.client_id, 3);
    send(ended('agency-4'));
    assert.equal(exitCode(), 1);
  });

  test('a signal goes to each that is at work', () => {
    const { send, heard } = group(3, 4, 5);
    send(ended('agency-4'), signal());
    assert.deepEqual(heard(), ['stopped', 'signal.received', 'signal.received']);
  });
});
