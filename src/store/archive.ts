/**
 * A draw that is over moves into a folder of its own, `draw-0001`, when the next one begins. Each step is one
 * rename, the journal's is the last: killed in between, the next start goes on where it stopped.
 */
import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { StorageError } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, readJournal } from './journal.ts';

const NAME = /^draw-(\d{4,})$/;
const BROKEN = /^(bets\.csv|journal\.ndjson)\.broken/;

const archiveName = (draw: number): string => `draw-${String(draw).padStart(4, '0')}`;

/** The number of the draw after those that are archived in `dir`. */
export async function nextDraw(disk: Disk, dir: string): Promise<number> {
  const numbers = (await disk.list(dir)).map((name) => Number(NAME.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers) + 1;
}

/**
 * Moves the draw's files, none of them open, into their folder.
 *
 * @returns the folder's path
 * @throws StorageError FOREIGN where the folder holds such files already
 */
export async function archiveDraw(disk: Disk, dir: string, draw: number): Promise<string> {
  const folder = join(dir, archiveName(draw));
  await disk.mkdir(folder);
  const taken = await disk.list(folder);
  const names = await disk.list(dir);
  const moves = [...names.filter((name) => BROKEN.test(name)), BETS_FILE, JOURNAL_FILE];
  for (const name of moves.filter((name) => names.includes(name))) {
    if (taken.includes(name)) {
      const text = `cannot archive draw ${draw}: "${join(folder, name)}" exists already; move it away`;
      throw new StorageError('FOREIGN', text);
    }
    await disk.rename(join(dir, name), join(folder, name));
  }
  return folder;
}

/** Ends an archiving that was killed: the journal is still here and its bets.csv is already there. */
export async function finishArchiving(disk: Disk, dir: string): Promise<void> {
  const path = join(dir, JOURNAL_FILE);
  if (!(await disk.exists(path)) || (await disk.exists(join(dir, BETS_FILE)))) return;
  const journal = await disk.open(path, 'read');
  let draw: number | undefined;
  let closed = false;
  try {
    for await (const { header, commit } of readJournal(journal, path, await journal.size())) {
      draw ??= header?.draw;
      closed ||= commit?.closed === true;
    }
  } finally {
    await journal.close();
  }
  if (draw === undefined || !closed) return;
  if (await disk.exists(join(dir, archiveName(draw), BETS_FILE))) await archiveDraw(disk, dir, draw);
}
