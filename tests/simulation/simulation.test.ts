/** The whole system under seeded trouble: more seeds with `make sim`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSeed, simulate } from './invariants.ts';

const SEEDS = 300;

test(`${SEEDS} seeds of crashes, cuts and failing disks: every bet once, every agency told its own`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations } = await simulate(seed);
    assert.deepEqual(violations, [], `make sim SEEDS=1 SEED=${seed}\n${describeSeed(seed)}`);
  }
});

test('the same seed gives the same transcript', async () => {
  for (const seed of [3, 77, 1234]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    assert.deepEqual(first.transcript, second.transcript);
    assert.ok(first.transcript.length > 20);
  }
});

test('another seed gives another transcript', async () => {
  const [first, second] = [await simulate(3), await simulate(4)];
  assert.notDeepEqual(first.transcript, second.transcript);
});
