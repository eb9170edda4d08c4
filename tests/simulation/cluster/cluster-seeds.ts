/** Many seeds of a cluster as one test, and what they must see between them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sightings } from '../sights.ts';
import { describeClusterSeed, simulateCluster } from './cluster.ts';

const SIGHTS: Readonly<Record<string, RegExp>> = {
  'an agency that goes on at another server': /goes on at another server/,
  'a server that waits for the log': /"wait_for_log","result":"in_progress"/,
  'a log that is there again': /"wait_for_log","result":"success"/,
  'a log that was set back': /the log was set back, it is folded anew/,
  'a reading that stalls': /a reading of server \d stalls/,
  'a proposal that is lost': /is lost/,
  'a proposal that is there twice': /is doubled/,
  'a proposal that comes late': /is late/,
  'one that is acknowledged and taken back': /is takenBack/,
  'one that is kept and not acknowledged': /is unacknowledged/,
  'a server that is killed': /killServer/,
  'a single bet': /apuesta_almacenada/,
  'a stranger who speaks of an upload that has offsets': /DIALECT/,
};

/** @param sights what so many seeds must see */
export const testClusterSeeds = (seeds: number, sights = SIGHTS): void => {
  test(`${seeds} seeds of servers that die and an engine at its worst: every bet once, one draw, all folds the same`, async () => {
    const sightings = new Sightings(sights);
    for (let seed = 1; seed <= seeds; seed++) {
      const { violations, transcript } = await simulateCluster(seed);
      assert.deepEqual(
        violations,
        [],
        `make sim CLUSTER=1 SEEDS=1 SEED=${seed}\n${describeClusterSeed(seed)}`,
      );
      sightings.look(transcript);
    }
    assert.deepEqual(sightings.missing, [], 'the seeds no longer see all that they are there for');
  });
};
