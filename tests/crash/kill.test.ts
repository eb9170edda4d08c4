import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { open, rowsOf } from '../store/helpers.ts';
import { run, temporaryFolder } from '../store/temporary.ts';
import { makeRandom } from './random.ts';

const KILLS = 12;

test(`a process killed while it stores loses nothing that it had acknowledged (${KILLS} kills)`, async (context) => {
  const folder = await temporaryFolder(context);
  const random = makeRandom(11);
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = run(context, '../crash/uploader.ts', [folder, '40']);
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    while (printed === '') await sleep(5);
    await sleep(random.between(0, 60));
    child.kill('SIGKILL');
    await child.exited;
    acknowledged = Number(printed.trim().split('\n').at(-1));
    const { store } = await open(nodeDisk(), folder);
    const [opened] = await store.commit([{ kind: 'open', agency: 1 }]);
    assert.ok(opened?.kind === 'opened' && opened.stored >= acknowledged, `kill ${kill}`);
    await store.close();
    const bets = await readFile(join(folder, 'bets.csv'));
    assert.equal(bets.compare(rowsOf(1, 0, opened.stored)), 0, `kill ${kill}`);
  }
  assert.ok(acknowledged > KILLS * 40);
  await verifyDraw(folder, nodeDisk());
});
