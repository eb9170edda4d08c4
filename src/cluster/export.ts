/** The files of a draw out of its log: the same bytes from whichever server, or without any. */
import { join } from 'node:path';
import { ENTRY_BYTES } from '../limits.ts';
import { appendAll, type Disk, type DiskFile } from '../store/disk.ts';
import { ioError, StorageError } from '../store/errors.ts';
import { BETS_FILE, JOURNAL_FILE } from '../store/journal.ts';
import { leftovers, unfinishedName } from '../unfinished.ts';
import { foldWhole, type WholeLog } from './whole.ts';

const isOurs = (name: string): boolean => name === BETS_FILE || name === JOURNAL_FILE;

type Exported = { draw: string; entries: number; bytes: number; head: string };

/**
 * Writes bets.csv and the journal as the log has them now.
 *
 * @param dir a folder without either; it is made if there is none
 * @throws StorageError FOREIGN if it has one or the log is empty, DAMAGED if the engine has other rows than those that
 *   were stored, IO
 */
export async function exportDraw(log: WholeLog, disk: Disk, dir: string): Promise<Exported> {
  const paths = await roomFor(disk, dir);
  const last = await log.last().catch((error: unknown) => {
    throw ioError(`cannot export to "${dir}"`, error);
  });
  if (last === 0) throw new StorageError('FOREIGN', `cannot export to "${dir}": the log is empty`);
  const drafts = paths.map((path) => ({ path, draft: unfinishedName(path) }));
  const files: DiskFile[] = [];
  try {
    for (const name of leftovers(await disk.list(dir), isOurs)) await disk.remove(join(dir, name));
    for (const { draft } of drafts) files.push(await disk.open(draft, 'append'));
    const [bets, journal] = files;
    if (!bets || !journal) throw new Error('two files were opened');
    const exported = await writeDraw(log, last, bets, journal);
    for (const file of files.splice(0)) await file.close();
    // Of two that export at once, bets of one would stand beside the journal of the other.
    await roomFor(disk, dir);
    for (const { path, draft } of drafts) await disk.rename(draft, path);
    return exported;
  } catch (error) {
    for (const file of files) await file.close();
    for (const { draft } of drafts) await disk.remove(draft).catch(() => {});
    throw ioError(`cannot export to "${dir}"`, error);
  }
}

/**
 * Makes the folder if there is none. Called before the engine is asked, so that a wrong folder is told at once.
 *
 * @returns the files that are to be written, of which none is there
 * @throws StorageError FOREIGN if one is, IO
 */
export async function roomFor(disk: Disk, dir: string): Promise<string[]> {
  const paths = [join(dir, BETS_FILE), join(dir, JOURNAL_FILE)];
  await disk.mkdir(dir).catch((error: unknown) => {
    throw ioError(`cannot export to "${dir}"`, error);
  });
  for (const path of paths) {
    if (!(await disk.exists(path))) continue;
    throw new StorageError('FOREIGN', `cannot export to "${dir}": ${path} is there, name another folder`);
  }
  return paths;
}

async function writeDraw(log: WholeLog, last: number, bets: DiskFile, journal: DiskFile): Promise<Exported> {
  let [rows, lines]: [Buffer[], Buffer[]] = [[], []];
  let waiting = 0;
  const write = async () => {
    await appendAll(bets, rows);
    await appendAll(journal, lines);
    [rows, lines, waiting] = [[], [], 0];
  };
  const fold = await foldWhole(log, last, {
    rows: (own) => {
      rows.push(own);
      waiting += own.length;
    },
    line: (line) => lines.push(line),
    entry: async () => {
      if (waiting >= ENTRY_BYTES) await write();
    },
  });
  await write();
  return { draw: fold.ledger.draw, entries: last, bytes: fold.betsEnd, head: fold.hash };
}
