/** Nobody but this process writes the draw's files: if another did, this is noticed before the next append, and the
 * file is named. */
import type { Disk, DiskFile } from './disk.ts';
import { damaged } from './errors.ts';

/** An open file, and what this process has written of it. */
export type Written = { file: DiskFile; path: string; size: number };

export const isUnchanged = (disk: Disk, { file, path, size }: Written): boolean => {
  const now = disk.look(path);
  return now?.size === size && now.id === file.id;
};

/** @throws StorageError DAMAGED if the file was written to, cut, moved away or replaced by another program */
export async function expectUnchanged(disk: Disk, written: Written): Promise<void> {
  if (isUnchanged(disk, written)) return;
  const { file, path, size } = written;
  const now = disk.look(path);
  // Some file systems give an open file another number in the meantime: then it has it by either way.
  const own = await file.stat();
  const place = { file: path, offset: Math.min(size, now?.size ?? 0) };
  const whose = 'by another program while this server ran';
  if (now === undefined) throw damaged(place, `the file was moved away or deleted ${whose}`);
  if (now.id !== own.id) throw damaged(place, `the file was replaced ${whose}`);
  if (now.size === size) return;
  const what = now.size < size ? 'cut' : 'written to';
  throw damaged(place, `the file was ${what} ${whose}: it has ${now.size} bytes, not ${size}`);
}
