/**
 * A draw that is over moves into a folder of its own when the next one begins: draw `1` into `draw-0001`, draw
 * `2026-11-26-nocturna` into `draw-2026-11-26-nocturna`. Each step is one rename, the journal's is the last: killed
 * in between, the next start goes on where it stopped.
 */
import { join } from 'node:path';
import type { Disk } from './disk.ts';
import { ioError, StorageError } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, readJournal } from './journal.ts';

/** A numbered draw's folder. More digits than this are no number but a name. */
const NUMBERED = /^draw-(\d{4,15})$/;
/** What recovery and people's commands keep of it: torn ends, and the files that were replaced. */
const KEPT = /^(bets\.csv|journal\.ndjson)\.broken|^replaced-\d+$/;

/** The folder of a draw that is over, in `dir`. Two names may have one folder: `1` and `0001`. */
export const archiveFolder = (dir: string, draw: string): string =>
  join(dir, `draw-${/^[1-9]\d*$/.test(draw) ? draw.padStart(4, '0') : draw}`);

/** The name of a draw for which there is none: the number after those that are archived in `dir`. */
export async function nextDraw(disk: Disk, dir: string): Promise<string> {
  let last = 0;
  for (const name of await disk.list(dir)) last = Math.max(last, Number(NUMBERED.exec(name)?.[1] ?? 0));
  return String(last + 1);
}

/**
 * @param over a draw that is about to be archived
 * @throws StorageError OTHER_DRAW if a draw of this name is over, or one whose folder would be the same
 */
export async function expectNewName(disk: Disk, dir: string, draw: string, over?: string): Promise<void> {
  const folder = archiveFolder(dir, draw);
  const isTaken = over !== undefined && folder === archiveFolder(dir, over);
  if (!isTaken && !(await disk.exists(folder))) return;
  const text = `cannot begin draw "${draw}": it is over, "${folder}" ${isTaken ? `is for draw "${over}"` : 'exists'}; each draw needs a name of its own (DRAW_NAME)`;
  throw new StorageError('OTHER_DRAW', text);
}

/**
 * Moves the draw's files, none of them open, into their folder.
 *
 * @returns the folder's path
 * @throws StorageError FOREIGN if the folder holds such files already
 */
export async function archiveDraw(disk: Disk, dir: string, draw: string): Promise<string> {
  const folder = archiveFolder(dir, draw);
  await disk.mkdir(folder).catch((cause: unknown) => {
    throw ioError(`cannot archive draw ${draw} in "${folder}"`, cause);
  });
  const taken = await disk.list(folder);
  const names = await disk.list(dir);
  const inOrder = [...names.filter((name) => KEPT.test(name)), BETS_FILE, JOURNAL_FILE];
  const moves = inOrder.filter((name) => names.includes(name));
  const there = moves.find((name) => taken.includes(name));
  if (there) {
    const text = `cannot archive draw ${draw}: "${join(folder, there)}" exists already; move it away`;
    throw new StorageError('FOREIGN', text);
  }
  for (const name of moves) await disk.rename(join(dir, name), join(folder, name));
  return folder;
}

/** Ends an archiving that was killed: the journal is still here and its bets.csv is already there. */
export async function finishArchiving(disk: Disk, dir: string): Promise<void> {
  const path = join(dir, JOURNAL_FILE);
  if (!(await disk.exists(path)) || (await disk.exists(join(dir, BETS_FILE)))) return;
  const journal = await disk.open(path, 'read');
  let draw: string | undefined;
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
  if (await disk.exists(join(archiveFolder(dir, draw), BETS_FILE))) await archiveDraw(disk, dir, draw);
}
