/**
 * The file layer that the store stands on, injected so that tests can put a failing disk under it.
 *
 * Durability: files opened with `sync` are written with O_DSYNC, each append is on disk when it resolves.
 * Node's permission model refuses fsync, so there is no other way, and none for folders: creating, renaming
 * and truncating become durable, in their order, with the next synced append (journaling file systems keep
 * that order). The store is built so that any prefix of them is recovered from.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, statSync } from 'node:fs';
import { access, type FileHandle, readdir, rename, rm } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import { openRegular } from '../input/regular-file.ts';
import { makeFolder } from '../make-folder.ts';
import { StorageError } from './errors.ts';
import { lockFolder } from './lock.ts';

/** `id` tells two files apart, whatever their names. */
export type FileStatus = { size: number; id: string };

/** An open file. Offsets and sizes are in bytes. */
export interface DiskFile {
  /** As it was when the file was opened. */
  readonly id: string;
  /** Writes at the end and syncs. Resolves with the bytes written, which may be fewer than were given. */
  append(buffers: readonly Uint8Array[]): Promise<number>;
  /** Fills `into` from `position`. Resolves with the bytes read: fewer than asked for, 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  size(): Promise<number>;
  /** The same at once, from what the system has in memory: a turn of the thread pool would cost each commit more than
   * all of its deciding. */
  sizeNow(): number;
  stat(): Promise<FileStatus>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** The names in a folder. */
export interface FolderNames {
  /** Whether one of them may be of another file, or of none, than when this was last asked; true if nobody can say. */
  mayDiffer(): boolean;
  close(): void;
}

export type Unlock = () => Promise<void>;

/** All functions reject with the system's error, with its `code`. */
export interface Disk {
  /** `append` creates the file if there is none; `read` rejects with ENOENT. */
  open(path: string, mode: 'append' | 'read'): Promise<DiskFile>;
  exists(path: string): Promise<boolean>;
  /** Undefined if there is none. At once, as `sizeNow`, but to find a file by its path takes nine times as long. */
  look(path: string): FileStatus | undefined;
  names(folder: string): FolderNames;
  /** Names in a folder, in no order. */
  list(folder: string): Promise<string[]>;
  /** Makes the folder and those above it; one that exists is fine. */
  mkdir(folder: string): Promise<void>;
  /** Replaces `to` if it exists. */
  rename(from: string, to: string): Promise<void>;
  /** A file that is not there is fine. */
  remove(path: string): Promise<void>;
  /** Keeps other servers off the folder. @throws StorageError LOCKED, LOCK_UNAVAILABLE */
  lock(folder: string): Promise<Unlock>;
}

/**
 * A shutdown that was told to hurry, or whose disk failed, leaves files open for the system to close. Node ends a
 * process with an error if such a file is garbage before that, so none becomes garbage.
 */
const openFiles = new Set<FileHandle>();

const statusOf = ({ size, dev, ino }: { size: number; dev: number; ino: number }): FileStatus => ({
  size,
  id: `${dev}:${ino}`,
});

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  readonly id: string;

  constructor(handle: FileHandle, id: string) {
    this.#handle = handle;
    this.id = id;
    openFiles.add(handle);
  }

  async append(buffers: readonly Uint8Array[]): Promise<number> {
    return (await this.#handle.writev(buffers)).bytesWritten;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.read(into, 0, into.length, position)).bytesRead;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  sizeNow(): number {
    return fstatSync(this.#handle.fd).size;
  }

  async stat(): Promise<FileStatus> {
    return statusOf(await this.#handle.stat());
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  close(): Promise<void> {
    openFiles.delete(this.#handle);
    return this.#handle.close();
  }
}

/** Milliseconds within which two changes of a folder may have the same time: a system's clock ticks each 10 at most. */
const TICK_MS = 100;
/** Milliseconds after which names are looked at whatever the folder says: some file systems keep no time of it. */
const NAMES_MS = 1_000;

/** A folder has the time of the last change of its names, and costs no more to ask than an open file. */
class NodeFolderNames implements FolderNames {
  readonly #fd: number;
  #changed = Number.NaN;
  #asked = 0;

  constructor(folder: string) {
    this.#fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  }

  mayDiffer(): boolean {
    const now = Date.now();
    const { ctimeMs } = fstatSync(this.#fd);
    const age = now - this.#asked;
    if (ctimeMs === this.#changed && age >= 0 && age < NAMES_MS) return false;
    this.#asked = now;
    // A change that is younger may not be the last one of its time.
    this.#changed = now - ctimeMs > TICK_MS ? ctimeMs : Number.NaN;
    return true;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * The computer's own disk.
 *
 * @param options.sync false leaves the syncing to the system: for tests and benches only
 */
export function nodeDisk(options: { sync?: boolean } = {}): Disk {
  const { O_APPEND, O_CREAT, O_RDWR, O_RDONLY, O_DSYNC } = constants;
  const appending = O_APPEND | O_CREAT | O_RDWR | (options.sync === false ? 0 : O_DSYNC);
  return {
    open: async (path, mode) => {
      const opened = openRegular(path, mode === 'append' ? appending : O_RDONLY).catch((error: unknown) => {
        if (codeOf(error) === 'EISDIR') throw folder(path, error);
        if (mode === 'append' && codeOf(error) === 'ENOENT' && isLink(path)) throw deadLink(path, error);
        throw codeOf(error) === 'NOT_A_FILE' ? foreign(error as Error) : error;
      });
      const handle = await opened;
      const stats = await handle.stat();
      // A folder that is only read opens, and has a size: to whoever reads it, it is damage.
      if (stats.isDirectory()) {
        await handle.close();
        throw folder(path);
      }
      return new NodeFile(handle, statusOf(stats).id);
    },
    exists: (path) =>
      access(path).then(
        () => true,
        (error: unknown) => {
          if (codeOf(error) === 'ENOENT') return false;
          throw error;
        },
      ),
    look: (path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats && statusOf(stats);
    },
    names: (folder) => new NodeFolderNames(folder),
    list: (folder) => readdir(folder),
    mkdir: makeFolder,
    rename,
    remove: (path) => rm(path, { force: true }),
    lock: lockFolder,
  };
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const deadLink = (path: string, cause: unknown): StorageError =>
  new StorageError('FOREIGN', `cannot use "${path}": it is a link to nothing`, { cause });

const folder = (path: string, cause?: unknown): StorageError =>
  new StorageError('FOREIGN', `cannot use "${path}": it is a folder, not a file`, { cause });

const foreign = (cause: Error): StorageError => new StorageError('FOREIGN', cause.message, { cause });

/**
 * Appends all of `buffers`, going on after short writes.
 *
 * @throws the disk's error; Error if the disk takes no more bytes and says nothing
 */
export async function appendAll(file: DiskFile, buffers: readonly Uint8Array[]): Promise<void> {
  let left = buffers;
  while (left.length > 0) {
    let written = await file.append(left);
    if (written === 0 && left.some(({ length }) => length > 0)) throw new Error('the disk took 0 bytes');
    let whole = 0;
    for (const { length } of left) {
      if (written < length) break;
      written -= length;
      whole++;
    }
    const cut = left[whole];
    if (cut === undefined) return;
    left = [cut.subarray(written), ...left.slice(whole + 1)];
  }
}
