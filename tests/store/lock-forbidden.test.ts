/** A lock that may not be asked is alive: only who surely is dead makes way. */
import assert from 'node:assert/strict';
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockFolder } from '../../src/store/lock.ts';
import { asNobody } from '../support/nobody.ts';
import { temporaryFolder } from './temporary.ts';

test('a lock whose socket another user may not connect to is held', async (context) => {
  const folder = await temporaryFolder(context);
  await chmod(folder, 0o777);
  process.chdir(folder); // where the sources are, nobody may not go
  const unlock = await lockFolder(folder);
  const [lock] = await readdir(folder);
  await chmod(join(folder, lock!), 0o000);
  await asNobody(() => assert.rejects(lockFolder(folder), { code: 'LOCKED' }));
  assert.deepEqual(await readdir(folder), [lock]);
  await unlock();
});
