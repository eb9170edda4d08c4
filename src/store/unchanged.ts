/** Nobody but this process writes the draw's files: if another did, this is noticed before the next append, and the
 * file is named. */
import { howMany } from '../../machines/how-many.ts';
import type { Disk, DiskFile, FolderNames } from './disk.ts';
import { damaged } from './errors.ts';

/** An open file, and what this process has written of it. */
type Written = { file: DiskFile; path: string; size: number };

/** Where they are, and what may have happened to their names. */
type Place = { disk: Disk; names: FolderNames };

const hasItsName = (disk: Disk, { file, path }: Written): boolean => disk.look(path)?.id === file.id;

/** @throws StorageError DAMAGED if one was written to, cut, moved away or replaced by another program */
export async function expectUnchanged({ disk, names }: Place, files: readonly Written[]): Promise<void> {
  const mayBeRenamed = names.mayDiffer();
  for (const written of files) {
    const isUnchanged =
      written.file.sizeNow() === written.size && !(mayBeRenamed && !hasItsName(disk, written));
    if (!isUnchanged) await nameChange(disk, written);
  }
}

async function nameChange(disk: Disk, { file, path, size }: Written): Promise<void> {
  const now = disk.look(path);
  // Some file systems give an open file another number in the meantime: then it has it by either way.
  const own = await file.stat();
  const place = { file: path, offset: Math.min(size, now?.size ?? 0) };
  const whose = 'by another program while this server ran';
  if (now === undefined) throw damaged(place, `the file was moved away or deleted ${whose}`);
  if (now.id !== own.id) throw damaged(place, `the file was replaced ${whose}`);
  if (now.size === size) return;
  const what = now.size < size ? 'cut' : 'written to';
  throw damaged(place, `the file was ${what} ${whose}: it has ${howMany(now.size, 'byte')}, not ${size}`);
}
