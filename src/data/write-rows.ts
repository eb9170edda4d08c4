/** Rows on their way to a file: two buffers, whatever the number of rows. */
import type { FileHandle } from 'node:fs/promises';
import { FILE_CHUNK_BYTES } from '../limits.ts';
import type { RowMaker } from './rows.ts';

async function writeAll(file: Pick<FileHandle, 'write'>, chunk: Uint8Array): Promise<void> {
  let at = 0;
  while (at < chunk.length) at += (await file.write(chunk, at)).bytesWritten;
}

/**
 * Writes `bets` rows. One chunk is made while the one before it is written; there are never more.
 *
 * @returns the bytes written
 */
export async function writeRows(
  file: Pick<FileHandle, 'write'>,
  options: {
    maker: RowMaker;
    bets: number;
    signal: AbortSignal | undefined;
    /** Told how many rows are written so far. */
    onWritten: (rows: number) => void;
  },
): Promise<number> {
  const { maker, bets, signal, onWritten } = options;
  let [making, writing] = [Buffer.allocUnsafe(FILE_CHUNK_BYTES), Buffer.allocUnsafe(FILE_CHUNK_BYTES)];
  let made = 0;
  let bytes = 0;
  let earlier: { done: Promise<void>; rows: number } = { done: Promise.resolve(), rows: 0 };
  while (made < bets) {
    const chunk = maker.fill(making, bets - made);
    made += chunk.rows;
    bytes += chunk.bytes;
    await earlier.done;
    onWritten(earlier.rows);
    signal?.throwIfAborted();
    earlier = { done: writeAll(file, making.subarray(0, chunk.bytes)), rows: made };
    [making, writing] = [writing, making];
  }
  await earlier.done;
  onWritten(earlier.rows);
  return bytes;
}
