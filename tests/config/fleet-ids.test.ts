/** The agencies of a fleet are those from one number to another, both included. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetIds } from '../../src/config/fleet-ids.ts';

test('a range has its first and its last agency, which may be the same; backwards it is none', () => {
  assert.deepEqual(fleetIds('3-5'), [3, 4, 5]);
  assert.deepEqual(fleetIds('7-7'), [7]);
  assert.equal(fleetIds('7'), undefined);
  assert.throws(() => fleetIds('5-3'), { code: 'CONFIG_VALUE' });
});
