/**
 * Cuts off what no commit speaks of: the torn end that a crash leaves. The file is cut first, because a disk that is
 * full or fails must not keep the server from starting. Then the torn end is kept beside it, if possible. After the cut
 * nobody finds it again, so each crash leaves one `.broken` at most.
 */
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { messageOf } from '../errors.ts';
import { appendAll, type Disk, type DiskFile } from './disk.ts';
import { readFully } from './reading.ts';

export type CutOptions = { disk: Disk; notice: (entry: LogEntry) => void };

/** Cuts a file of `size` bytes back to `start`, all of it in memory, and says so. @throws the disk's error if it cannot be cut */
export async function cutOff(
  { disk, notice }: CutOptions,
  file: DiskFile,
  path: string,
  start: number,
  size: number,
): Promise<void> {
  const torn = await readTorn(file, start, size - start);
  await file.truncate(start);
  const details = { file: path, offset: start, bytes: size - start, ...(await keep(disk, path, torn)) };
  notice({ level: 'warn', action: 'recover_store', result: 'success', details });
}

async function readTorn(file: DiskFile, start: number, bytes: number): Promise<Buffer | Error> {
  try {
    const torn = Buffer.allocUnsafe(bytes);
    await readFully(file, torn, start);
    return torn;
  } catch (error) {
    return error as Error;
  }
}

/** Writes a copy under a name that is free. @returns how that went, for the log */
async function keep(
  disk: Disk,
  path: string,
  torn: Buffer | Error,
): Promise<Readonly<Record<string, string | number>>> {
  if (torn instanceof Error) return { not_kept: torn.message };
  try {
    let kept = `${path}.broken`;
    for (let number = 1; await disk.exists(kept); number++) kept = `${path}.broken.${number}`;
    await writeCopy(disk, kept, torn);
    return { kept_in: kept };
  } catch (error) {
    return { not_kept: messageOf(error) };
  }
}

async function writeCopy(disk: Disk, path: string, bytes: Buffer): Promise<void> {
  const copy = await disk.open(path, 'append');
  try {
    await appendAll(copy, [bytes]);
  } catch (error) {
    await disk.remove(path); // half of it says nothing, and takes room
    throw error;
  } finally {
    await copy.close();
  }
}
