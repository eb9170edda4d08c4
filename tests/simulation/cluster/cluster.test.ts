/** Many servers under seeded trouble: more seeds with `make test-all`, any number with `make sim CLUSTER=1`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateCluster } from './cluster.ts';
import { testClusterSeeds } from './cluster-seeds.ts';

testClusterSeeds(20, {});

test('the same seed gives the same transcript of a cluster', async () => {
  for (const seed of [3, 77]) {
    const [first, second] = [await simulateCluster(seed), await simulateCluster(seed)];
    assert.deepEqual(first.transcript, second.transcript);
    assert.ok(first.transcript.length > 10);
  }
});
