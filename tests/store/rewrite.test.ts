import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rewrite } from '../../src/store/rewrite.ts';
import { FaultDisk } from '../crash/fault-disk.ts';

test('a draw that is written anew waits in memory by the megabyte, however large it is', async () => {
  const disk = new FaultDisk(1);
  await disk.mkdir('/draw');
  const rewrite = await Rewrite.begin(disk, '/draw');
  const piece = Buffer.alloc(300 * 1024, 'x');
  for (let written = 0; written < 10; written++) {
    await rewrite.addRows(piece);
    const waiting = rewrite.betsEnd - disk.read('/draw/bets.csv.draft').length;
    assert.ok(waiting < 1024 * 1024, `${waiting} bytes wait after ${rewrite.betsEnd}`);
  }
  await rewrite.abandon();
  assert.deepEqual(await disk.list('/draw'), []);
});
