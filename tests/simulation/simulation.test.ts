/** The whole system under seeded trouble: more seeds with `make sim`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSeed, simulate } from './invariants.ts';
import { Sightings } from './sights.ts';

const SEEDS = 300;

test(`${SEEDS} seeds of crashes, cuts, strangers and failing disks: every bet once, in its draw, every agency told its own`, async () => {
  const sightings = new Sightings();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations, transcript } = await simulate(seed);
    assert.deepEqual(violations, [], `make sim SEEDS=1 SEED=${seed}\n${describeSeed(seed)}`);
    sightings.look(transcript);
  }
  assert.deepEqual(sightings.missing, [], 'the seeds no longer see all that they are there for');
});

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
