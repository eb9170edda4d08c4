/**
 * Setting one agency back to nothing before its draw: bets that somebody else sent in its name, or a file that was
 * wrong. Both files are written anew without its rows, so bets.csv holds the bets that take part and no others; the
 * journal's last entry says what was taken out, and the old files stay beside them, see rewrite.ts.
 */

import { join } from 'node:path';
import { howMany } from '../../machines/how-many.ts';
import type { Commit, SetBack } from './commit.ts';
import { runsOf } from './csv.ts';
import type { Disk, DiskFile } from './disk.ts';
import { ioError, StorageError, withAdvice } from './errors.ts';
import { BETS_FILE, FIRST_AGENCY, JOURNAL_FILE, readJournal, sha256 } from './journal.ts';
import { readChunks, SlidingWindow } from './reading.ts';
import { type Files, type Good, missing, nothingYet, replay } from './recovery.ts';
import { finishRewrite, Rewrite } from './rewrite.ts';

type ResetOptions = {
  dir: string;
  disk: Disk;
  agency: number;
  /** Milliseconds since 1970, as Date.now. */
  now: () => number;
  /** Also an agency that has said DONE. */
  force: boolean;
};

/**
 * @returns what was done, for people
 * @throws StorageError LOCKED while a server runs, FOREIGN if there is no draw, OTHER_DRAW if the agency is none of it, DAMAGED, IO; OVER if the agency has
 *   said DONE, or the draw has taken place
 */
export async function resetAgency(options: ResetOptions): Promise<readonly string[]> {
  const { dir, disk } = options;
  const unlock = await disk.lock(dir);
  const opened: DiskFile[] = [];
  try {
    await finishRewrite(disk, dir);
    const names = await disk.list(dir);
    const open = async (name: string) => {
      if (!names.includes(JOURNAL_FILE)) {
        throw new StorageError('FOREIGN', `no draw in "${dir}": it has no ${JOURNAL_FILE}`);
      }
      if (!names.includes(name)) throw missing(join(dir, name));
      const file = await disk.open(join(dir, name), 'read');
      opened.push(file);
      return file;
    };
    const [journal, bets] = [await open(JOURNAL_FILE), await open(BETS_FILE)];
    const [betsPath, journalPath] = [join(dir, BETS_FILE), join(dir, JOURNAL_FILE)];
    return await reset(options, { bets, journal, betsPath, journalPath, betsSize: await bets.size() });
  } catch (error) {
    throw withAdvice(ioError(`setting agency ${options.agency} back in "${dir}"`, error), dir);
  } finally {
    await Promise.all(opened.map((file) => file.close()));
    await unlock();
  }
}

async function reset(options: ResetOptions, files: Files): Promise<readonly string[]> {
  const { agency, dir, force, now, disk } = options;
  const good = nothingYet();
  await replay(files, good);
  const { stored, crc, finished, singles } = good.ledger.standing(agency);
  const refuse = (why: string) => new StorageError('OVER', `cannot set agency ${agency} back: ${why}`);
  const { draw, roll, first = FIRST_AGENCY } = good.ledger;
  if (roll !== undefined && (agency < first || agency >= first + roll)) {
    const text = `agency ${agency} is not one of ${first} to ${first + roll - 1} of draw "${draw}" in "${dir}"`;
    throw new StorageError('OTHER_DRAW', text);
  }
  if (good.ledger.ending.winners) throw refuse('the draw has taken place');
  if (stored + singles === 0 && !finished) return [`agency ${agency} has nothing stored in "${dir}"`];
  if (finished && !force) throw refuse(`it has said DONE; if that was not the agency itself, add --force`);

  const rewrite = await Rewrite.begin(disk, dir);
  try {
    await copyOthers(rewrite, files, good, agency);
    const setBack = { agency, stored, crc, singles, finished, was: good.hash };
    await rewrite.addCommit({ at: new Date(now()).toISOString(), setBack });
  } catch (error) {
    await rewrite.abandon();
    throw error;
  }
  const folder = await rewrite.finish();
  return [
    `agency ${agency} was set back: ${takenOut({ stored, singles, finished })} taken out`,
    `the old files are in "${folder}"; start the server, then the agency: it begins with its first bet`,
  ];
}

/** `50 bets, 1 single bet and its DONE` */
export const takenOut = ({ stored, singles, finished }: Omit<SetBack, 'agency' | 'crc' | 'was'>): string =>
  `${howMany(stored, 'bet')}, ${howMany(singles, 'single bet')}${finished ? ' and its DONE' : ''}`;

/** Every commit again, without what is the agency's; commits that only it had go. */
async function copyOthers(rewrite: Rewrite, files: Files, good: Good, agency: number): Promise<void> {
  const window = new SlidingWindow(files.bets, files.betsSize);
  for await (const entry of readJournal(files.journal, files.journalPath, good.journalEnd)) {
    if (entry.header) {
      for await (const line of readChunks(files.journal, entry.end)) {
        await rewrite.addLines(line, 0, entry.hash);
      }
      continue;
    }
    const { range, ...commit } = entry.commit;
    const runs = range ? [...runsOf(await window.bytes(...range))] : [];
    const rows = runs.flatMap((run) => (run.agency === agency ? [] : [run.rows]));
    const fields = without(commit, agency);
    if (rows.length > 0) {
      const bytes = Buffer.concat(rows);
      const start = rewrite.betsEnd;
      await rewrite.addRows(bytes);
      await rewrite.addCommit({ ...fields, range: [start, rewrite.betsEnd], sha: sha256(bytes) });
    } else if (Object.keys(fields).length > 1) {
      await rewrite.addCommit(fields);
    }
  }
}

/** A commit's fields without the agency, empty ones left out, and without what is sealed anew. */
function without(
  { n: _n, sha: _sha, ...fields }: Omit<Commit, 'range'>,
  agency: number,
): Omit<Commit, 'n' | 'range' | 'sha'> {
  const {
    prev: _prev,
    hash: _hash,
    agencies,
    tp0,
    ids,
    done,
    signed,
    ...others
  } = fields as typeof fields & {
    prev?: string;
    hash?: string;
  };
  const left = <T>(items: readonly T[] = [], agencyOf: (item: T) => number) => {
    const kept = items.filter((item) => agencyOf(item) !== agency);
    return kept.length > 0 ? kept : undefined;
  };
  const kept = {
    agencies: left(agencies, ([number]) => number),
    tp0: left(tp0, ([number]) => number),
    ids: left(ids, ([, number]) => number),
    done: left(done, (number) => number),
    signed: left(signed, ({ agency: number }) => number),
  };
  const present = Object.entries(kept).filter(([, value]) => value !== undefined);
  return { ...others, ...Object.fromEntries(present) };
}
