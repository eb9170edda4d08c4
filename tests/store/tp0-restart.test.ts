import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, brief, DIR, open as openStore, rowsOf, tp0Batch, tp0Bet } from './helpers.ts';

const open: StoreRequest = { kind: 'open', agency: 1 };
const done: StoreRequest = { kind: 'finish', agency: 1, count: undefined, crc: undefined };

/** Stores each request in a group of its own; `restart` closes the store and opens it again. */
async function play(steps: readonly (StoreRequest | 'restart')[], disk = new FaultDisk()): Promise<string[]> {
  let { store } = await openStore(disk);
  const briefs: string[] = [];
  for (const step of steps) {
    if (step === 'restart') {
      await store.close();
      ({ store } = await openStore(disk));
      continue;
    }
    briefs.push(...(await store.commit([step])).map(brief));
  }
  await store.close();
  return briefs;
}

const upload = [open, tp0Batch(1, 0, 3), tp0Batch(1, 3, 6), tp0Batch(1, 6, 8)];

for (const restart of [[], ['restart']] as const) {
  const server = restart.length ? 'a server that was restarted' : 'a server that lives on';

  test(`a client that starts again repeats, then goes on where it had stopped: ${server}`, async () => {
    const again = [...upload, tp0Batch(1, 8, 9), done];
    assert.deepEqual((await play([...upload, ...restart, ...again])).slice(4), [
      'opened 8',
      'stored 8 +0',
      'stored 8 +0',
      'stored 8 +0',
      'stored 9 +1',
      'finished 9',
    ]);
  });

  test(`another first batch continues the upload: ${server}`, async () => {
    const later = [open, tp0Batch(1, 8, 10), tp0Batch(1, 0, 3)];
    assert.deepEqual((await play([...upload, ...restart, ...later])).slice(5), [
      'stored 10 +2',
      'stored 13 +3',
    ]);
  });

  test(`a repeat that becomes another upload is refused: ${server}`, async () => {
    const other = [open, tp0Batch(1, 0, 3), tp0Batch(1, 4, 7), tp0Batch(1, 3, 6)];
    assert.deepEqual((await play([...upload, ...restart, ...other])).slice(5), [
      'stored 8 +0',
      'refused CRC',
      'stored 8 +0',
    ]);
  });
}

test('a client with a connection for each batch starts again', async () => {
  const each = upload.slice(1).flatMap((request) => [open, request]);
  assert.deepEqual(
    (await play([...each, ...each, open, tp0Batch(1, 8, 9)])).filter((text) => text.startsWith('stored')),
    ['stored 3 +3', 'stored 6 +3', 'stored 8 +2', 'stored 8 +0', 'stored 8 +0', 'stored 8 +0', 'stored 9 +1'],
  );
});

test('a restart is recognised again and again, also when it was broken off', async () => {
  const steps = [...upload, ...upload.slice(0, 3), ...upload.slice(0, 2), ...upload, open, tp0Batch(1, 0, 3)];
  assert.ok((await play(steps)).slice(4).every((text) => text === 'opened 8' || text === 'stored 8 +0'));
});

test('within one session the same batch twice is two batches', async () => {
  assert.deepEqual((await play([open, tp0Batch(1, 0, 3), tp0Batch(1, 0, 3)])).slice(1), [
    'stored 3 +3',
    'stored 6 +3',
  ]);
});

test('after DONE a client that starts again is answered, and can add nothing', async () => {
  const steps = [...upload, done, 'restart', ...upload, done, tp0Batch(1, 8, 9)] as const;
  assert.deepEqual((await play(steps)).slice(5), [
    'opened 8 finished',
    'stored 8 +0',
    'stored 8 +0',
    'stored 8 +0',
    'finished 8',
    'refused FINISHED',
  ]);
});

test("TP0's words neither add to an upload that has offsets nor end it, also after a restart of the server", async () => {
  const words = [tp0Batch(1, 0, 3), tp0Batch(1, 5, 6), tp0Bet(1, 5), done] as const;
  const refused = Array(words.length).fill('refused DIALECT');
  for (const first of [batch(1, 0, 3), tp0Batch(1, 0, 3)]) {
    const said: Parameters<typeof play>[0] = [
      open,
      first,
      batch(1, 3, 5),
      open,
      ...words,
      'restart',
      open,
      ...words,
    ];
    assert.deepEqual((await play(said)).slice(1), [
      'stored 3 +3',
      'stored 5 +2',
      'opened 5',
      ...refused,
      'opened 5',
      ...refused,
    ]);
  }
});

test("exercise 5's client says its one bet in each of its connections: it is stored once", async () => {
  assert.deepEqual(await play([open, tp0Bet(1, 0), open, tp0Bet(1, 0), 'restart', open, tp0Bet(1, 0)]), [
    'opened 0',
    'bet  fresh',
    'opened 1',
    'bet  known',
    'opened 1',
    'bet  known',
  ]);
});

test('an empty batch changes nothing', async () => {
  assert.deepEqual((await play([open, tp0Batch(1, 0, 0), ...upload])).slice(1, 4), [
    'stored 0 +0',
    'opened 0',
    'stored 3 +3',
  ]);
});

test('a client that starts again with batches of another size is followed, row by row', async () => {
  for (const size of [1, 2, 4, 5, 8, 20]) {
    const disk = new FaultDisk();
    const again: StoreRequest[] = [open];
    for (let from = 0; from < 20; from += size) again.push(tp0Batch(1, from, Math.min(20, from + size)));
    await play([...upload, 'restart', ...again, done], disk);
    assert.equal(disk.read(`${DIR}/bets.csv`).toString(), rowsOf(1, 0, 20).toString(), `${size}`);
  }
});

test('a repeat that was broken off goes on with batches of another size', async () => {
  const steps = [...upload, open, tp0Batch(1, 0, 4), open, tp0Batch(1, 4, 5), tp0Batch(1, 5, 12)];
  assert.deepEqual((await play(steps)).slice(5), ['stored 8 +0', 'opened 8', 'stored 8 +0', 'stored 12 +4']);
});
