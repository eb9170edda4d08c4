import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendAll } from '../../src/store/disk.ts';
import { FaultDisk } from './fault-disk.ts';

const PATH = '/file';
const text = (disk: FaultDisk) => disk.read(PATH).toString();

/** Whether a promise settles before everything else that can run has run. */
const settles = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((settle) => setImmediate(() => settle(false))),
  ]);

test('what was appended outlives a power loss', async () => {
  const disk = new FaultDisk();
  const file = await disk.open(PATH, 'append');
  await appendAll(file, [Buffer.from('ab'), Buffer.from('cd')]);
  disk.crash();
  assert.equal(text(disk), 'abcd');
});

test('of an append under way a beginning stays, and it never settles', async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const disk = new FaultDisk(seed);
    const file = await disk.open(PATH, 'append');
    await appendAll(file, [Buffer.from('ab')]);
    disk.beforeSync = () => new Promise(() => {});
    const append = file.append([Buffer.from('cd')]);
    while (disk.unsynced === 0) await null;
    assert.equal(text(disk), 'abcd');
    disk.crash();
    assert.equal(await settles(append), false);
    assert.equal(await settles(file.size()), false);
    seen.add(text(disk));
  }
  assert.deepEqual([...seen].sort(), ['ab', 'abc', 'abcd']);
});

test('the same seed fails in the same way', async () => {
  const run = async (seed: number) => {
    const disk = new FaultDisk(seed, { shortWrites: true, crashAt: 6 });
    const crashed = disk.crashed;
    const work = async () => {
      const file = await disk.open(PATH, 'append');
      for (;;) await appendAll(file, [Buffer.from('abcdefgh')]);
    };
    await Promise.race([work(), crashed]);
    return [text(disk), disk.appends];
  };
  for (let seed = 0; seed < 20; seed++) assert.deepEqual(await run(seed), await run(seed));
});

test('names and sizes come back in the order in which they were changed', async () => {
  const outcomes = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const disk = FaultDisk.holding(new Map([[PATH, Buffer.from('abcd')]]), seed);
    const file = await disk.open(PATH, 'append');
    await file.truncate(2);
    await disk.mkdir('/folder');
    await disk.rename(PATH, '/folder/file');
    disk.crash();
    const names = [...disk.files()].map(([path, bytes]) => `${path} ${bytes}`);
    outcomes.add([...names, await disk.exists('/folder')].join());
  }
  assert.deepEqual([...outcomes].sort(), [
    '/file ab,false',
    '/file ab,true',
    '/file abcd,false',
    '/folder/file ab,true',
  ]);
});

test('a synced append takes along the changes before it', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const disk = FaultDisk.holding(new Map([['/old', Buffer.from('x')]]), seed);
    await disk.rename('/old', '/new');
    await appendAll(await disk.open(PATH, 'append'), [Buffer.from('a')]);
    disk.crash();
    assert.deepEqual([...disk.files().keys()], ['/new', PATH]);
  }
});

test('a full disk takes what fits and then says so', async () => {
  const disk = new FaultDisk(1, { capacity: 3 });
  const file = await disk.open(PATH, 'append');
  await assert.rejects(appendAll(file, [Buffer.from('abcd')]), { code: 'ENOSPC' });
  assert.equal(text(disk), 'abc');
});

test('a killed process loses at most the end of what it was writing', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const disk = new FaultDisk(seed, { crashAt: 3, crashIsKill: true });
    const crashed = disk.crashed;
    const file = await disk.open(PATH, 'append');
    await appendAll(file, [Buffer.from('ab')]);
    await Promise.race([file.append([Buffer.from('cd')]), crashed]);
    assert.match(text(disk), /^abc?d?$/);
  }
});
