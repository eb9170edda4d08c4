/** Two `make up` in one clone, from two terminals. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alone } from '../../src/compose/up/alone.ts';
import { temporaryFolder } from './shell.ts';

test('a second make up is refused with what to do; after the first it may go on', async (t) => {
  const root = temporaryFolder(t);
  const first = Promise.withResolvers<number>();
  const begun = Promise.withResolvers<void>();
  const running = alone(root, () => {
    begun.resolve();
    return first.promise;
  });
  await begun.promise;
  await assert.rejects(
    alone(root, () => 0),
    { code: 'UP', message: /^cannot start the system: another make up is under way in this folder: wait/ },
  );
  first.resolve(3);
  assert.equal(await running, 3);
  await assert.rejects(
    alone(root, () => Promise.reject(new Error('mine'))),
    /mine/,
  );
  assert.equal(await alone(root, () => 4), 4);
  assert.deepEqual(readdirSync(join(root, '.data')), []);
});

test('where nothing can be written, whoever has something to write says so', async () => {
  assert.equal(await alone('/dev/null', () => 5), 5);
});

test('the folder that a make up has made itself is for the containers too, whatever the umask', async (t) => {
  const root = temporaryFolder(t);
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  await alone(root, () => 0);
  assert.equal(statSync(join(root, '.data')).mode & 0o777, 0o755);
});
