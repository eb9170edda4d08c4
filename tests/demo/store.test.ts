/** The folder of the demo's draw. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { emptyStore, readStore, removeContents } from '../../src/demo/store.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { COLLECTING, DRAWN, makeSample } from '../crash/sample-draw.ts';

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

test('a draw is over once it was closed: not while bets come, nor while winners are told', async (t) => {
  for (const [groups, isOver, isDrawn] of [
    [COLLECTING, false, false],
    [[...COLLECTING, DRAWN[0]!], false, true],
    [[...COLLECTING, ...DRAWN], true, true],
  ] as const) {
    const folder = await mkdtemp(join(tmpdir(), 'quiniela-'));
    t.after(() => rm(folder, { recursive: true }));
    const { files } = await makeSample(groups);
    for (const [path, bytes] of files) await writeFile(join(folder, basename(path)), bytes);
    const draw = await readStore(folder);
    assert.equal(draw.isOver, isOver);
    const all = [...draw.agencies.values()];
    assert.deepEqual(
      all.map(({ stored }) => stored),
      [13, 8, 5],
    );
    assert.ok(all.every(({ winners }) => (winners === undefined) !== isDrawn));
  }
});
