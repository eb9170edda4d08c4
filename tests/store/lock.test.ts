import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { ioError, StorageError } from '../../src/store/errors.ts';
import { lockFolder } from '../../src/store/lock.ts';
import { isLinux } from '../support/kernel.ts';
import { run, said, temporaryFolder } from './temporary.ts';
import { withoutSockets } from './without-sockets.ts';

const isLocked = { code: 'LOCKED' };

async function assertOneFile(folder: string): Promise<void> {
  assert.match((await readdir(folder)).join(), /^lock\.[\w-]{6}$/);
}

test('a folder is held by one, and free again when it lets go', async (context) => {
  const folder = await temporaryFolder(context);
  const unlock = await lockFolder(folder);
  await assertOneFile(folder);
  await assert.rejects(lockFolder(folder), {
    name: 'StorageError',
    code: 'LOCKED',
    message: `"${folder}" is in use by another server: stop it, or use another folder`,
  });
  await assertOneFile(folder);
  await unlock();
  assert.deepEqual(await readdir(folder), []);
  await (await lockFolder(folder))();
});

test('a holder in another process keeps it, until it is killed', async (context) => {
  const folder = await temporaryFolder(context);
  const holder = run(context, 'lock-holder.ts', [folder]);
  assert.equal(await said(holder), 'held');
  await assert.rejects(lockFolder(folder), isLocked);
  holder.kill('SIGKILL');
  await holder.exited;
  await assertOneFile(folder);
  const unlock = await lockFolder(folder);
  await assert.rejects(lockFolder(folder), isLocked);
  await unlock();
});

test('a holder that is stopped and does not answer is alive', async (context) => {
  const folder = await temporaryFolder(context);
  const holder = run(context, 'lock-holder.ts', [folder]);
  assert.equal(await said(holder), 'held');
  holder.kill('SIGSTOP');
  for (let attempt = 0; attempt < 5; attempt++) await assert.rejects(lockFolder(folder), isLocked);
});

test('of many that find a stale lock at once, one gets it', async (context) => {
  const folder = await temporaryFolder(context);
  for (let round = 0; round < 6; round++) {
    const dead = run(context, 'lock-holder.ts', [folder]);
    assert.equal(await said(dead), 'held');
    dead.kill('SIGKILL');
    await dead.exited;
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
    const held = results.filter((result) => result.status === 'fulfilled');
    const failed = results.filter((result) => result.status === 'rejected');
    assert.equal(held.length, 1);
    assert.ok(failed.every(({ reason }) => reason instanceof StorageError && reason.code === 'LOCKED'));
    await assertOneFile(folder);
    await held[0]!.value();
  }
});

test('of many processes that find a stale lock at once, one gets it', async (context) => {
  const folder = await temporaryFolder(context);
  await writeFile(join(folder, 'lock.000000'), '');
  const children = Array.from({ length: 6 }, () => run(context, 'lock-holder.ts', [folder]));
  const words = await Promise.all(children.map(said));
  assert.deepEqual(words.sort(), ['LOCKED', 'LOCKED', 'LOCKED', 'LOCKED', 'LOCKED', 'held']);
});

test('leftovers of dead servers are removed', async (context) => {
  const folder = await temporaryFolder(context);
  for (const name of ['lock.000001', 'lock.ffffff']) await writeFile(join(folder, name), '');
  await (await lockFolder(folder))();
  assert.deepEqual(await readdir(folder), []);
});

test('a folder that is called like a lock is none, and stays', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'lock.000001'));
  await (await lockFolder(folder))();
  assert.deepEqual(await readdir(folder), ['lock.000001']);
});

test('a path too long for a socket is locked from near it, or refused with a clear error', async (context) => {
  const folder = join(await temporaryFolder(context), 'a'.repeat(60), 'b'.repeat(60));
  await mkdir(folder, { recursive: true });
  const message = /^cannot lock ".*": its lock file's path would have \d+ bytes, at most 107 are possible/;
  await assert.rejects(lockFolder(folder), { code: 'LOCK_UNAVAILABLE', message });
  const holder = run(context, 'lock-holder.ts', ['b'.repeat(60)], { cwd: join(folder, '..') });
  assert.equal(await said(holder), 'held');
  await assertOneFile(folder);
});

test('a folder that is not there cannot be locked', async (context) => {
  const folder = join(await temporaryFolder(context), 'missing');
  await assert.rejects(lockFolder(folder), { code: 'LOCK_UNAVAILABLE', message: /^cannot lock ".*missing"/ });
});

test('the lock alone does not keep a process alive', { timeout: 60_000 }, async (context) => {
  const holder = run(context, 'lock-holder.ts', [await temporaryFolder(context), 'ends']);
  assert.equal(await said(holder), 'held');
  assert.equal(await holder.exited, 0);
});

test('whose file another one takes away as it begins does not hold the folder beside that one', async (context) => {
  const folder = await temporaryFolder(context);
  let other: (() => Promise<void>) | undefined;
  const late = async (path: string): Promise<Server> => {
    const server = createServer().listen(path);
    await once(server, 'listening');
    if (other === undefined) {
      await rm(path);
      other = await lockFolder(folder);
    }
    return server;
  };
  await assert.rejects(lockFolder(folder, late), isLocked);
  await other?.();
});

const onLinux = { skip: process.platform !== 'linux' && 'only Linux has sockets without a file' };

test(
  'on a file system without sockets one holds a folder too, whatever its path, until it dies',
  onLinux,
  async (context) => {
    const folder = await temporaryFolder(context);
    await mkdir(join(folder, 'store'));
    await symlink(join(folder, 'store'), join(folder, 'link'));
    const lock = (name: string) => lockFolder(join(folder, name), withoutSockets);
    const unlock = await lock('store');
    assert.deepEqual(await readdir(join(folder, 'store')), []);
    await assert.rejects(lock('link'), isLocked);
    const other = await lock('.');
    await Promise.all([unlock(), other()]);

    const holder = run(context, 'lock-holder.ts', [join(folder, 'store'), 'no-sockets']);
    assert.equal(await said(holder), 'held');
    await assert.rejects(lock('link'), isLocked);
    holder.kill('SIGKILL');
    await holder.exited;
    await (await lock('store'))();
  },
);

test('what the system may have again is no fault of the folder: a restart may help', async (context) => {
  const folder = await temporaryFolder(context);
  for (const code of ['EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT']) {
    const none = () => Promise.reject(Object.assign(new Error(code), { code, syscall: 'listen' }));
    await assert.rejects(lockFolder(folder, none), {
      code: 'IO',
      exitCode: 1,
      message: /^cannot lock ".*": /,
    });
  }
});

test('a quota that is used up has its name, though Node knows only its number', {
  skip: !isLinux,
}, async (context) => {
  const folder = await temporaryFolder(context);
  const code = 'Unknown system error -122';
  const full = Object.assign(new Error(`${code}: ${code}, write`), { code, errno: -122, syscall: 'write' });
  await assert.rejects(
    lockFolder(folder, () => Promise.reject(full)),
    { code: 'IO', exitCode: 1, message: `cannot lock "${folder}": the quota of the disk is used up` },
  );
  assert.equal(
    ioError('storing bets', full).message,
    'storing bets: EDQUOT: the quota of the disk is used up',
  );
});
