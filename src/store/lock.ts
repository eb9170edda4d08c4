/**
 * Keeps two servers off one folder: each listens on a Unix socket in it, under a name of its own (`lock.…`), and
 * holds the folder once it has seen that nobody else listens on another.
 *
 * The kernel stops listening when a process dies, however it dies, and answers for every container that shares
 * the folder; a file with a process id could do neither. (Servers on different computers over a network file
 * system do not see each other.)
 *
 * Two can never both hold it: each looks at the others' files after its own is listened on. Had each not seen
 * the other listening, each would have begun to listen after the other had looked, and so after itself. A file
 * that nobody listens on is removed, and may be that of a server which is about to: but whoever looks wants to
 * find its own file, and no other at all. While the remover's is there it has to look again, and by the time
 * that one goes its own is gone.
 *
 * A file system may have no sockets (WSL's /mnt/c, vfat, shared folders of virtual machines). There Linux locks by a
 * name that is in no file system, made of the folder's device and inode: free as soon as its holder dies, and taken by
 * one only. It is seen by this machine's processes, not from another container.
 */
import { open, readdir, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { nanoid } from 'nanoid';
import { codeOf, reasonOf } from '../errors.ts';
import { sleep } from '../runtime/time.ts';
import { StorageError } from './errors.ts';

const PREFIX = 'lock.';
/** Letters behind the prefix: a socket's path has little room. */
const NAME_CHARS = 6;

/** Whether a file of a folder is its lock: who empties the folder must leave it. */
export const isLockName = (name: string): boolean => name.startsWith(PREFIX);

/** Bytes of a Unix socket's path: Linux has 108 with the closing zero. */
const SOCKET_PATH_BYTES = 107;

/** How often the folder is looked at before it counts as held, for servers that start at the same moment. */
const ATTEMPTS = 12;

/** Milliseconds between two looks: from half to one and a half of it, so that two do not keep step. */
const PAUSE_MS = 20;

/** What `listen` answers if the file system has no sockets; EPERM is what Linux says of vfat. */
const WITHOUT_SOCKETS: ReadonlySet<string> = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EINVAL']);

/** What the system may have again at the next start, and no other folder mends: files, memory, space. */
const PASSING: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'ENOSPC',
  'EDQUOT',
  'EIO',
]);

type Listen = (path: string) => Promise<Server>;
type Unlock = () => Promise<void>;

/**
 * Locks a folder until the returned function is called or the process ends.
 *
 * @param listenAt makes the socket
 * @throws StorageError LOCKED if another server holds it, LOCK_UNAVAILABLE if it cannot be locked
 */
export async function lockFolder(folder: string, listenAt: Listen = listen): Promise<Unlock> {
  try {
    const unlock = await tryToLock(shortest(folder), listenAt).catch((error) => {
      if (!WITHOUT_SOCKETS.has(codeOf(error) ?? '')) throw error;
      return lockByInode(folder, listenAt, error);
    });
    if (unlock) return unlock;
  } catch (cause) {
    if (cause instanceof StorageError) throw cause;
    const code = PASSING.has(codeOf(cause) ?? '') ? 'IO' : 'LOCK_UNAVAILABLE';
    throw new StorageError(code, `cannot lock "${folder}": ${reasonOf(cause)}`, { cause });
  }
  const text = `"${folder}" is in use by another server: stop it, or use another folder`;
  throw new StorageError('LOCKED', text);
}

async function tryToLock(folder: string, listenAt: Listen): Promise<Unlock | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(PAUSE_MS * (0.5 + Math.random()));
    // To look first, without a file of one's own, disturbs no server that is about to hold the folder.
    if ((await look(folder)).alive.length > 0) continue;
    const own = freshName();
    const server = await listenAt(join(folder, own));
    const unlock = () => closed(server); // removes the file too
    for (; attempt < ATTEMPTS; attempt++) {
      const { names, alive } = await look(folder, own);
      if (!names.includes(own)) break;
      if (names.length === 1) return unlock;
      // Of those that came at the same moment the first by name stays, the others make way.
      if (alive.some((name) => name < own)) break;
      if (alive.length > 0) await sleep(PAUSE_MS);
    }
    await unlock();
  }
  return undefined;
}

/** Only Linux has names for sockets that are in no file system; they begin with a zero byte. */
async function lockByInode(folder: string, listenAt: Listen, cause: unknown): Promise<Unlock | undefined> {
  if (process.platform !== 'linux') {
    const text = `cannot lock "${folder}": its file system has no Unix sockets, which only Linux can do without: use a folder of this machine's own disk (STORE_DIR)`;
    throw new StorageError('LOCK_UNAVAILABLE', text, { cause });
  }
  // Held open: vfat numbers its files as they are opened.
  const handle = await open(folder);
  try {
    const { dev, ino } = await handle.stat({ bigint: true });
    const server = await listenAt(`\0quiniela.${dev}.${ino}`);
    return async () => {
      await closed(server);
      await handle.close();
    };
  } catch (error) {
    await handle.close();
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}

const closed = (server: Server): Promise<void> =>
  new Promise((settle) => {
    server.close(() => settle());
  });

/** All lock files that were there, and on which of the others somebody listens; the rest is removed. */
async function look(folder: string, own?: string): Promise<{ names: string[]; alive: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true });
  // A folder of such a name is somebody else's: nobody listens on it, and it cannot be removed like a lock.
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter(isLockName);
  const alive: string[] = [];
  for (const name of names) {
    if (name === own) continue;
    const state = await probe(join(folder, name));
    if (state === 'alive') alive.push(name);
    if (state === 'dead' && own) await unlink(join(folder, name)).catch(unlessGone);
  }
  return { names, alive };
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
  const fromHere = pathFromHere(absolute);
  const path = Buffer.byteLength(fromHere) < Buffer.byteLength(absolute) ? fromHere : absolute;
  const bytes = Buffer.byteLength(join(path, freshName()));
  if (bytes > SOCKET_PATH_BYTES) {
    const text = `cannot lock "${absolute}": its lock file's path would have ${bytes} bytes, at most ${SOCKET_PATH_BYTES} are possible; use a shorter path, or start the server nearer to it`;
    throw new StorageError('LOCK_UNAVAILABLE', text);
  }
  return path;
}

/** As it is, if somebody has removed the folder that this process runs in. */
function pathFromHere(absolute: string): string {
  try {
    return relative('.', absolute) || '.';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return absolute;
    throw error;
  }
}

const freshName = (): string => PREFIX + nanoid(NAME_CHARS);

const unlessGone = (error: unknown): void => {
  if (codeOf(error) !== 'ENOENT') throw error;
};
