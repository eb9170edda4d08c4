/** Another program writes to the files of a draw while its server runs: noticed before the next append, and by the draw. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/store/disk.ts';
import { batch, brief, DIR, finish, open, rowsOf } from '../store/helpers.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { FaultDisk } from './fault-disk.ts';

const FILES = ['bets.csv', 'journal.ndjson'] as const;

/** What is done to a file of the computer's own disk, and how it is named. */
const WAYS: readonly [what: RegExp, change: (path: string) => void][] = [
  [
    /byte (\d+): the file was written to by another program .*: it has \d+ bytes, not \1/,
    (path) => appendFileSync(path, 'x'),
  ],
  [
    /byte (\d+): the file was cut by another program .*: it has \1 bytes, not \d+/,
    (path) => truncateSync(path, 10),
  ],
  [/the file was moved away or deleted by another program/, (path) => rmSync(path)],
  [/the file was moved away or deleted by another program/, (path) => renameSync(path, `${path}.old`)],
  [
    /the file was replaced by another program/, // as an editor saves it
    (path) => {
      copyFileSync(path, `${path}~`);
      renameSync(`${path}~`, path);
    },
  ],
];

test('before each append both files are looked at: what somebody did to them is named, and nothing is acknowledged', async (context) => {
  const folder = await temporaryFolder(context);
  for (const name of FILES) {
    for (const [index, [message, change]] of WAYS.entries()) {
      const dir = join(folder, `${name}-${index}`);
      const { store } = await open(nodeDisk({ sync: false }), dir);
      await store.commit([batch(1, 0, 20)]);
      change(join(dir, name));
      // What only repeats writes nothing.
      if (name === 'journal.ndjson')
        assert.deepEqual((await store.commit([batch(1, 0, 20)])).map(brief), ['stored 20 +0']);
      await assert.rejects(store.commit([batch(1, 20, 22)]), { code: 'DAMAGED', exitCode: 2, message });
      await assert.rejects(store.commit([batch(1, 22, 24)]), { code: 'FAILED_BEFORE' });
      await assert.rejects(store.findWinners(), { code: 'FAILED_BEFORE' });
      await store.close();
    }
  }
});

test('the same once nothing has happened to the folder for a while: then names are not looked at before each append, and a change of one still is seen', async (context) => {
  const folder = await temporaryFolder(context);
  const disk = nodeDisk({ sync: false });
  for (const name of FILES) {
    for (const [index, [message, change]] of WAYS.entries()) {
      const dir = join(folder, `${name}-${index}`);
      let looks = 0;
      const counting = {
        ...disk,
        look: (path: string) => {
          looks++;
          return disk.look(path);
        },
      };
      const { store } = await open(counting, dir);
      let bets = 0;
      do {
        looks = 0;
        await store.commit([batch(1, bets, ++bets)]);
        await sleep(1);
      } while (looks > 0);
      change(join(dir, name));
      await assert.rejects(store.commit([batch(1, bets, bets + 1)]), { code: 'DAMAGED', message });
      await store.close();
    }
  }
});

test('a name that changes in the same instant as the folder was looked at is seen by the next look', async (context) => {
  const dir = await temporaryFolder(context);
  for (let round = 0; round < 200; round++) {
    const [path, other] = [join(dir, `${round}`), join(dir, `${round}~`)];
    writeFileSync(path, '');
    const names = nodeDisk().names(dir);
    names.mayDiffer();
    renameSync(path, other);
    assert.ok(names.mayDiffer());
    names.close();
  }
});

test('names are looked at again while a change may have no time of its own yet, and now and then in any case', async (context) => {
  const dir = await temporaryFolder(context);
  const changed = Math.ceil(statSync(dir).ctimeMs);
  context.mock.timers.enable({ apis: ['Date'], now: changed });
  const names = nodeDisk().names(dir);
  const asked = (ms: number) => {
    context.mock.timers.setTime(changed + ms);
    return names.mayDiffer();
  };
  assert.deepEqual([0, 10, 50].map(asked), [true, true, true], 'another one may follow within the same tick');
  assert.deepEqual([500, 510, 1_000].map(asked), [true, false, false], 'nothing has changed since');
  assert.deepEqual([2_000, 2_010].map(asked), [true, false], 'a file system may keep no times');
  names.close();
});

test('the draw looks at both files as well', async (context) => {
  const folder = await temporaryFolder(context);
  for (const [index, [message, change]] of WAYS.entries()) {
    const dir = join(folder, String(index));
    const { store } = await open(nodeDisk({ sync: false }), dir);
    await store.commit([batch(1, 0, 20)]);
    change(join(dir, FILES[index % 2]!));
    await assert.rejects(store.findWinners(), { code: 'DAMAGED', exitCode: 2, message });
    await store.close();
  }
});

test('the same bytes written again are no change', async (context) => {
  const dir = await temporaryFolder(context);
  const { store } = await open(nodeDisk({ sync: false }), dir);
  await store.commit([batch(1, 0, 20)]);
  writeFileSync(join(dir, 'bets.csv'), rowsOf(1, 0, 20));
  assert.deepEqual((await store.commit([batch(1, 20, 22)])).map(brief), ['stored 22 +2']);
  await store.close();
});

test('a changed digit anywhere draws nothing: the place is named, before and after other commits', async () => {
  const upload = [batch(1, 0, 13), batch(2, 0, 8), batch(1, 13, 26)];
  const disk = new FaultDisk();
  const { store } = await open(disk);
  for (const request of upload) await store.commit([request]);
  const good = new Map(FILES.map((name) => [name, disk.read(`${DIR}/${name}`)]));
  const winners = await store.findWinners();
  assert.deepEqual([...winners], [[1, ['10000012', '10000025']]]);
  for (const [name, bytes] of good) {
    for (let offset = 0; offset < bytes.length; offset += 7) {
      const changed = new FaultDisk();
      const { store } = await open(changed);
      for (const request of upload) await store.commit([request]);
      const flipped = Buffer.from(bytes);
      flipped[offset]! ^= 1;
      changed.overwrite(`${DIR}/${name}`, flipped);
      await assert.rejects(store.findWinners(), {
        code: 'DAMAGED',
        exitCode: 2,
        message: new RegExp(`^${DIR}/${name}, `),
      });
      await assert.rejects(store.commit([finish(2, 8)]), { code: 'FAILED_BEFORE' });
    }
  }
});

test('a journal of another history with the same length draws nothing', async () => {
  const [one, other] = [new FaultDisk(), new FaultDisk()];
  const first = await open(one);
  const second = await open(other);
  await first.store.commit([batch(1, 0, 18)]);
  await second.store.commit([batch(2, 0, 18)]);
  for (const name of FILES) {
    const path = `${DIR}/${name}`;
    assert.equal(other.read(path).length, one.read(path).length);
    one.overwrite(path, other.read(path));
  }
  await assert.rejects(first.store.findWinners(), { code: 'DAMAGED' });
});
