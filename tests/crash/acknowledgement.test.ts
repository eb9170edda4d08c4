import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { batch, DIR, open, rowsOf } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';

const BATCHES = 10_000;
const GROUP = 8;
const BETS = 3;

test(`nothing is acknowledged before both files are synced (${BATCHES} batches)`, async () => {
  const disk = new FaultDisk(7, { shortWrites: true });
  const { store } = await open(disk);
  let syncing = 0;
  let synced: string[] = [];
  disk.beforeSync = async (path) => {
    syncing++;
    await tick();
    syncing--;
    synced.push(basename(path));
  };
  for (let first = 0; first < BATCHES; first += GROUP) {
    synced = [];
    const group = Array.from({ length: GROUP }, (_, index) => {
      const offset = (first + index) * BETS;
      return batch(1, offset, offset + BETS);
    });
    const outcomes = await store.commit(group);
    assert.equal(syncing, 0, 'acknowledged while a file was being synced');
    assert.equal(disk.unsynced, 0, 'acknowledged with bytes that a power loss takes');
    assert.equal(outcomes.length, GROUP);
    assert.match(synced.join(' '), /^(bets\.csv )+journal\.ndjson( journal\.ndjson)*$/);
  }
  disk.crash();
  const again = await open(disk);
  assert.equal(disk.read(`${DIR}/bets.csv`).compare(rowsOf(1, 0, BATCHES * BETS)), 0);
  assert.deepEqual(again.notices, []);
});
