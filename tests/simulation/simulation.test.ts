/** The whole system under seeded trouble: more seeds with `make test-all`, any number with `make sim`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './invariants.ts';
import { testSeeds } from './seeds.ts';

testSeeds(200);

test('the same seed gives the same transcript', async () => {
  for (const seed of [3, 77, 1234]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    assert.deepEqual(first.transcript, second.transcript);
    assert.ok(first.transcript.length > 10);
  }
});

test('another seed gives another transcript', async () => {
  const [first, second] = [await simulate(3), await simulate(4)];
  assert.notDeepEqual(first.transcript, second.transcript);
});
