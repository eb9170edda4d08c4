/** `quiniela recover`: what a server refuses is told, and with force mended, however the process ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GivenUp } from '../../src/store/commit.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { resetAgency } from '../../src/store/reset.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { brief, DIR, finish, NOON, open } from '../store/helpers.ts';
import { untilCrash } from './crashing.ts';
import { FaultDisk } from './fault-disk.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample, type Sample } from './sample-draw.ts';

const recover = (disk: FaultDisk, force: boolean) =>
  recoverFolder({ dir: DIR, disk, force, now: () => NOON });

const flip = (bytes: Buffer, at: number): Buffer => {
  const flipped = Buffer.from(bytes);
  flipped[at]! ^= 1;
  return flipped;
};

/** Damage in the fourth commit, told apart by what is done to the files. */
function damagedFolders({ files, ends }: Sample): [what: string, changes: Record<string, Buffer>][] {
  const [bets, journal] = [files.get(BETS)!, files.get(JOURNAL)!];
  const third = ends[3]!;
  const fifth = ends[5]!;
  return [
    ['bets.csv without its end', { [BETS]: bets.subarray(0, fifth.bets - 3) }],
    ['bets.csv cut at a commit', { [BETS]: bets.subarray(0, third.bets) }],
    ['bets.csv with a changed row', { [BETS]: flip(bets, third.bets + 3) }],
    ['an empty bets.csv', { [BETS]: Buffer.alloc(0) }],
    ['a changed line of the journal', { [JOURNAL]: flip(journal, third.journal + 9) }],
    ['a changed hash in the journal', { [JOURNAL]: flip(journal, ends[4]!.journal - 9) }],
    [
      'a line that is missing',
      { [JOURNAL]: Buffer.concat([journal.subarray(0, third.journal), journal.subarray(ends[4]!.journal)]) },
    ],
    ['a blank line', { [JOURNAL]: Buffer.concat([journal, Buffer.from('\n')]) }],
  ];
}

/** What the agencies do next: each sends what is missing from where it stands. */
async function goOn(disk: FaultDisk): Promise<void> {
  const { store } = await open(disk);
  for (const group of COLLECTING) {
    for (const request of group) {
      // The original's client begins anew; the others repeat what is stored.
      if ('dialect' in request && request.dialect === 'tp0' && request.offset === -1) continue;
      await store.commit([request]);
    }
  }
  assert.deepEqual((await store.commit([finish(1, 13), finish(2, 8)])).map(brief), [
    'finished 13',
    'finished 8',
  ]);
  await store.close();
}

test('without force nothing is changed, and what would be given up is told with what to type', async () => {
  const sample = await makeSample(COLLECTING);
  for (const [what, changes] of damagedFolders(sample)) {
    const disk = FaultDisk.holding(changed(sample, changes));
    await assert.rejects(open(disk), { code: 'DAMAGED' }, what);
    const { isMended, lines } = await recover(disk, false);
    assert.equal(isMended, false, what);
    assert.match(lines[0]!, /^damage: \/draw\/(bets\.csv|journal\.ndjson), .*byte \d+: /, what);
    assert.match(lines[1]!, /^kept: \d commits, bets\.csv up to byte \d+$/);
    assert.equal(lines.at(-1), 'nothing was changed. To do it: quiniela recover --force /draw');
    assert.equal(disk.changes, 0, what);
  }
  const { lines } = await recover(FaultDisk.holding(changed(sample, damagedFolders(sample)[0]![1])), false);
  assert.deepEqual(lines.slice(1, -1), [
    `kept: 4 commits, bets.csv up to byte ${sample.ends[4]!.bets}`,
    `given up: 1 commit, bets.csv from byte ${sample.ends[4]!.bets} to ${sample.ends[5]!.bets}`,
    'agency 2: bets 6 to before 8',
    '1 single bet, which nobody sends again by itself: Z5jdHi6B',
  ]);
  // Nor what a command that was killed has left.
  const [, changes] = damagedFolders(sample)[0]!;
  const left = FaultDisk.holding(changed(sample, { ...changes, [`${JOURNAL}.draft`]: Buffer.from('half') }));
  await recover(left, false);
  assert.equal(left.changes, 0);
});

test('with force it is back at its last whole commit; the journal says what was given up, and the old files stay', async () => {
  const sample = await makeSample(COLLECTING);
  for (const [what, changes] of damagedFolders(sample)) {
    const files = changed(sample, changes);
    const disk = FaultDisk.holding(files);
    assert.equal((await recover(disk, true)).isMended, true, what);
    for (const path of [BETS, JOURNAL]) {
      assert.deepEqual(disk.read(path.replace(DIR, `${DIR}/replaced-1`)), files.get(path), what);
    }
    const report = await verifyDraw(DIR, disk);
    assert.ok(
      report.lines.some((line) => line.includes('recovered, given up: ')),
      what,
    );
    assert.deepEqual((await recover(disk, true)).lines, ['nothing to recover: "/draw" is whole']);
    await goOn(disk);
    assert.equal((await verifyDraw(DIR, disk)).agencies.get(2)?.stored, 8, what);
  }
});

test('of bets without a journal that says whose, and a journal without bets, all commands say what the server says', async () => {
  const { files } = await makeSample(COLLECTING);
  const header = files.get(JOURNAL)!.indexOf('\n');
  for (const [code, changes] of [
    ['FOREIGN', [JOURNAL, Buffer.alloc(0)]],
    ['FOREIGN', [JOURNAL, files.get(JOURNAL)!.subarray(0, header - 2)]],
    ['DAMAGED', [BETS, undefined]],
  ] as const) {
    const found = new Map(files);
    const [path, bytes] = changes;
    if (bytes) found.set(path, bytes);
    else found.delete(path);
    const disk = FaultDisk.holding(found);
    const reset = { dir: DIR, disk, agency: 2, now: () => NOON, force: true };
    await assert.rejects(open(disk), { code });
    await assert.rejects(resetAgency(reset), { code });
    await assert.rejects(verifyDraw(DIR, disk), { code });
    if (code === 'FOREIGN') await assert.rejects(recover(disk, true), { code });
    else assert.equal((await recover(disk, false)).isMended, false);
    assert.deepEqual(disk.files(), found);
  }
});

test('the entry in the journal names range, agencies, counts and ids', async () => {
  const sample = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(
    changed(sample, { [BETS]: sample.files.get(BETS)!.subarray(0, sample.ends[1]!.bets + 1) }),
  );
  await recover(disk, true);
  const { n, at, gaveUp } = JSON.parse(disk.read(JOURNAL).toString().split('\n').at(-2)!);
  assert.deepEqual([n, at], [2, new Date(NOON).toISOString()]);
  const expected: GivenUp = {
    range: [sample.ends[1]!.bets, sample.ends[5]!.bets],
    commits: 4,
    agencies: [
      [1, 4, 13],
      [3, 4, 5],
      [2, 3, 8],
    ],
    ids: ['V1StGXR8', 'Z5jdHi6B'],
    done: [1, 3],
    told: [],
  };
  assert.deepEqual(gaveUp, expected);
});

test('a missing bets.csv is an empty one, a missing journal cannot be recovered', async () => {
  const sample = await makeSample(COLLECTING);
  const noBets = changed(sample, {});
  noBets.delete(BETS);
  const disk = FaultDisk.holding(noBets);
  assert.match((await recover(disk, false)).lines[1]!, /^kept: 0 commits/);
  await recover(disk, true);
  await goOn(disk);
  assert.deepEqual(
    [...disk.files().keys()].filter((path) => path.includes('replaced')),
    ['/draw/replaced-1/journal.ndjson'],
  );

  const noJournal = changed(sample, {});
  noJournal.delete(JOURNAL);
  const alone = FaultDisk.holding(noJournal);
  await assert.rejects(recover(alone, true), {
    code: 'FOREIGN',
    message: /it has no journal\.ndjson/,
    exitCode: 2,
  });
  assert.equal(alone.changes, 0);
});

test('a last line without its line feed is ended before the entry that says what was given up', async () => {
  const { files } = await makeSample([]);
  files.set(JOURNAL, files.get(JOURNAL)!.subarray(0, -1));
  files.delete(BETS);
  const disk = FaultDisk.holding(files);
  assert.equal((await recover(disk, true)).isMended, true);
  assert.equal((await verifyDraw(DIR, disk)).commits, 1);
  await goOn(disk);
});

test('a draw is not given up, what came after it can be', async () => {
  const sample = await makeSample([...COLLECTING, ...DRAWN.slice(0, 2)]);
  const bets = sample.files.get(BETS)!;
  const before = FaultDisk.holding(changed(sample, { [BETS]: flip(bets, bets.length - 3) }));
  for (const force of [false, true]) {
    await assert.rejects(recover(before, force), {
      code: 'DAMAGED',
      message: /the draw has taken place, it is not given up/,
    });
  }
  assert.equal(before.changes, 0);

  const journal = sample.files.get(JOURNAL)!;
  const after = FaultDisk.holding(changed(sample, { [JOURNAL]: flip(journal, journal.length - 9) }));
  assert.equal((await recover(after, true)).isMended, true);
  const { recovered } = await open(after);
  assert.deepEqual([recovered.winners?.size, recovered.told], [1, []]);
});

test('a journal, or its last line, that stands there twice loses nothing, also after the draw', async () => {
  for (const groups of [COLLECTING, [...COLLECTING, ...DRAWN]]) {
    const sample = await makeSample(groups);
    const journal = sample.files.get(JOURNAL)!;
    const lastLine = journal.subarray(journal.lastIndexOf('\n', journal.length - 2) + 1);
    for (const copy of [journal, lastLine]) {
      const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: Buffer.concat([journal, copy]) }));
      await assert.rejects(open(disk), { code: 'DAMAGED' });
      const { lines } = await recover(disk, false);
      assert.ok(lines.includes('given up: nothing'));
      assert.ok(lines.some((line) => /^\d+ lines? of the journal said again what is kept$/.test(line)));
      assert.equal((await recover(disk, true)).isMended, true);
      assert.deepEqual(disk.read(JOURNAL), journal);
      assert.deepEqual(disk.read(BETS), sample.files.get(BETS));
    }
  }
});

test('both files that stand there twice are kept once', async () => {
  const sample = await makeSample(COLLECTING);
  const [bets, journal] = [sample.files.get(BETS)!, sample.files.get(JOURNAL)!];
  const disk = FaultDisk.holding(
    changed(sample, { [JOURNAL]: Buffer.concat([journal, journal]), [BETS]: Buffer.concat([bets, bets]) }),
  );
  assert.match(
    (await recover(disk, true)).lines[2]!,
    /^given up: 0 commits, bets\.csv from byte \d+ to \d+$/,
  );
  assert.deepEqual(disk.read(BETS), bets);
  await goOn(disk);
});

test('a journal of which nothing can be trusted is left alone', async () => {
  const sample = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: flip(sample.files.get(JOURNAL)!, 5) }));
  await assert.rejects(recover(disk, true), {
    code: 'DAMAGED',
    message: /nothing can be kept; restore both files from a copy/,
  });
  assert.equal(disk.changes, 0);
});

test('a folder that a server holds is left alone', async () => {
  const sample = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(sample.files);
  await open(disk);
  await assert.rejects(recover(disk, true), { code: 'LOCKED' });
});

test('a disk that is full leaves the folder as it was', async () => {
  const sample = await makeSample(COLLECTING);
  const files = changed(sample, { [BETS]: sample.files.get(BETS)!.subarray(0, -1) });
  const used = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  for (const room of [0, 100, 1000]) {
    const disk = FaultDisk.holding(files, room, { capacity: used + room });
    await assert.rejects(recover(disk, true), { code: 'IO', message: /ENOSPC/, exitCode: 1 });
    assert.deepEqual(disk.files(), files);
  }
});

test('killed or cut from power at any point, the folder is as before, or as after, once it is looked at again', async () => {
  const sample = await makeSample(COLLECTING);
  const files = changed(sample, { [BETS]: sample.files.get(BETS)!.subarray(0, -1) });
  const clean = FaultDisk.holding(files);
  await recover(clean, true);
  const after = [clean.read(BETS), clean.read(JOURNAL)];
  for (let at = 1; at <= clean.changes; at++) {
    for (const crashIsKill of [true, false]) {
      const disk = FaultDisk.holding(files, at, { crashAt: at, crashIsKill });
      await untilCrash(disk, () => recover(disk, true));
      disk.faults = {};
      await recover(disk, true);
      assert.deepEqual([disk.read(BETS), disk.read(JOURNAL)], after, `change ${at}`);
      const names = (await disk.list(DIR)).sort();
      assert.deepEqual(names, ['bets.csv', 'journal.ndjson', 'replaced-1'], `change ${at}`);
      await open(disk);
    }
  }
});
