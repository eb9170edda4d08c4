/**
 * A disk in memory that fails as asked: the same seed gives the same failures. It knows two states, what the
 * processes see and what would still be there after a power loss, and moves from the one to the other only
 * what a real disk promises: an append's own bytes, and all changes of names and sizes before it, in order.
 *
 * `crash()` ends all that is under way: calls made before it, on files opened before it, never settle, as those
 * of a dead process. The disk itself can be used again at once, by the next process.
 */
import { dirname } from 'node:path';
import type { Disk, DiskFile, FileStatus, FolderNames, Unlock } from '../../src/store/disk.ts';
import { StorageError } from '../../src/store/errors.ts';
import { makeRandom, type Random } from './random.ts';

type Faults = {
  /** Appends take 1 to all of the bytes that they are given. */
  shortWrites?: boolean;
  /** The append with this number (from 1) writes and cannot sync: EIO. Later ones could again. */
  failSyncAt?: number;
  /** Appends to a path that matches fail, in each way the disk can: nothing is written. */
  failAppendsTo?: RegExp;
  /** Bytes of all files; an append beyond takes what fits, then ENOSPC. */
  capacity?: number | undefined;
  /** The change with this number (from 1; append, create, truncate, rename, mkdir) is cut by a crash. */
  crashAt?: number;
  /** With `crashAt`: only the process dies, what it had written stays. */
  crashIsKill?: boolean;
};

type Inode = { id: string; seen: Bytes; durable: Bytes };
type Change =
  | { kind: 'append'; inode: Inode; bytes: Buffer }
  | { kind: 'truncate'; inode: Inode; size: number }
  | { kind: 'name'; apply: (names: Map<string, Inode>, folders: Set<string>) => void };

/** Bytes that grow at the end without being copied each time. */
class Bytes {
  #buffer = Buffer.alloc(0);
  length = 0;

  static of(content: Uint8Array): Bytes {
    const bytes = new Bytes();
    bytes.push(content);
    return bytes;
  }

  push(more: Uint8Array): void {
    if (this.length + more.length > this.#buffer.length) {
      const larger = Buffer.alloc(2 * (this.length + more.length));
      this.#buffer.copy(larger, 0, 0, this.length);
      this.#buffer = larger;
    }
    this.#buffer.set(more, this.length);
    this.length += more.length;
  }

  truncate(size: number): void {
    if (size > this.length) this.push(Buffer.alloc(size - this.length));
    this.length = size;
  }

  view(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }
}

const systemError = (code: string, attempted: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${attempted}`), { code });

const never = <T>(): Promise<T> => new Promise(() => {});

export class FaultDisk implements Disk {
  faults: Faults;
  /** Awaited in each append between writing and syncing: a simulation's clock, or a test's gate. */
  beforeSync: (path: string) => Promise<void> = async () => {};
  /** Appends begun, and changes of any kind. */
  appends = 0;
  changes = 0;
  /** How often it crashed; what was opened before the last time is dead. */
  generation = 0;

  readonly #random: Random;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #folders = new Set<string>(['.', '/']);
  #durableFolders = new Set<string>(['.', '/']);
  #pending: Change[] = [];
  #ids = 0;
  readonly #locks = new Map<string, number>();
  #onCrash = Promise.withResolvers<void>();

  constructor(seed = 1, faults: Faults = {}) {
    this.#random = makeRandom(seed);
    this.faults = faults;
  }

  /** A disk with these files, all of them durable. */
  static holding(files: ReadonlyMap<string, Uint8Array>, seed = 1, faults: Faults = {}): FaultDisk {
    const disk = new FaultDisk(seed, faults);
    for (const [path, content] of files) {
      const inode = { id: disk.#nextId(), seen: Bytes.of(content), durable: Bytes.of(content) };
      disk.#names.set(path, inode);
      disk.#durableNames.set(path, inode);
      for (let folder = dirname(path); !disk.#folders.has(folder); folder = dirname(folder)) {
        disk.#folders.add(folder);
        disk.#durableFolders.add(folder);
      }
    }
    return disk;
  }

  /** Resolves at the next crash. */
  get crashed(): Promise<void> {
    return this.#onCrash.promise;
  }

  /** All files as processes see them, copied. */
  files(): Map<string, Buffer> {
    return new Map([...this.#names].map(([path, { seen }]) => [path, Buffer.from(seen.view())]));
  }

  read(path: string): Buffer {
    const inode = this.#names.get(path);
    if (!inode) throw systemError('ENOENT', path);
    return Buffer.from(inode.seen.view());
  }

  /** Changes that a power loss could still undo. */
  get unsynced(): number {
    return this.#pending.length;
  }

  /**
   * Power loss: what was synced stays, and of the rest a beginning of a length that the seed decides.
   * With `kill` only the process dies: the rest stays, except that the last write may be cut.
   */
  crash(options: { kill?: boolean | undefined } = {}): void {
    this.generation++;
    const kept = options.kill ? this.#pending.length - 1 : this.#random.between(0, this.#pending.length);
    this.#pending.forEach((change, index) => {
      if (index < kept) this.#makeDurable(change);
      else if (index === kept && change.kind === 'append') {
        const bytes = change.bytes.subarray(0, this.#random.between(0, change.bytes.length));
        this.#makeDurable({ ...change, bytes });
      } else if (index === kept && options.kill) this.#makeDurable(change);
    });
    this.#pending = [];
    this.#names = new Map(this.#durableNames);
    this.#folders = new Set(this.#durableFolders);
    for (const inode of this.#names.values()) inode.seen = Bytes.of(inode.durable.view());
    this.#locks.clear();
    const { resolve } = this.#onCrash;
    this.#onCrash = Promise.withResolvers();
    resolve();
  }

  async open(path: string, mode: 'append' | 'read'): Promise<DiskFile> {
    const { generation } = this;
    let inode = this.#names.get(path);
    if (!inode) {
      if (mode === 'read') throw systemError('ENOENT', path);
      if (!this.#folders.has(dirname(path))) throw systemError('ENOENT', path);
      const created = { id: this.#nextId(), seen: new Bytes(), durable: new Bytes() };
      await this.#change({ kind: 'name', apply: (names) => names.set(path, created) });
      inode = created;
    }
    await null;
    return generation === this.generation ? this.#file(inode, path) : never();
  }

  async exists(path: string): Promise<boolean> {
    return this.#names.has(path) || this.#folders.has(path);
  }

  look(path: string): FileStatus | undefined {
    const inode = this.#names.get(path);
    return inode && { size: inode.seen.length, id: inode.id };
  }

  /** Nobody can say. */
  names(): FolderNames {
    return { mayDiffer: () => true, close: () => {} };
  }

  /** What another program does: the file has these bytes at once, in place or as another file. */
  overwrite(path: string, content: Uint8Array, isOther = false): void {
    const inode = this.#names.get(path)!;
    const [seen, durable] = [Bytes.of(content), Bytes.of(content)];
    if (!isOther) Object.assign(inode, { seen, durable });
    else
      for (const names of [this.#names, this.#durableNames])
        names.set(path, { id: this.#nextId(), seen, durable });
  }

  async list(folder: string): Promise<string[]> {
    if (!this.#folders.has(folder)) throw systemError('ENOENT', folder);
    const paths = [...this.#names.keys(), ...this.#folders].filter((path) => dirname(path) === folder);
    return paths.filter((path) => path !== folder).map((path) => path.slice(path.lastIndexOf('/') + 1));
  }

  async mkdir(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await this.mkdir(dirname(folder));
    await this.#change({ kind: 'name', apply: (_, folders) => folders.add(folder) });
  }

  async rename(from: string, to: string): Promise<void> {
    if (!this.#names.has(from) && !this.#folders.has(from)) throw systemError('ENOENT', from);
    await this.#change({
      kind: 'name',
      apply: (names, folders) => {
        const isMoved = (path: string) => path === from || path.startsWith(`${from}/`);
        for (const path of [...folders].filter(isMoved)) {
          folders.delete(path);
          folders.add(to + path.slice(from.length));
        }
        for (const path of [...names.keys()].filter(isMoved)) {
          names.set(to + path.slice(from.length), names.get(path)!);
          names.delete(path);
        }
      },
    });
  }

  async remove(path: string): Promise<void> {
    if (!this.#names.has(path)) return;
    await this.#change({ kind: 'name', apply: (names) => names.delete(path) });
  }

  async lock(folder: string): Promise<Unlock> {
    const { generation } = this;
    if (this.#locks.has(folder)) throw new StorageError('LOCKED', `"${folder}" is in use by another server`);
    this.#locks.set(folder, generation);
    return async () => {
      if (generation === this.generation) this.#locks.delete(folder);
    };
  }

  #nextId(): string {
    return String(++this.#ids);
  }

  #file(inode: Inode, path: string): DiskFile {
    const { generation } = this;
    let open = true;
    /** Each call takes a turn, settles only while the process lives, and fails on a closed file. */
    const alive = async <T>(run: () => T | Promise<T>): Promise<T> => {
      await null;
      if (generation !== this.generation) return never();
      if (!open) throw systemError('EBADF', path);
      const result = await run();
      return generation === this.generation ? result : never();
    };
    return {
      id: inode.id,
      append: (buffers) => alive(() => this.#append(inode, path, Buffer.concat(buffers))),
      read: (into, position) => alive(() => inode.seen.view().copy(into, 0, position)),
      size: () => alive(() => inode.seen.length),
      sizeNow: () => inode.seen.length,
      stat: () => alive(() => ({ size: inode.seen.length, id: inode.id })),
      truncate: (size) => alive(() => this.#change({ kind: 'truncate', inode, size })),
      close: () =>
        alive(() => {
          open = false;
        }),
    };
  }

  async #append(inode: Inode, path: string, given: Buffer): Promise<number> {
    const { faults, generation } = this;
    const number = ++this.appends;
    if (faults.failAppendsTo?.test(path)) throw systemError('EIO', `i/o error, ${path}`);
    let taken = faults.shortWrites ? this.#random.between(1, given.length) : given.length;
    if (faults.capacity !== undefined) {
      const used = [...this.#names.values()].reduce((sum, { seen }) => sum + seen.length, 0);
      taken = Math.min(taken, faults.capacity - used);
      if (taken <= 0 && given.length > 0) throw systemError('ENOSPC', `no space left on device, ${path}`);
    }
    const change: Change = { kind: 'append', inode, bytes: Buffer.from(given.subarray(0, taken)) };
    await this.#change(change);
    await this.beforeSync(path);
    if (generation !== this.generation) return never();
    if (number === faults.failSyncAt) throw systemError('EIO', `i/o error, ${path}`);
    // Bytes of other files that could not be synced stay where they are.
    const left: Change[] = [];
    for (const pending of this.#pending) {
      if (pending.kind === 'append' && pending.inode !== inode) left.push(pending);
      else this.#makeDurable(pending);
    }
    this.#pending = left;
    return taken;
  }

  /** Shows a change to processes, and lets the crash that is due at it happen. */
  async #change(change: Change): Promise<void> {
    this.#pending.push(change);
    if (change.kind === 'append') change.inode.seen.push(change.bytes);
    else if (change.kind === 'truncate') change.inode.seen.truncate(change.size);
    else change.apply(this.#names, this.#folders);
    if (++this.changes === this.faults.crashAt) {
      this.crash({ kill: this.faults.crashIsKill });
      return never();
    }
  }

  #makeDurable(change: Change): void {
    if (change.kind === 'append') change.inode.durable.push(change.bytes);
    else if (change.kind === 'truncate') change.inode.durable.truncate(change.size);
    else change.apply(this.#durableNames, this.#durableFolders);
  }
}
