/** The winners among rows that no journal vouches for. */
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type { DiskFile } from '../../src/store/disk.ts';
import { readChunks } from '../../src/store/reading.ts';
import { WinnerSearch } from '../../src/store/winners.ts';

/** Of a file's rows before `end`. @throws StorageError DAMAGED if they do not end there */
export async function findWinners(file: DiskFile, path: string, end: number): Promise<Winners> {
  const search = new WinnerSearch(path);
  for await (const chunk of readChunks(file, end)) search.push(chunk);
  search.expectWhole();
  return search.winners;
}
