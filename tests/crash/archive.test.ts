import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyDraw } from '../../src/store/verify.ts';
import { batch, DIR, open } from '../store/helpers.ts';
import { reopen } from './crashing.ts';
import { FaultDisk } from './fault-disk.ts';
import { BETS, COLLECTING, DRAWN, JOURNAL, makeSample } from './sample-draw.ts';

const closedDraw = () => makeSample([...COLLECTING, ...DRAWN]);
const archived = (draw: string) => [`${DIR}/${draw}/bets.csv`, `${DIR}/${draw}/journal.ndjson`] as const;

test('a draw that is over moves into its folder, and the next one begins', async () => {
  const { files } = await closedDraw();
  files.set(`${BETS}.broken`, Buffer.from('1,An'));
  const disk = FaultDisk.holding(files);
  const { store, recovered, notices } = await open(disk);
  assert.deepEqual(recovered, {
    draw: '2',
    finished: [],
    withOffsets: [],
    winners: undefined,
    head: undefined,
    told: [],
  });
  assert.deepEqual(
    notices.map(({ action, details }) => [action, details]),
    [['archive_draw', { draw: '1', folder: `${DIR}/draw-0001` }]],
  );
  const [bets, journal] = archived('draw-0001');
  assert.deepEqual(disk.read(bets), files.get(BETS));
  assert.deepEqual(disk.read(journal), files.get(JOURNAL));
  assert.equal(disk.read(`${bets}.broken`).toString(), '1,An');
  assert.equal((await verifyDraw(`${DIR}/draw-0001`, disk)).draw, '1');

  await store.commit([batch(1, 0, 2)]);
  const { draw, bets: stored } = await verifyDraw(DIR, disk);
  assert.deepEqual({ draw, stored }, { draw: '2', stored: 2 });
});

test('the numbers go on, also where archived draws were moved away from the middle', async () => {
  const { files } = await closedDraw();
  for (const path of [...archived('draw-0007'), ...archived('draw-0003')]) files.set(path, Buffer.alloc(0));
  files.delete(BETS);
  files.delete(JOURNAL);
  const disk = FaultDisk.holding(files);
  await open(disk);
  assert.equal((await verifyDraw(DIR, disk)).draw, '8');
});

test('the journal of a draw that is not over stays, though its bets.csv is missing and one is in the archive', async () => {
  const { files } = await makeSample(COLLECTING);
  files.delete(BETS);
  files.set(archived('draw-0001')[0], Buffer.from('another'));
  const disk = FaultDisk.holding(files);
  await assert.rejects(open(disk), { code: 'DAMAGED', message: /the file is missing, its journal is not/ });
  assert.deepEqual(disk.read(JOURNAL), files.get(JOURNAL));
});

test('an archive is never written over', async () => {
  for (const name of ['journal.ndjson', 'bets.csv', 'bets.csv.broken']) {
    const { files } = await closedDraw();
    files.set(`${BETS}.broken`, Buffer.from('1,An'));
    files.set(`${DIR}/draw-0001/${name}`, Buffer.from('another'));
    const disk = FaultDisk.holding(files);
    const message = `cannot archive draw 1: "${DIR}/draw-0001/${name}" exists already; move it away`;
    await assert.rejects(open(disk), { code: 'FOREIGN', message });
    await assert.rejects(open(disk), { code: 'FOREIGN', message });
    assert.deepEqual(disk.files(), files, 'nothing was moved');
    assert.equal((await verifyDraw(DIR, disk)).draw, '1');
  }
});

test('killed or cut from power at any point of archiving, the next start ends it', async () => {
  const { files } = await closedDraw();
  files.set(`${BETS}.broken`, Buffer.from('1,An'));
  files.set(`${DIR}/replaced-1/bets.csv`, Buffer.from('1,Be'));
  const clean = FaultDisk.holding(files);
  await open(clean);
  const changes = clean.changes;
  assert.ok(changes >= 7);
  for (let first = 1; first <= changes; first++) {
    for (let second = 0; second <= changes; second++) {
      for (const crashIsKill of [true, false]) {
        const disk = FaultDisk.holding(files, first * 100 + second, { crashAt: first, crashIsKill });
        const { store } = await reopen(disk, () => {
          const again = disk.generation === 1 && second > 0;
          disk.faults = again ? { crashAt: disk.changes + second, crashIsKill } : {};
        });
        disk.faults = {};
        await store.commit([batch(2, 0, 3)]);
        assert.deepEqual(disk.read(archived('draw-0001')[0]), files.get(BETS));
        assert.deepEqual(disk.read(archived('draw-0001')[1]), files.get(JOURNAL));
        assert.equal(disk.read(`${DIR}/draw-0001/replaced-1/bets.csv`).toString(), '1,Be');
        assert.equal((await verifyDraw(DIR, disk)).draw, '2');
      }
    }
  }
});
