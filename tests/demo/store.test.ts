/** The folder of the demo's draw. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyStore, removeContents } from '../../src/demo/store.ts';
import { nodeDisk } from '../../src/store/disk.ts';

test('emptying a folder spares the lock that holds it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'quiniela-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'bets.csv'), 'old');
  await mkdir(join(folder, 'draw-0001'));
  const { lock } = nodeDisk();

  const unlock = await lock(folder);
  await assert.rejects(emptyStore(folder), { code: 'LOCKED' });
  assert.ok((await readdir(folder)).includes('bets.csv'), 'what is in use is not touched');

  await removeContents(folder);
  await assert.rejects(lock(folder), { code: 'LOCKED' }, 'it is held as before');
  await unlock();
  assert.deepEqual(await readdir(folder), []);
  await emptyStore(folder);
  const again = await lock(folder);
  await again();
});
