/** The draw before the one that begins: the last of those that are archived. */
import { join } from 'node:path';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { messageOf } from '../errors.ts';
import type { Disk } from './disk.ts';
import { type Before, type Header, JOURNAL_FILE, readJournal } from './journal.ts';

const ARCHIVED = /^draw-/;

type Options = { disk: Disk; dir: string; notice: (entry: LogEntry) => void };

/**
 * Looks at the first line of each archived journal, and reads the last draw's. Only when a draw begins.
 *
 * @returns undefined if there is none; one that cannot be read is said in the log, and holds no draw up
 */
export async function drawBefore({ disk, dir, notice }: Options): Promise<Before | undefined> {
  let last: { header: Header; path: string } | undefined;
  for (const name of (await disk.list(dir)).filter((name) => ARCHIVED.test(name)).sort()) {
    const path = join(dir, name, JOURNAL_FILE);
    try {
      const header = await headerOf(disk, path);
      if (header && (!last || header.at >= last.header.at)) last = { header, path };
    } catch (error) {
      notice(unreadable(path, error));
    }
  }
  if (!last) return undefined;
  try {
    return await read(disk, last.path);
  } catch (error) {
    notice(unreadable(last.path, error));
    return undefined;
  }
}

async function headerOf(disk: Disk, path: string): Promise<Header | undefined> {
  if (!(await disk.exists(path))) return undefined;
  for await (const { header } of entriesOf(disk, path)) return header;
  return undefined;
}

async function read(disk: Disk, path: string): Promise<Before | undefined> {
  let draw = '';
  let head: string | undefined;
  let singles = 0;
  const untold = new Set<number>();
  for await (const { header, commit, hash } of entriesOf(disk, path)) {
    if (header) draw = header.draw;
    if (commit?.draw) head = hash;
    singles += commit?.ids?.length ?? 0;
    for (const [agency, stored] of [...(commit?.tp0 ?? []), ...(commit?.agencies ?? [])]) {
      if (stored > 0) untold.add(agency);
    }
    for (const agency of commit?.told ?? []) untold.delete(agency);
  }
  return head === undefined ? undefined : { draw, head, untold: [...untold].sort((a, b) => a - b), singles };
}

async function* entriesOf(disk: Disk, path: string) {
  const file = await disk.open(path, 'read');
  try {
    yield* readJournal(file, path, await file.size());
  } finally {
    await file.close();
  }
}

const unreadable = (file: string, error: unknown): LogEntry => ({
  level: 'warn',
  action: 'read_archive',
  result: 'fail',
  details: { file, error: messageOf(error) },
});
