/** The promise of a power failure hangs on one flag: the files that are written are open with O_DSYNC. */
import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readFile, readlink } from 'node:fs/promises';
import { test } from 'node:test';
import { Receipts } from '../../src/input/receipts.ts';
import { openBetStore } from '../../src/store/bet-store.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { isLinux } from '../support/kernel.ts';
import { temporaryFolder } from './temporary.ts';

/** The flags of this process's open files in a folder, by name, as the kernel tells them. */
async function flagsOfOpenFiles(folder: string): Promise<Map<string, number>> {
  const flags = new Map<string, number>();
  for (const fd of await readdir('/proc/self/fd')) {
    const path = await readlink(`/proc/self/fd/${fd}`).catch(() => ''); // it may be closed by now
    if (!path.startsWith(`${folder}/`)) continue;
    const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8');
    flags.set(path.slice(folder.length + 1), Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)![1]!, 8));
  }
  return flags;
}

test('bets.csv and the journal are open for appends that are synced', {
  skip: !isLinux && 'only Linux tells the flags of a file',
}, async (context) => {
  const dir = await temporaryFolder(context);
  const { store } = await openBetStore({
    dir,
    disk: nodeDisk(),
    agencies: 5,
    now: Date.now,
    notice: () => {},
  });
  const flags = await flagsOfOpenFiles(dir);
  await store.close();
  for (const name of ['bets.csv', 'journal.ndjson']) {
    const own = flags.get(name);
    assert.ok(own !== undefined, `${name} is not open`);
    assert.equal(own & constants.O_DSYNC, constants.O_DSYNC, `${name} is open without O_DSYNC`);
    assert.equal(own & constants.O_APPEND, constants.O_APPEND, `${name} is open without O_APPEND`);
  }
});

test('an agency’s draw and its receipt are written with syncs', {
  skip: !isLinux && 'only Linux tells the flags of a file',
}, async (context) => {
  const dir = await temporaryFolder(context);
  await using own = await open('/proc/self/status');
  const files: FileHandle = Object.getPrototypeOf(own);
  const { writeFile } = files;
  const written = new Map<string, number>();
  // What is open while it is being written.
  context.mock.method(files, 'writeFile', async function (this: FileHandle, data: string) {
    for (const [name, flags] of await flagsOfOpenFiles(dir)) written.set(name, flags);
    return writeFile.call(this, data);
  });
  const receipts = new Receipts(dir);
  await receipts.enter(2, 'noche');
  await receipts.keep({ draw: 'noche', agency: 2, bets: 50, crc: 7, winners: 3, head: 'c0ffee00'.repeat(8) });
  assert.equal(written.size, 2);
  for (const [name, flags] of written)
    assert.equal(flags & constants.O_DSYNC, constants.O_DSYNC, `${name} is written without O_DSYNC`);
});
