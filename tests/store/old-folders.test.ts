/** Folders that revision 0aa9dc0 wrote, before draws had names: they are verified and gone on with. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBetStore } from '../../src/store/bet-store.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, brief, DIR, finish, open, single, tp0Batch } from './helpers.ts';

const OLD = join(import.meta.dirname, 'old/');

const oldFolder = (name: string): FaultDisk => {
  const folder = join(OLD, name);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return FaultDisk.holding(
    new Map(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [join(DIR, path.slice(folder.length)), readFileSync(path)];
      }),
    ),
  );
};

test('one in the middle of its draw goes on: nothing is stored twice, and the number of agencies is adopted once', async () => {
  const disk = oldFolder('collecting');
  assert.partialDeepStrictEqual(await verifyDraw(DIR, disk), { draw: '1', bets: 36, state: 'collecting' });
  const { store, recovered, notices } = await open(disk, DIR, { agencies: 3 });
  assert.deepEqual([recovered.draw, recovered.finished], ['1', [1]]);
  assert.deepEqual(
    notices.map(({ action, details }) => [action, details]),
    [['adopt_agencies', { draw: '1', agencies: 3 }]],
  );
  const outcomes = await store.commit([
    ...[batch(3, 0, 2), single(3, 'a-1', 12), tp0Batch(2, 13, 14), batch(3, 2, 4)],
    ...[finish(3, 4), finish(2, 14)],
  ]);
  assert.deepEqual(outcomes.map(brief), [
    ...['stored 2 +0', 'bet a-1 known', 'stored 14 +1', 'stored 4 +2', 'finished 4', 'finished 14'],
  ]);
  await store.close();
  const again = await open(disk, DIR, { agencies: 3 });
  assert.deepEqual(again.notices, []);
  await again.store.close();
  await assert.rejects(open(disk, DIR, { agencies: 5 }), { code: 'OTHER_DRAW', exitCode: 2 });
  assert.partialDeepStrictEqual(await verifyDraw(DIR, disk), { draw: '1', bets: 39 });
});

test('one of five agencies is not drawn by a server of fewer', async () => {
  const disk = oldFolder('collecting');
  const before = disk.files();
  await assert.rejects(open(disk, DIR, { agencies: 2 }), {
    code: 'OTHER_DRAW',
    message: /draw "1" in "\/draw" is of at least 3 agencies, AGENCIES is 2/,
  });
  assert.deepEqual(disk.files(), before);
});

test('one that was drawn is announced with its head hash', async () => {
  const disk = oldFolder('drawn');
  const { recovered, store } = await open(disk, DIR, { agencies: 3 });
  assert.deepEqual(recovered.winners?.get(2), ['20000012']);
  assert.deepEqual(recovered.told, [1]);
  assert.match(recovered.head ?? '', /^35c3f561ec1576aa619/);
  await store.close();
});

test('one that was archived answers for its draw', async () => {
  const disk = oldFolder('archived');
  const { store, recovered } = await open(disk, DIR, { agencies: 3 });
  assert.equal(recovered.draw, '2');
  const over = await store.recall({ kind: 'open', agency: 3, draw: '1' });
  assert.partialDeepStrictEqual(over, { kind: 'over', draw: '1', stored: 2, documents: ['30000012'] });
  const { row, document, number } = single(3, 'a-1', 12) as { row: Buffer; document: string; number: number };
  const bet = await store.recall({ kind: 'bet', agency: 3, draw: '1', id: 'a-1', row, document, number });
  assert.equal(brief(bet), 'bet a-1 known');
  await store.close();
  const state = (await verifyDraw(`${DIR}/draw-0001`, disk)).state;
  assert.equal(state, 'closed');
});

test('a version that is not known yet is refused', async () => {
  const disk = oldFolder('collecting');
  const journal = disk.read(`${DIR}/journal.ndjson`).toString().replace('"version":1', '"version":9');
  const files = disk.files().set(`${DIR}/journal.ndjson`, Buffer.from(journal));
  const options = { dir: DIR, disk: FaultDisk.holding(files), agencies: 5, now: () => 0, notice: () => {} };
  await assert.rejects(openBetStore(options), { exitCode: 2 });
});
