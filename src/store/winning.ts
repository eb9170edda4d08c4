/**
 * The winners of a draw, found through the hashes of all that was committed: a bet that somebody changed since it was
 * acknowledged draws nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type { DiskFile } from './disk.ts';
import { damaged } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, readJournal } from './journal.ts';
import { CHUNK_BYTES, SlidingWindow } from './reading.ts';
import { WinnerSearch } from './winners.ts';

/** Both files, as far as they are committed, and the hash of the journal's last line. */
type Committed = {
  bets: DiskFile;
  betsEnd: number;
  journal: DiskFile;
  journalEnd: number;
  hash: string;
};

/** @throws StorageError DAMAGED at the first byte that is not as it was committed */
export async function winnersOf(draw: Committed, dir: string): Promise<Winners> {
  const { bets, betsEnd, journal, journalEnd, hash } = draw;
  const [betsPath, journalPath] = [join(dir, BETS_FILE), join(dir, JOURNAL_FILE)];
  const search = new WinnerSearch(betsPath);
  const window = new SlidingWindow(bets, betsEnd);
  let last = '';
  for await (const entry of readJournal(journal, journalPath, journalEnd)) {
    last = entry.hash;
    const { range, sha, n } = entry.commit ?? {};
    if (!range) continue;
    const [start, end] = range;
    const digest = createHash('sha256');
    for (let from = start; from < end; from += CHUNK_BYTES) {
      const piece = await window.bytes(from, Math.min(end, from + CHUNK_BYTES));
      digest.update(piece);
      search.push(piece);
    }
    if (digest.digest('hex') !== sha) {
      const text = `rows up to byte ${end} are not those of commit ${n} (journal line ${entry.line})`;
      throw damaged({ file: betsPath, offset: start }, text);
    }
    search.expectWhole();
  }
  if (last !== hash) {
    throw damaged({ file: journalPath, offset: 0 }, 'its lines are not those that were written');
  }
  return search.winners;
}
