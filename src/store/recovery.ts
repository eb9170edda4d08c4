/**
 * What a draw's folder holds when a server starts: the journal is read, every byte of both files is checked,
 * and what a crash left unfinished is cut off.
 *
 * | found | done |
 * |---|---|
 * | an unfinished last line of the journal, bytes in bets.csv after the last commit | cut off |
 * | bets.csv shorter than the journal says | back to the last commit that it holds, unless a draw would be undone |
 * | anything else that is not as it was committed | refused, with the place |
 *
 * What is cut off is kept beside its file (`.broken`) and said in the log.
 */
import { join } from 'node:path';
import type { LogEntry } from '../../machines/events.ts';
import type { Disk, DiskFile } from './disk.ts';
import { appendAll } from './disk.ts';
import { damaged, StorageError } from './errors.ts';
import { BETS_FILE, headerOf, JOURNAL_FILE, readJournal, sealLine, sha256 } from './journal.ts';
import { Ledger } from './ledger.ts';
import { CHUNK_BYTES, readFully, SlidingWindow } from './reading.ts';

/** Both files open, and where the last commit left them. */
export type OpenDraw = {
  bets: DiskFile;
  journal: DiskFile;
  ledger: Ledger;
  draw: number;
  /** Committed bytes of bets.csv. */
  betsEnd: number;
  /** Bytes of the journal. */
  journalEnd: number;
  /** Commits. */
  commits: number;
  /** Hash of the journal's last line. */
  hash: string;
};

export type RecoveryOptions = {
  dir: string;
  disk: Disk;
  /** Milliseconds since 1970, as Date.now. */
  now: () => number;
  /** What was found and done, for the log. */
  notice: (entry: LogEntry) => void;
};

/** Opens both files, or begins draw number `draw` where there are none. @throws StorageError */
export async function recoverDraw(options: RecoveryOptions, draw: number): Promise<OpenDraw> {
  const { disk, dir } = options;
  const betsPath = join(dir, BETS_FILE);
  const journalPath = join(dir, JOURNAL_FILE);
  const hadJournal = await disk.exists(journalPath);
  // Before the file is made anew: a second start would find it empty, and take all commits back.
  if (hadJournal && !(await disk.exists(betsPath))) {
    throw damaged({ file: betsPath, offset: 0 }, 'the file is missing, its journal is not');
  }
  const bets = await disk.open(betsPath, 'append');
  let journal: DiskFile | undefined;
  try {
    const betsSize = await bets.size();
    if (betsSize > 0 && !hadJournal) throw foreign(betsPath, journalPath);
    journal = await disk.open(journalPath, 'append');
    const files = { bets, journal, betsPath, journalPath, betsSize };
    const good = await replay(files);
    return await settle(files, good, options, draw);
  } catch (error) {
    await bets.close();
    await journal?.close();
    throw error;
  }
}

type Files = {
  bets: DiskFile;
  journal: DiskFile;
  betsPath: string;
  journalPath: string;
  betsSize: number;
};

/** The last commit that both files hold. */
type Good = Omit<OpenDraw, 'bets' | 'journal'> & {
  journalSize: number;
  /** Commits after it, of which bets.csv does not hold all rows. */
  lost: number;
};

async function replay({ bets, journal, betsPath, journalPath, betsSize }: Files): Promise<Good> {
  const journalSize = await journal.size();
  const ledger = new Ledger();
  const rows = new SlidingWindow(bets, betsSize);
  const good: Good = {
    ledger,
    draw: 0,
    betsEnd: 0,
    journalEnd: 0,
    commits: 0,
    hash: '',
    journalSize,
    lost: 0,
  };
  for await (const { header, commit, line, offset, end, hash } of readJournal(
    journal,
    journalPath,
    journalSize,
  )) {
    const place = { file: journalPath, line, offset };
    if (header) {
      good.draw = header.draw;
    } else {
      const [start, rangeEnd] = commit.range ?? [good.betsEnd, good.betsEnd];
      if (good.lost > 0 || rangeEnd > betsSize) {
        if (commit.draw || ledger.winners) {
          const text = `ends before byte ${rangeEnd}, which the journal has at line ${line}, and the draw has taken place`;
          throw damaged({ file: betsPath, offset: betsSize }, text);
        }
        good.lost++;
        continue;
      }
      if (start !== good.betsEnd || rangeEnd < start) {
        throw damaged(place, `rows from byte ${start} to ${rangeEnd}, expected from ${good.betsEnd}`);
      }
      if (commit.range && sha256(await rows.bytes(start, rangeEnd)) !== commit.sha) {
        const text = `rows up to byte ${rangeEnd} are not those of commit ${commit.n} (journal line ${line})`;
        throw damaged({ file: betsPath, offset: start }, text);
      }
      ledger.apply(commit);
      good.betsEnd = rangeEnd;
      good.commits = commit.n;
    }
    good.journalEnd = end;
    good.hash = hash;
  }
  return good;
}

/** Cuts off what is not of a commit, and writes the header where there is none. */
async function settle(files: Files, good: Good, options: RecoveryOptions, draw: number): Promise<OpenDraw> {
  const { bets, journal, betsPath, journalPath, betsSize } = files;
  const { journalSize, lost, ...state } = good;
  if (state.hash === '' && betsSize > 0) throw foreign(betsPath, journalPath);
  if (lost > 0) {
    const error = `bets.csv has lost its end: ${lost} commits are taken back, agencies must send their bets again`;
    const details = { error, file: betsPath, offset: betsSize };
    options.notice({ level: 'error', action: 'recover_store', result: 'fail', details });
  }
  if (journalSize > state.journalEnd) {
    await cutOff(options, journal, journalPath, state.journalEnd, journalSize);
  }
  if (betsSize > state.betsEnd) await cutOff(options, bets, betsPath, state.betsEnd, betsSize);
  if (state.hash === '') {
    const { line, hash } = sealLine(headerOf(draw, new Date(options.now()).toISOString()), '');
    await appendAll(journal, [line]);
    Object.assign(state, { draw, hash, journalEnd: line.length });
  }
  return { ...state, bets, journal };
}

/** Keeps the bytes from `start` in a `.broken` file before they are cut off. */
async function cutOff(options: RecoveryOptions, file: DiskFile, path: string, start: number, size: number) {
  const { disk, notice } = options;
  let kept = `${path}.broken`;
  for (let number = 1; await disk.exists(kept); number++) kept = `${path}.broken.${number}`;
  const copy = await disk.open(kept, 'append');
  try {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - start));
    for (let position = start; position < size; position += buffer.length) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, size - position));
      await readFully(file, bytes, position);
      await appendAll(copy, [bytes]);
    }
  } finally {
    await copy.close();
  }
  await file.truncate(start);
  const details = { file: path, offset: start, bytes: size - start, kept_in: kept };
  notice({ level: 'warn', action: 'recover_store', result: 'success', details });
}

const foreign = (bets: string, journal: string): StorageError =>
  new StorageError(
    'FOREIGN',
    `"${bets}" holds bets and "${journal}" does not say whose: move both away, or use another folder`,
  );
