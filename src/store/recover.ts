/**
 * Mending a draw's folder that a server refuses: back to the last commit that is whole in both files. What is given
 * up is told before, written into the journal as an entry of its own, and kept beside the new files.
 *
 * A draw that took place is never given up: winners were told.
 */

import { join } from 'node:path';
import { howMany } from '../../machines/how-many.ts';
import { codeOf } from '../errors.ts';
import { commandOn } from '../to-type.ts';
import type { GivenUp } from './commit.ts';
import type { Disk, DiskFile } from './disk.ts';
import { ioError, StorageError } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, readWhatCanBeRead } from './journal.ts';
import { readChunks } from './reading.ts';
import { type Files, type Good, missing, nothingYet, type ReadFiles, replay } from './recovery.ts';
import { finishRewrite, Rewrite } from './rewrite.ts';
import { asWritten, type NameEnds } from './saved-elsewhere.ts';

type RecoverOptions = {
  dir: string;
  disk: Disk;
  /** Milliseconds since 1970, as Date.now. */
  now: () => number;
  /** Without it nothing is changed. */
  force: boolean;
};

/** `lines` are for people. `isMended`: a server starts in it. */
type Recovery = { isMended: boolean; lines: readonly string[] };

/** @throws StorageError LOCKED, FOREIGN, IO; DAMAGED if nothing can be kept, or a draw would be given up */
export async function recoverFolder(options: RecoverOptions): Promise<Recovery> {
  const { dir, disk, force } = options;
  const unlock = await disk.lock(dir).catch((error: unknown) => {
    if (!force && isReadOnly(error)) return nothingLocked;
    throw error;
  });
  const opened: DiskFile[] = [];
  try {
    if (force) await finishRewrite(disk, dir);
    const open = async (name: string) => {
      const file = await disk.open(join(dir, name), 'read');
      opened.push(file);
      return file;
    };
    // A link that leads nowhere is there, and holds nothing.
    const has = (name: string) => disk.exists(join(dir, name));
    if (!(await has(JOURNAL_FILE))) {
      const text = `cannot recover "${dir}": it has no ${JOURNAL_FILE}, which says what was stored; restore it from a copy`;
      throw new StorageError('FOREIGN', text);
    }
    const hasBets = await has(BETS_FILE);
    const bets = hasBets ? await open(BETS_FILE) : NO_FILE;
    const [betsPath, journalPath] = [join(dir, BETS_FILE), join(dir, JOURNAL_FILE)];
    const files = {
      bets,
      journal: await open(JOURNAL_FILE),
      betsPath,
      journalPath,
      betsSize: await bets.size(),
    };
    return await recover(options, files, !hasBets);
  } catch (error) {
    throw ioError(`recovering "${dir}"`, error);
  } finally {
    await Promise.all(opened.map((file) => file.close()));
    await unlock();
  }
}

/** A folder that may only be read, such as a copy, can be looked at without a lock: nothing is changed in it. */
const isReadOnly = (error: unknown): boolean =>
  error instanceof StorageError &&
  error.code === 'LOCK_UNAVAILABLE' &&
  ['EACCES', 'EROFS'].includes(codeOf(error.cause) ?? '');

const nothingLocked = async (): Promise<void> => {};

/** A missing bets.csv holds nothing. */
const NO_FILE: DiskFile = {
  id: '',
  stat: async () => ({ size: 0, id: '' }),
  append: () => Promise.reject(new Error('it is missing')),
  read: async () => 0,
  size: async () => 0,
  sizeNow: () => 0,
  truncate: async () => {},
  close: async () => {},
};

/** As far as both files are whole, and the first damage. */
type Found = { files: ReadFiles; good: Good; damage: StorageError | undefined };

async function recover(options: RecoverOptions, files: Files, isMissing: boolean): Promise<Recovery> {
  const { dir, force } = options;
  const asIs = await look(files);
  if (!asIs.damage && !isMissing) return { isMended: true, lines: [`nothing to recover: "${dir}" is whole`] };
  const damage = asIs.damage ?? missing(files.betsPath);
  const again = damage.place?.file === files.betsPath ? await lookAgain(files) : undefined;
  const isBetter = again !== undefined && again.good.commits > asIs.good.commits;
  const found = isBetter ? again : asIs;
  const { good } = found;
  if (good.hash === '') {
    const text = `${damage.message}: nothing can be kept; restore both files from a copy`;
    throw new StorageError('DAMAGED', text, { cause: damage, place: damage.place });
  }
  const lost = isBetter && !found.damage ? undefined : await whatIsGivenUp(found);
  const givenUp = lost?.isNothing ? undefined : lost;
  const lines = [
    `damage: ${damage.message}`,
    ...(isBetter ? ['its rows, written again as the store writes them, are those of the journal'] : []),
    `kept: ${howMany(good.commits, 'commit')}, bets.csv up to byte ${good.betsEnd}`,
    ...(givenUp ? linesOf(givenUp) : ['given up: nothing']),
    ...(lost && lost.copies > 0
      ? [`${howMany(lost.copies, 'line')} of the journal said again what is kept`]
      : []),
  ];
  if (again?.isSorted && again.files.betsSize === givenUp?.entry.range[1])
    lines.push('its rows are sorted: only a copy says how they stood');
  if (givenUp?.draw) {
    const text = `${lines.join('\n')}\nthe draw has taken place, it is not given up: restore both files from a copy`;
    throw new StorageError('DAMAGED', text, { cause: damage, place: damage.place });
  }
  if (!force) {
    const next = commandOn(dir, 'recover', { force: true });
    return { isMended: false, lines: [...lines, `nothing was changed. To do it: ${next}`] };
  }
  const folder = await writeGoodPart(options, found, givenUp?.entry);
  const next = givenUp
    ? 'start the server, then the agencies: they send what it lacks'
    : 'bets.csv is again what it was, byte for byte';
  return { isMended: true, lines: [...lines, `done, the old files are in "${folder}"; ${next}`] };
}

async function look(files: ReadFiles): Promise<Found> {
  const good = nothingYet();
  try {
    await replay(files, good);
    return { files, good, damage: undefined };
  } catch (error) {
    if (error instanceof StorageError && error.code === 'DAMAGED') return { files, good, damage: error };
    throw error;
  }
}

/** Looks at what another program has saved, its rows written again. Of the two ways to do that, the one that keeps more. */
async function lookAgain(files: Files): Promise<Found & { isSorted: boolean }> {
  const found = async (names: NameEnds) => {
    const { file, size, isSorted } = await asWritten(files.bets, files.betsSize, names);
    return { ...(await look({ ...files, bets: file, betsSize: size })), isSorted };
  };
  const [first, second] = [await found('asTheyAre'), await found('crLf')];
  return second.good.commits > first.good.commits ? second : first;
}

/** `copies`: lines that stand in the good part as well, as of a journal that was put behind itself. */
type Lost = { entry: GivenUp; draw: boolean; unreadable: number; copies: number; isNothing: boolean };

/** The readable part of the lines after the last good commit. */
async function whatIsGivenUp({ files: { journal, betsSize }, good }: Found): Promise<Lost> {
  const kept = new Set<string>();
  for await (const { hash } of readWhatCanBeRead(journal, 0, good.journalEnd)) if (hash) kept.add(hash);
  const reached = new Map<number, number>();
  const ids: string[] = [];
  const done: number[] = [];
  const told: number[] = [];
  let [commits, unreadable, copies, end, draw] = [0, 0, 0, good.betsEnd, false];
  for await (const { hash, commit } of readWhatCanBeRead(journal, good.journalEnd, good.journalSize)) {
    if (hash && kept.has(hash)) {
      copies++;
      continue;
    }
    if (!commit) {
      unreadable++;
      continue;
    }
    commits++;
    end = Math.max(end, commit.range?.[1] ?? 0);
    for (const [agency, stored] of [...(commit.tp0 ?? []), ...(commit.agencies ?? [])])
      reached.set(agency, stored);
    ids.push(...(commit.ids ?? []).map(([id]) => id));
    done.push(...(commit.done ?? []));
    told.push(...(commit.told ?? []));
    draw ||= commit.draw !== undefined;
  }
  const agencies = [...reached].map(
    ([agency, to]) => [agency, good.ledger.standing(agency).stored, to] as const,
  );
  const range = [good.betsEnd, Math.max(end, betsSize)] as const;
  const entry = { range, commits: commits + unreadable, agencies, ids, done, told };
  const isNothing = copies > 0 && entry.commits === 0 && range[0] === range[1];
  return { entry, draw, unreadable, copies, isNothing };
}

const FEW = 10;
const list = (items: readonly (string | number)[]): string =>
  items.length > FEW ? `${items.slice(0, FEW).join(', ')} and ${items.length - FEW} more` : items.join(', ');

/** For people: the parts that are there. */
export function whatWasGivenUp({ range, commits, agencies, ids, done, told }: GivenUp): string[] {
  const lines = [`given up: ${howMany(commits, 'commit')}, bets.csv from byte ${range[0]} to ${range[1]}`];
  for (const [agency, from, to] of agencies) lines.push(`agency ${agency}: bets ${from} to before ${to}`);
  if (ids.length > 0)
    lines.push(`${howMany(ids.length, 'single bet')}, which nobody sends again by itself: ${list(ids)}`);
  if (done.length > 0) lines.push(`DONE of agencies ${list(done)}`);
  if (told.length > 0) lines.push(`that agencies were told their winners: ${list(told)}`);
  return lines;
}

const linesOf = ({ entry, unreadable }: Lost): string[] => [
  ...whatWasGivenUp(entry),
  ...(unreadable > 0 ? [`${howMany(unreadable, 'line')} of the journal cannot be read`] : []),
];

async function writeGoodPart(
  { disk, dir, now }: RecoverOptions,
  { files: { bets, journal }, good }: Found,
  gaveUp: GivenUp | undefined,
): Promise<string> {
  const rewrite = await Rewrite.begin(disk, dir);
  try {
    for await (const chunk of readChunks(bets, good.betsEnd)) await rewrite.addRows(chunk);
    for await (const chunk of readChunks(journal, good.journalEnd)) {
      await rewrite.addLines(chunk, 0, good.hash);
    }
    if (good.isOpen) await rewrite.addLines(Buffer.from('\n'), 0, good.hash);
    rewrite.commits = good.commits;
    if (gaveUp) await rewrite.addCommit({ at: new Date(now()).toISOString(), gaveUp });
  } catch (error) {
    await rewrite.abandon();
    throw error;
  }
  return rewrite.finish();
}
