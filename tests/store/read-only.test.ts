/** A draw's folder that one may only read, such as a copy: it can be looked at, and is changed by nobody. */
import assert from 'node:assert/strict';
import { chmod, readdir, truncate } from 'node:fs/promises';
import { test } from 'node:test';
import { nodeDisk } from '../../src/store/disk.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { resetAgency } from '../../src/store/reset.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { asNobody } from '../support/nobody.ts';
import { batch, NOON, open } from './helpers.ts';
import { temporaryFolder } from './temporary.ts';

test('verify and recover say what is wrong with it; what would change it is refused', async (context) => {
  const folder = await temporaryFolder(context);
  await chmod(folder, 0o777);
  const [disk, now] = [nodeDisk(), () => NOON];
  const { store } = await open(disk, folder);
  await store.commit([batch(1, 0, 20)]);
  await store.close();
  process.chdir(folder); // where the sources are, nobody may not go
  await truncate('bets.csv', 100);
  for (const name of await readdir('.')) await chmod(name, 0o444);
  await chmod('.', 0o555);

  await asNobody(async () => {
    await assert.rejects(verifyDraw('.', disk), { code: 'DAMAGED' });
    const { isMended, lines } = await recoverFolder({ dir: '.', disk, now, force: false });
    assert.ok(!isMended && lines.at(-1)?.startsWith('nothing was changed. To do it:'), lines.join('\n'));
    for (const change of [
      recoverFolder({ dir: '.', disk, now, force: true }),
      resetAgency({ dir: '.', disk, now, agency: 1, force: true }),
    ])
      await assert.rejects(change, {
        code: 'LOCK_UNAVAILABLE',
        message: 'cannot lock ".": permission denied',
      });
  });
  assert.deepEqual((await readdir('.')).sort(), ['bets.csv', 'journal.ndjson']);
  await chmod('.', 0o777);
});
