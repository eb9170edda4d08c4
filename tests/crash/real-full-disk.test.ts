import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../src/store/disk.ts';
import { batch, open, rowsOf } from '../store/helpers.ts';
import { temporaryFolder } from '../store/temporary.ts';

test('a device, even one that is always full, is refused as a file of bets', async (context) => {
  if (process.platform !== 'linux') return context.skip('no /dev/full');
  await assert.rejects(nodeDisk().open('/dev/full', 'append'), {
    code: 'FOREIGN',
    message: /"\/dev\/full".*a device/,
  });
});

test('a small file system that fills up: nothing acknowledged is lost, with space it goes on', async (context) => {
  const folder = await temporaryFolder(context);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]).status !== 0) {
    return context.skip('may not mount a tmpfs');
  }
  try {
    await fillUp(folder);
  } finally {
    spawnSync('umount', [folder]);
  }
});

async function fillUp(folder: string): Promise<void> {
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(256 * 1024));

  const first = await open(nodeDisk(), folder);
  let acknowledged = 0;
  const upload = async (store: typeof first.store, to: number) => {
    while (acknowledged < to) {
      const [outcome] = await store.commit([batch(1, acknowledged, acknowledged + 100)]);
      assert.ok(outcome?.kind === 'stored');
      acknowledged = outcome.next;
    }
  };
  await assert.rejects(upload(first.store, 100_000), { code: 'IO', message: /ENOSPC/ });
  assert.ok(acknowledged > 0);
  await assert.rejects(first.store.commit([batch(1, 0, 1)]), { code: 'FAILED_BEFORE' });
  await first.store.close();

  // What the full disk tore off is cut off, and kept once, however often it is started.
  for (let start = 0; start < 3; start++) {
    const { store, notices } = await open(nodeDisk(), folder);
    await store.close();
    if (start > 0) assert.deepEqual(notices, []);
    assert.ok((await readdir(folder)).filter((name) => name.startsWith('bets.csv.broken')).length <= 1);
  }

  await rm(ballast);
  const second = await open(nodeDisk(), folder);
  const [opened] = await second.store.commit([{ kind: 'open', agency: 1 }]);
  assert.ok(opened?.kind === 'opened' && opened.stored >= acknowledged);
  acknowledged = opened.stored;
  await upload(second.store, acknowledged + 1000);
  await second.store.close();
  assert.equal((await readFile(join(folder, 'bets.csv'))).compare(rowsOf(1, 0, acknowledged)), 0);
}
