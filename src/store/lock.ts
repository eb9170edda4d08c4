/**
 * Keeps two servers off one folder: the holder listens on a Unix socket named `lock` in it.
 *
 * The kernel stops listening when the holder dies, however it dies, and answers for every container that
 * shares the folder; a file with a process id could do neither. (Servers on different computers over a
 * network file system do not see each other.)
 *
 * A socket is bound and listened on under a name of its own (`lock.n…`) and then linked to `lock`, which fails
 * where that exists: so a `lock` that nobody listens on is dead for good. It is renamed aside (`lock.o…`)
 * before it is removed, and asked once more there: had somebody replaced it in between, the holder gets its
 * name back, and whoever took the name meanwhile finds the holder aside and lets go. A race may make both
 * sides try again, it never lets both in.
 */
import { randomBytes } from 'node:crypto';
import { link, readdir, rename, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../errors.ts';
import { StorageError } from './errors.ts';

const LOCK = 'lock';
const NEW = `${LOCK}.n`;
const ASIDE = `${LOCK}.o`;
const SUFFIX_BYTES = 3;

/** Bytes of a Unix socket's path: Linux has 108 with the closing zero. */
const SOCKET_PATH_BYTES = 107;

/** Rounds before giving up: each race costs one, a holder that is being put back a few. */
const ATTEMPTS = 40;

/** Milliseconds between rounds that wait for another server to finish one. */
const PAUSE_MS = 15;

/**
 * Locks a folder until the returned function is called or the process ends.
 *
 * @throws StorageError LOCKED where another server holds it, LOCK_UNAVAILABLE where it cannot be locked
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const short = shortest(folder);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const unlock = await tryLock(short);
      if (unlock === 'held') break;
      if (unlock !== 'again') return unlock;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StorageError('LOCK_UNAVAILABLE', `cannot lock "${folder}": ${reason}`, { cause });
  }
  const text = `"${folder}" is in use by another server: stop it, or use another folder`;
  throw new StorageError('LOCKED', text);
}

async function tryLock(folder: string): Promise<(() => Promise<void>) | 'held' | 'again'> {
  const path = join(folder, LOCK);
  const own = freshName(folder, NEW);
  const server = await listen(own);
  const letGo = () => new Promise<void>((settle) => server.close(() => settle()));
  try {
    await link(own, path);
  } catch (error) {
    await letGo();
    if (codeOf(error) === 'EEXIST') return clearStale(folder, path);
    if (codeOf(error) === 'ENOENT') return 'again'; // taken for a dead one before it listened
    throw error;
  }
  const unlock = async () => {
    await unlink(path).catch(unless('ENOENT'));
    await letGo();
  };
  if (await isHolderAside(folder)) {
    await unlock();
    await sleep(PAUSE_MS);
    return 'again';
  }
  await unlink(own).catch(unless('ENOENT'));
  return unlock;
}

/** Takes the lock file away where nobody listens on it. */
async function clearStale(folder: string, path: string): Promise<'held' | 'again'> {
  if ((await probe(path)) === 'alive') return 'held';
  const aside = freshName(folder, ASIDE);
  try {
    await rename(path, aside);
  } catch (error) {
    unless('ENOENT')(error);
    return 'again';
  }
  if ((await probe(aside)) === 'alive') {
    // Not what was probed before: another server was quicker, and gets its name back.
    for (let attempt = 0; ; attempt++) {
      try {
        await link(aside, path);
        break;
      } catch (error) {
        // Left aside it still keeps everybody else out.
        if (codeOf(error) !== 'EEXIST' || attempt === ATTEMPTS) return 'held';
        await sleep(PAUSE_MS);
      }
    }
  }
  await unlink(aside).catch(unless('ENOENT'));
  return 'again';
}

/** Removes what dead servers left. @returns whether a living one's lock file was set aside */
async function isHolderAside(folder: string): Promise<boolean> {
  let found = false;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(NEW) && !name.startsWith(ASIDE)) continue;
    const state = await probe(path);
    if (state === 'dead') await unlink(path).catch(unless('ENOENT'));
    found ||= state === 'alive' && name.startsWith(ASIDE);
  }
  return found;
}

/** `gone`: there is no such file; `dead`: nobody listens. Whatever is not surely dead counts as alive. */
function probe(path: string): Promise<'alive' | 'dead' | 'gone'> {
  return new Promise((settle) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      settle('alive');
    });
    socket.once('error', (error) => {
      const code = codeOf(error);
      settle(code === 'ECONNREFUSED' ? 'dead' : code === 'ENOENT' ? 'gone' : 'alive');
    });
  });
}

function listen(path: string): Promise<Server> {
  return new Promise((settle, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(path, () => {
      server.unref(); // the lock alone is no reason to stay alive
      settle(server);
    });
  });
}

/** The shorter of the absolute and the relative path, for a socket's name has little room. */
function shortest(folder: string): string {
  const absolute = resolve(folder);
  const fromHere = relative('.', absolute) || '.';
  const path = Buffer.byteLength(fromHere) < Buffer.byteLength(absolute) ? fromHere : absolute;
  const bytes = Buffer.byteLength(freshName(path, NEW));
  if (bytes > SOCKET_PATH_BYTES) {
    const text = `cannot lock "${absolute}": its lock file's path would have ${bytes} bytes, at most ${SOCKET_PATH_BYTES} are possible; use a shorter path, or start the server nearer to it`;
    throw new StorageError('LOCK_UNAVAILABLE', text);
  }
  return path;
}

const freshName = (folder: string, prefix: string): string =>
  join(folder, prefix + randomBytes(SUFFIX_BYTES).toString('hex'));

const unless = (code: string) => (error: unknown) => {
  if (codeOf(error) !== code) throw error;
};
