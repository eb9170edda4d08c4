import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StorageError } from '../../src/store/errors.ts';
import { batch, brief, DIR, finish, open, rowsOf } from '../store/helpers.ts';
import { reopen } from './crashing.ts';
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

/** A store with a torn commit: whole rows that no line of the journal speaks of, and a torn line. */
async function torn(): Promise<{ files: Map<string, Buffer>; good: Buffer[]; paths: string[] }> {
  const disk = new FaultDisk(1);
  const { store } = await open(disk);
  await store.commit([batch(1, 0, 5)]);
  await store.close();
  const files = disk.files();
  const paths = [`${DIR}/bets.csv`, `${DIR}/journal.ndjson`];
  const good = paths.map((path) => files.get(path)!);
  const ends = [rowsOf(1, 5, 6), Buffer.from('{"n":2,"at":')];
  for (const [index, path] of paths.entries()) files.set(path, Buffer.concat([good[index]!, ends[index]!]));
  return { files, good, paths };
}

test('a disk that is full, or fails, does not keep a start from cutting: once, with one copy at most', async () => {
  const used = [...(await torn()).files.values()].reduce((sum, { length }) => sum + length, 0);
  const ways = [
    { faults: { capacity: used }, isKept: true }, // what is cut makes room for its copy
    { faults: { capacity: used - 30 }, isKept: false },
    { faults: { capacity: 0 }, isKept: false },
    { faults: { failAppendsTo: /broken/ }, isKept: false },
  ];
  for (const { faults, isKept } of ways) {
    const { files, good, paths } = await torn();
    const disk = FaultDisk.holding(files, 1, faults);
    for (let start = 0; start < 3; start++) {
      const { store, notices } = await open(disk);
      await store.close();
      const cuts = notices.map(({ details }) => ('kept_in' in details! ? 'kept' : details?.not_kept));
      if (start > 0) assert.deepEqual(cuts, []);
      else if (isKept) assert.deepEqual(cuts, ['kept', 'kept']);
      else assert.match(cuts.join(), /(ENOSPC|EIO)/);
      assert.deepEqual(
        paths.map((path) => disk.read(path)),
        good,
      );
    }
    const copies = [...disk.files().keys()].filter((path) => path.includes('.broken')).sort();
    if (isKept)
      assert.deepEqual(
        copies,
        paths.map((path) => `${path}.broken`),
      );
    else assert.ok(copies.length < 2, 'half of a copy is removed');
  }
});

test('killed or cut from power at any point of a start that cuts: the next one ends it, each end kept once', async () => {
  const { files, good, paths } = await torn();
  const clean = FaultDisk.holding(files);
  await open(clean);
  for (let at = 1; at <= clean.changes; at++) {
    for (const crashIsKill of [true, false]) {
      const disk = FaultDisk.holding(files, at, { crashAt: at, crashIsKill });
      await reopen(disk, () => {
        disk.faults = {};
      });
      assert.deepEqual(
        paths.map((path) => disk.read(path)),
        good,
      );
      const copies = [...disk.files().keys()].filter((path) => path.includes('.broken'));
      assert.ok(
        copies.every((path) => path.endsWith('.broken')),
        copies.join(),
      );
    }
  }
});

test('a file that cannot be closed is said, and the folder is let go of after both', async () => {
  const disk = new FaultDisk();
  const ended: string[] = [];
  const [openFile, lock] = [disk.open.bind(disk), disk.lock.bind(disk)];
  disk.open = async (path, mode) =>
    Object.assign(await openFile(path, mode), {
      close: async () => {
        await null;
        ended.push(path);
        throw Object.assign(new Error('EIO: close'), { code: 'EIO' });
      },
    });
  disk.lock = async (folder) => {
    const unlock = await lock(folder);
    return () => {
      ended.push('the folder');
      return unlock();
    };
  };
  const { store } = await open(disk);
  await assert.rejects(store.close(), { code: 'IO', exitCode: 1, message: 'closing the files: EIO: close' });
  assert.deepEqual(ended, [`${DIR}/bets.csv`, `${DIR}/journal.ndjson`, 'the folder']);
});
