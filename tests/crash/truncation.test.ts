import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyDraw } from '../../src/store/verify.ts';
import { brief, DIR, finish, open } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';
import { makeRandom } from './random.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample, type Sample } from './sample-draw.ts';

/** The place, and what to type. */
const refusalAt = (byte: number): RegExp =>
  new RegExp(
    `^/draw/bets\\.csv, byte ${byte}: ends here, the journal speaks of rows up to byte \\d+ \\(line \\d\\); .*quiniela recover /draw$`,
  );

/**
 * Opens the sample cut to these sizes. If bets.csv holds the rows of all lines of the journal that are whole, it must
 * come back to the last of them, keep what it cut off, and say so; and once the lost requests are sent again, hold
 * what it held before. If not, no crash did that: it is refused, with the place, and left alone.
 */
async function assertRecovers(sample: Sample, bets: number, journal: number): Promise<void> {
  const was = (path: string) => sample.files.get(path)!;
  const cut: Record<string, Buffer> = {
    [BETS]: was(BETS).subarray(0, bets),
    [JOURNAL]: was(JOURNAL).subarray(0, journal),
  };
  const disk = FaultDisk.holding(changed(sample, cut));
  // A line is whole without its line feed.
  const commits = sample.ends.findLastIndex((end) => end.journal - 1 <= journal);
  const end = sample.ends[commits]!;
  if (bets < end.bets) {
    const refusal = { code: 'DAMAGED', message: refusalAt(bets) };
    await assert.rejects(open(disk), refusal);
    assert.deepEqual([disk.changes, disk.read(BETS), disk.read(JOURNAL)], [0, cut[BETS], cut[JOURNAL]]);
    return;
  }
  const { store, notices } = await open(disk);
  assert.deepEqual(disk.read(BETS), was(BETS).subarray(0, end.bets));
  assert.deepEqual(disk.read(JOURNAL), was(JOURNAL).subarray(0, end.journal));
  const removed = { [BETS]: bets - end.bets, [JOURNAL]: journal - end.journal };
  for (const [path, bytes] of Object.entries(removed)) {
    const notice = notices.find(({ level, details }) => level === 'warn' && details?.file === path);
    if (bytes === -1) assert.equal(notice?.details?.added, 'its last line feed');
    else assert.equal(notice?.details?.bytes ?? 0, bytes);
    if (bytes > 0) assert.deepEqual(disk.read(`${path}.broken`), cut[path]!.subarray(-bytes));
  }

  for (const group of COLLECTING.slice(commits)) await store.commit(group);
  const { agencies, bets: stored } = await verifyDraw(DIR, disk);
  assert.deepEqual(
    [...agencies].map(([agency, upload]) => [agency, upload.stored, upload.singles]),
    [
      [1, 13, 1],
      [2, 8, 1],
      [3, 5, 0],
    ],
  );
  assert.equal(stored, 28);
  assert.deepEqual((await store.commit([finish(2, 8)])).map(brief), ['finished 8']);
}

test('each file truncated at every byte of the last two commits with rows recovers to a commit, or is refused', async () => {
  const sample = await makeSample(COLLECTING);
  const last = sample.ends.at(-1)!;
  const first = sample.ends.at(-4)!;
  for (let bets = first.bets; bets <= last.bets; bets++) await assertRecovers(sample, bets, last.journal);
  for (let journal = first.journal; journal <= last.journal; journal++) {
    await assertRecovers(sample, last.bets, journal);
  }
});

test('both files truncated, each anywhere in the last two commits, recover to a commit, or are refused', async () => {
  const sample = await makeSample(COLLECTING);
  const last = sample.ends.at(-1)!;
  const first = sample.ends.at(-4)!;
  const random = makeRandom(3);
  for (let pair = 0; pair < 1000; pair++) {
    const bets = random.between(first.bets, last.bets);
    await assertRecovers(sample, bets, random.between(first.journal, last.journal));
  }
});

test('a draw that took place is not undone: bets.csv without its end is refused', async () => {
  const sample = await makeSample([...COLLECTING, ...DRAWN.slice(0, 2)]);
  const bets = sample.files.get(BETS)!.subarray(0, -1);
  const disk = FaultDisk.holding(changed(sample, { [BETS]: bets }));
  const before = disk.files();
  await assert.rejects(open(disk), { code: 'DAMAGED', message: refusalAt(bets.length) });
  assert.deepEqual(disk.files(), before);
});

test('the draw and what follows it, truncated at every byte of the journal, recover to a commit', async () => {
  const sample = await makeSample([...COLLECTING, ...DRAWN]);
  const journal = sample.files.get(JOURNAL)!;
  const [beforeDraw, drawn, told] = sample.ends.slice(-4);
  for (let size = beforeDraw!.journal; size < journal.length - 1; size++) {
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: journal.subarray(0, size) }));
    const { store, recovered } = await open(disk);
    assert.equal(recovered.winners !== undefined, size >= drawn!.journal - 1);
    assert.deepEqual(recovered.told, size >= told!.journal - 1 ? [1] : []);
    for (const group of DRAWN) await store.commit(group);
    assert.equal((await verifyDraw(DIR, disk)).state, 'closed');
  }
});

test('a journal that was never begun, with or without its start, is begun again', async () => {
  const sample = await makeSample([]);
  const header = sample.files.get(JOURNAL)!;
  for (let size = 0; size < header.length; size++) {
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: header.subarray(0, size) }));
    const { notices } = await open(disk);
    assert.equal(notices.length, size === 0 ? 0 : 1);
    assert.deepEqual(disk.read(JOURNAL), header);
  }
});

test('bets without a journal, or with one cut inside its first line, are refused and left alone', async () => {
  const sample = await makeSample(COLLECTING);
  const journal = sample.files.get(JOURNAL)!;
  for (const size of [0, 1, sample.ends[0]!.journal - 2]) {
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: journal.subarray(0, size) }));
    const before = disk.files();
    await assert.rejects(open(disk), { code: 'FOREIGN', message: /move both away, or use another folder/ });
    assert.deepEqual(disk.files(), before);
  }
  const alone = FaultDisk.holding(new Map([[BETS, sample.files.get(BETS)!]]));
  await assert.rejects(open(alone), { code: 'FOREIGN' });
  assert.deepEqual([...alone.files().keys()], [BETS]);
});

test('a journal whose bets.csv is missing is refused, however often the server is started', async () => {
  const { files } = await makeSample(COLLECTING);
  files.delete(BETS);
  const disk = FaultDisk.holding(files);
  for (let start = 0; start < 2; start++) {
    await assert.rejects(open(disk), { code: 'DAMAGED', message: /the file is missing/ });
  }
  assert.equal(disk.changes, 0);
});

test('what is cut off a second time is kept under another name', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = Buffer.concat([sample.files.get(BETS)!, Buffer.from('1,An')]);
  const disk = FaultDisk.holding(
    changed(sample, {
      [BETS]: bets,
      [`${BETS}.broken`]: Buffer.from('a'),
      [`${BETS}.broken.1`]: Buffer.from('b'),
    }),
  );
  const { notices } = await open(disk);
  assert.equal(disk.read(`${BETS}.broken.2`).toString(), '1,An');
  assert.deepEqual(notices[0]?.details, {
    file: BETS,
    offset: bets.length - 4,
    bytes: 4,
    kept_in: `${BETS}.broken.2`,
  });
});
