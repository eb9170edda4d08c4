/**
 * Writing both files of a draw anew, and putting them in the old ones' place at once, however the process ends.
 *
 * The new ones are drafts until both are whole and synced. Then each gets a name of its own, the journal last: from
 * that rename on, the next start ends what was begun; before it, it takes the drafts away. The old files move into
 * a folder, `replaced-1`, where they can still be verified. Each step is one rename, and may be taken again.
 */
import { join } from 'node:path';
import type { Commit } from './commit.ts';
import { appendAll, type Disk, type DiskFile } from './disk.ts';
import { BETS_FILE, JOURNAL_FILE, sealLine } from './journal.ts';
import { CHUNK_BYTES } from './reading.ts';

const FILES = [BETS_FILE, JOURNAL_FILE] as const;
const draftOf = (name: string): string => `${name}.draft`;
const newOf = (name: string): string => `${name}.new`;

const REPLACED = /^replaced-(\d+)$/;

/** A file that is written from its beginning, in few large appends: each is synced. */
class Draft {
  readonly file: DiskFile;
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(file: DiskFile) {
    this.file = file;
  }

  async add(bytes: Buffer): Promise<void> {
    this.#waiting.push(Buffer.from(bytes)); // the caller's may change
    this.#bytes += bytes.length;
    if (this.#bytes >= CHUNK_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    await appendAll(this.file, this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
  }
}

/** The drafts of a draw's files, open. */
export class Rewrite {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #bets: Draft;
  readonly #journal: Draft;
  /** Bytes of bets.csv, lines of the journal after its header, and the hash of its last line. */
  betsEnd = 0;
  commits = 0;
  hash = '';

  private constructor(disk: Disk, dir: string, bets: Draft, journal: Draft) {
    this.#disk = disk;
    this.#dir = dir;
    this.#bets = bets;
    this.#journal = journal;
  }

  /** Begins both drafts; those of a process that died are gone by then. */
  static async begin(disk: Disk, dir: string): Promise<Rewrite> {
    const open = (name: string) => disk.open(join(dir, draftOf(name)), 'append');
    const [bets, journal] = await Promise.all([open(BETS_FILE), open(JOURNAL_FILE)]);
    return new Rewrite(disk, dir, new Draft(bets), new Draft(journal));
  }

  async addRows(rows: Buffer): Promise<void> {
    this.betsEnd += rows.length;
    await this.#bets.add(rows);
  }

  /** Lines as they are, the last of which has this hash. */
  async addLines(lines: Buffer, commits: number, hash: string): Promise<void> {
    this.commits += commits;
    this.hash = hash;
    await this.#journal.add(lines);
  }

  async addCommit(fields: Omit<Commit, 'n'>): Promise<void> {
    const { line, hash } = sealLine({ n: this.commits + 1, ...fields }, this.hash);
    await this.addLines(line, 1, hash);
  }

  /** Puts the drafts in the old files' place. @returns the folder of the old ones. @throws and nothing was changed */
  async finish(): Promise<string> {
    try {
      await this.#bets.flush();
      await this.#journal.flush();
    } catch (error) {
      await this.abandon();
      throw error;
    }
    await this.#close();
    for (const name of FILES) {
      await this.#disk.rename(join(this.#dir, draftOf(name)), join(this.#dir, newOf(name)));
    }
    const old = await finishRewrite(this.#disk, this.#dir);
    if (old === undefined) throw new Error(`"${this.#dir}" has no new files`);
    return old;
  }

  /** Nothing was changed. */
  async abandon(): Promise<void> {
    await this.#close();
    await finishRewrite(this.#disk, this.#dir);
  }

  async #close(): Promise<void> {
    await Promise.all([this.#bets.file.close(), this.#journal.file.close()]);
  }
}

/**
 * Ends a rewriting that was cut short, or takes its drafts away if they were not whole yet.
 *
 * @returns the folder of the files that were replaced, undefined if none were
 */
export async function finishRewrite(disk: Disk, dir: string): Promise<string | undefined> {
  const names = new Set(await disk.list(dir));
  if (!names.has(newOf(JOURNAL_FILE))) {
    for (const name of [newOf(BETS_FILE), ...FILES.map(draftOf)]) {
      if (names.has(name)) await disk.remove(join(dir, name));
    }
    return undefined;
  }
  let folder: string | undefined;
  for (const name of FILES) {
    if (!names.has(newOf(name))) continue; // in its place already
    if (names.has(name)) {
      folder ??= join(dir, await replacedFolder(disk, dir));
      await disk.mkdir(folder);
      await disk.rename(join(dir, name), join(folder, name));
    }
    await disk.rename(join(dir, newOf(name)), join(dir, name));
  }
  return folder;
}

/** The last one, if its journal, which moves last, is not there yet; else the next. */
async function replacedFolder(disk: Disk, dir: string): Promise<string> {
  const numbers = (await disk.list(dir)).map((name) => Number(REPLACED.exec(name)?.[1] ?? 0));
  const last = Math.max(0, ...numbers);
  const isFree = last > 0 && !(await disk.exists(join(dir, `replaced-${last}`, JOURNAL_FILE)));
  return `replaced-${isFree ? last : last + 1}`;
}
