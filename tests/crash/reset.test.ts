/** `quiniela reset --agency N`: one agency begins anew, nobody else notices, however the process ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resetAgency } from '../../src/store/reset.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { batch, brief, DIR, finish, NOON, open, parseCsv, single, tp0Batch } from '../store/helpers.ts';
import { untilCrash } from './crashing.ts';
import { FaultDisk } from './fault-disk.ts';
import { BETS, COLLECTING, DRAWN, JOURNAL, makeSample } from './sample-draw.ts';

const reset = (disk: FaultDisk, agency: number, force = false) =>
  resetAgency({ dir: DIR, disk, agency, force, now: () => NOON });

const rowsOf = (bytes: Buffer, agency: number) =>
  parseCsv(bytes).filter(([first]) => first === String(agency));

test('its bets, single bets and positions are gone, those of the others are as they were', async () => {
  const { files } = await makeSample(COLLECTING);
  const before = await verifyDraw(DIR, FaultDisk.holding(files));
  const disk = FaultDisk.holding(files);
  assert.deepEqual(await reset(disk, 2), [
    'agency 2 was set back: 8 bets, 1 single bet taken out',
    'the old files are in "/draw/replaced-1"; start the server, then the agency: it begins with its first bet',
  ]);
  const after = await verifyDraw(DIR, disk);
  assert.equal(after.agencies.get(2), undefined);
  for (const agency of [1, 3]) {
    assert.deepEqual(after.agencies.get(agency), before.agencies.get(agency));
    assert.deepEqual(rowsOf(disk.read(BETS), agency), rowsOf(files.get(BETS)!, agency));
  }
  assert.equal(rowsOf(disk.read(BETS), 2).length, 0);
  const at = new Date(NOON).toISOString();
  assert.ok(after.lines.includes(`commit 5, ${at}: agency 2 was set back, 8 bets, 1 single bet taken out`));
  // The old files are a draw that can be verified.
  for (const path of [BETS, JOURNAL])
    assert.deepEqual(disk.read(path.replace(DIR, `${DIR}/replaced-1`)), files.get(path));
  assert.equal((await verifyDraw(`${DIR}/replaced-1`, disk)).bets, before.bets);
});

test('it begins with its first bet, in either dialect, and the same single bet is a new one', async () => {
  const { files } = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(files);
  await reset(disk, 2);
  await reset(disk, 3, true);
  const { store, recovered } = await open(disk);
  assert.deepEqual(recovered.finished, [1]);
  const outcomes = await store.commit([
    { kind: 'open', agency: 2 },
    batch(2, 0, 8),
    single(2, 'Z5jdHi6B', 95),
    finish(2, 8),
    { kind: 'open', agency: 3 },
    tp0Batch(3, 0, 2),
    tp0Batch(3, 0, 2),
    batch(1, 12, 13),
    single(1, 'V1StGXR8', 90),
  ]);
  assert.deepEqual(outcomes.map(brief), [
    'opened 0',
    'stored 8 +8',
    'bet Z5jdHi6B fresh',
    'finished 8',
    'opened 0',
    'stored 2 +2',
    'stored 4 +2',
    'stored 13 +0',
    'bet V1StGXR8 known',
  ]);
  await store.close();
  assert.equal((await verifyDraw(DIR, disk)).bets, 14 + 9 + 4);
});

test('what the draw finds, and what Python reads, is without it', async () => {
  const { files } = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(files);
  await reset(disk, 1, true);
  const { store } = await open(disk);
  assert.deepEqual([...(await store.findWinners())], []);
  assert.equal(parseCsv(disk.read(BETS)).length, 14);
});

test('after its DONE only by force, after the draw not at all, and nothing to set back is no failure', async () => {
  const collecting = FaultDisk.holding((await makeSample(COLLECTING)).files);
  await assert.rejects(reset(collecting, 1), {
    code: 'OVER',
    message: /it has said DONE; .*--force/,
    exitCode: 2,
  });
  assert.equal(collecting.changes, 0);
  assert.match((await reset(collecting, 1, true))[0]!, /13 bets, 1 single bet and its DONE taken out/);
  assert.deepEqual(await reset(collecting, 1), ['agency 1 has nothing stored in "/draw"']);
  for (const agency of [0, 6]) {
    await assert.rejects(reset(collecting, agency), {
      ...{ code: 'OTHER_DRAW', exitCode: 2 },
      message: `agency ${agency} is not one of 1 to 5 of draw "1" in "/draw"`,
    });
  }

  const drawn = FaultDisk.holding((await makeSample([...COLLECTING, ...DRAWN.slice(0, 1)])).files);
  await assert.rejects(reset(drawn, 2, true), { code: 'OVER', message: /the draw has taken place/ });
  await open(drawn);
  await assert.rejects(reset(drawn, 2, true), { code: 'LOCKED' });
  const empty = new FaultDisk();
  await empty.mkdir('/none');
  await assert.rejects(resetAgency({ dir: '/none', disk: empty, agency: 1, force: false, now: () => 0 }), {
    code: 'FOREIGN',
  });
});

test('a damaged folder is refused, with what to type', async () => {
  const { files } = await makeSample(COLLECTING);
  files.set(BETS, files.get(BETS)!.subarray(0, -1));
  const disk = FaultDisk.holding(files);
  await assert.rejects(reset(disk, 2), { code: 'DAMAGED', message: /quiniela recover \/draw$/ });
  assert.equal(disk.changes, 0);
});

test('a disk that fails while it is copied leaves all as it was, and nothing beside it', async (t) => {
  const { files } = await makeSample(COLLECTING);
  for (const path of [BETS, JOURNAL]) {
    const disk = FaultDisk.holding(files, 1, { failAppendsTo: new RegExp(`${path}.draft`) });
    await assert.rejects(reset(disk, 2), { code: 'IO' });
    assert.deepEqual(disk.files(), files, `${path} is not written`);
  }
  for (const unread of [BETS, JOURNAL]) {
    const disk = FaultDisk.holding(files);
    const openFile = disk.open.bind(disk);
    let isCopying = false;
    t.mock.method(disk, 'open', async (path: string, mode: 'append' | 'read') => {
      isCopying ||= mode === 'append';
      const file = await openFile(path, mode);
      const read = async (into: Buffer, position: number) => {
        if (isCopying && path === unread) throw new Error('EIO: i/o error, read');
        return file.read(into, position);
      };
      return { ...file, read };
    });
    await assert.rejects(reset(disk, 2), { code: 'IO' });
    assert.deepEqual(disk.files(), files, `${unread} is not read`);
  }
});

test('killed or cut from power at any point, it is as before, or as after; the next start ends it', async () => {
  const { files } = await makeSample(COLLECTING);
  const clean = FaultDisk.holding(files);
  await reset(clean, 2);
  const before = [files.get(BETS)!, files.get(JOURNAL)!].map(String);
  const after = [clean.read(BETS), clean.read(JOURNAL)].map(String);
  const seen = new Set<string>();
  for (let at = 1; at <= clean.changes; at++) {
    for (const crashIsKill of [true, false]) {
      for (const again of [0, 1, 2, 3]) {
        const disk = FaultDisk.holding(files, 10 * at + again, { crashAt: at, crashIsKill });
        await untilCrash(disk, () => reset(disk, 2));
        if (again > 0) {
          disk.faults = { crashAt: disk.changes + again, crashIsKill };
          await untilCrash(disk, () => open(disk));
        }
        disk.crash({ kill: true });
        disk.faults = {};
        await open(disk);
        const now = [disk.read(BETS), disk.read(JOURNAL)].map(String);
        assert.ok(
          [before, after].some((files) => files.join() === now.join()),
          `change ${at}`,
        );
        seen.add(now.join() === before.join() ? 'before' : 'after');
        assert.ok(
          (await disk.list(DIR)).every((name) => !/draft|new/.test(name)),
          `change ${at}`,
        );
      }
    }
  }
  assert.deepEqual([...seen].sort(), ['after', 'before']);
});

test('a server that finds the folder held leaves what its holder is writing', async () => {
  const { files } = await makeSample(COLLECTING);
  for (const name of [`${BETS}.draft`, `${JOURNAL}.draft`]) files.set(name, Buffer.from('half of it'));
  const disk = FaultDisk.holding(files);
  const unlock = await disk.lock(DIR);
  await assert.rejects(open(disk), { code: 'LOCKED' });
  assert.deepEqual(disk.files(), files);
  await unlock();
});
