import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { DIR } from '../store/helpers.ts';
import { NaiveModel } from '../store/naive-model.ts';
import { randomRequest } from '../store/random-requests.ts';
import { assertAgree, holds, reopen, untilCrash } from './crashing.ts';
import { FaultDisk } from './fault-disk.ts';
import { makeRandom } from './random.ts';

const SEEDS = 1000;
const GROUPS = 20;

/** One server's life, with a crash every few changes of the disk. @returns how often it crashed */
async function live(seed: number): Promise<number> {
  const random = makeRandom(seed);
  const disk = new FaultDisk(seed);
  const crashSoon = () => {
    const shortWrites = random.between(0, 1) === 1;
    const crashAt = disk.changes + random.between(1, 30);
    disk.faults = { shortWrites, crashAt, crashIsKill: random.between(0, 2) === 0 };
  };
  crashSoon();
  let model = new NaiveModel();
  let opened = await reopen(disk, crashSoon);
  for (let group = 0; group < GROUPS; group++) {
    const before = model;
    const after = model.clone();
    const requests: StoreRequest[] = Array.from({ length: random.between(1, 5) }, () =>
      randomRequest(random, (agency) => after.upload(agency).rows.length),
    );
    const outcomes = await untilCrash(disk, () => opened.store.commit(requests));
    if (outcomes) {
      assertAgree(after, requests, outcomes);
      model = after;
      continue;
    }
    for (const request of requests) after.ask(request);
    crashSoon();
    opened = await reopen(disk, crashSoon);
    // All of the group that was not acknowledged, or nothing of it; never less than what was.
    model = holds(disk, opened, after) ? after : before;
    assert.ok(holds(disk, opened, model), `seed ${seed}, group ${group}: neither with nor without the group`);
    model.restart();
  }
  disk.faults = {};
  await verifyDraw(DIR, disk);
  return disk.generation;
}

test(`no acknowledged bet lost, none doubled, over crashes at seeded points (${SEEDS} seeds)`, async () => {
  let crashes = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    try {
      crashes += await live(seed);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  assert.ok(crashes > SEEDS, `${crashes} crashes`);
});
