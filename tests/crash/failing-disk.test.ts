import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageError } from '../../src/store/errors.ts';
import { batch, brief, DIR, finish, open, rowsOf } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';

const BETS = 5;

/** Uploads until the store fails. @returns bets acknowledged, and why it failed */
async function uploadUntilFailure(disk: FaultDisk, to: number) {
  const { store, notices } = await open(disk);
  const [opened] = await store.commit([{ kind: 'open', agency: 1 }]);
  assert.ok(opened?.kind === 'opened');
  let acknowledged = opened.stored;
  let failure: unknown;
  while (acknowledged < to && !failure) {
    try {
      const [outcome] = await store.commit([batch(1, acknowledged, Math.min(to, acknowledged + BETS))]);
      assert.ok(outcome?.kind === 'stored');
      acknowledged = outcome.next;
    } catch (error) {
      failure = error;
    }
  }
  return { store, notices, acknowledged, failure };
}

for (const at of [2, 3, 4, 5, 8, 9]) {
  test(`a failed sync is the end of all acknowledgements, and is never tried again: append ${at}`, async () => {
    const disk = new FaultDisk(at, { failSyncAt: at });
    const { store, acknowledged, failure } = await uploadUntilFailure(disk, 1000);
    assert.ok(failure instanceof StorageError && failure.code === 'IO');
    assert.equal((failure.cause as NodeJS.ErrnoException).code, 'EIO');
    const { appends } = disk;
    const later = { code: 'FAILED_BEFORE' };
    await assert.rejects(store.commit([batch(1, acknowledged, acknowledged + BETS)]), later);
    await assert.rejects(store.commit([{ kind: 'open', agency: 1 }]), later);
    await assert.rejects(store.findWinners(), later);
    assert.equal(disk.appends, appends, 'nothing was written after the failure');
    await store.close();
    disk.crash();
    const again = await open(disk);
    const [opened] = await again.store.commit([{ kind: 'open', agency: 1 }]);
    assert.ok(opened?.kind === 'opened' && opened.stored >= acknowledged);
    assert.equal(disk.read(`${DIR}/bets.csv`).compare(rowsOf(1, 0, opened.stored)), 0);
  });
}

test('a full disk: nothing acknowledged is lost, and with space the upload goes on', async () => {
  const total = 60;
  for (let capacity = 0; capacity < 6000; capacity += 37) {
    const disk = new FaultDisk(capacity);
    const { store } = await open(disk);
    await store.close();
    disk.faults = { capacity: 300 + capacity, shortWrites: capacity % 2 === 0 };
    const first = await uploadUntilFailure(disk, total);
    if (first.failure) {
      assert.ok(first.failure instanceof StorageError && first.failure.code === 'IO');
      assert.equal((first.failure.cause as NodeJS.ErrnoException).code, 'ENOSPC');
      assert.match(first.failure.message, /^storing bets in "\/draw": ENOSPC/);
    }
    await first.store.close();
    disk.faults = {};
    const second = await uploadUntilFailure(disk, total);
    assert.equal(second.failure, undefined);
    assert.deepEqual((await second.store.commit([finish(1, total)])).map(brief), [`finished ${total}`]);
    assert.equal(disk.read(`${DIR}/bets.csv`).compare(rowsOf(1, 0, total)), 0);
  }
});

test('a start that cannot keep what it would cut off fails, and can be tried again', async () => {
  const disk = new FaultDisk(1);
  const { store } = await open(disk);
  await store.commit([batch(1, 0, 5)]);
  await store.close();
  const files = disk.files();
  const bets = files.get(`${DIR}/bets.csv`)!;
  files.set(`${DIR}/bets.csv`, Buffer.concat([bets, rowsOf(1, 5, 6)]));
  const full = FaultDisk.holding(files, 1, { capacity: 0 });
  await assert.rejects(open(full), { code: 'IO', message: /^opening "\/draw": ENOSPC/ });
  full.faults = {};
  const { notices } = await open(full);
  assert.equal(notices.length, 1);
  assert.deepEqual(full.read(`${DIR}/bets.csv`), bets);
});
