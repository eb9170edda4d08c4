/** Many seeds as one test. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSeed, simulate } from './invariants.ts';
import { Sightings } from './sights.ts';

export const testSeeds = (seeds: number): void => {
  test(`${seeds} seeds of crashes, cuts, strangers and failing disks: every bet once, in its draw, every agency told its own`, async () => {
    const sightings = new Sightings();
    for (let seed = 1; seed <= seeds; seed++) {
      const { violations, transcript } = await simulate(seed);
      assert.deepEqual(violations, [], `make sim SEEDS=1 SEED=${seed}\n${describeSeed(seed)}`);
      sightings.look(transcript);
    }
    assert.deepEqual(sightings.missing, [], 'the seeds no longer see all that they are there for');
  });
};
