/**
 * What a draw's folder holds when a server starts: the journal is read, every byte of both files is checked,
 * and what a crash left unfinished is cut off.
 *
 * | found | done |
 * |---|---|
 * | an unfinished last line of the journal, bytes in bets.csv after the last commit | cut off, see cut-off.ts |
 * | a last line that is whole but for its line feed | kept: its rows were synced before it; the line is ended |
 * | anything else that is not as it was committed | refused, with the place; see recover.ts |
 *
 * That bets.csv is shorter than the journal says is no crash's doing: rows are synced before their line is written.
 */

import { join } from 'node:path';
import { howMany } from '../../machines/how-many.ts';
import { TORN_BYTES } from '../limits.ts';
import type { BetRules } from '../lottery/rules.ts';
import type { Commit } from './commit.ts';
import { type CutOptions, cutOff } from './cut-off.ts';
import type { DiskFile } from './disk.ts';
import { appendAll } from './disk.ts';
import { damaged, StorageError, withAdvice } from './errors.ts';
import { BETS_FILE, type Before, headerOf, JOURNAL_FILE, readJournal, sealLine, sha256 } from './journal.ts';
import { Ledger } from './ledger.ts';
import type { Proofs } from './proofs.ts';
import { type ReadableFile, SlidingWindow } from './reading.ts';

/** Both files open, and where the last commit left them. */
export type OpenDraw = {
  bets: DiskFile;
  journal: DiskFile;
  ledger: Ledger;
  /** Committed bytes of bets.csv. */
  betsEnd: number;
  /** Bytes of the journal. */
  journalEnd: number;
  /** Commits. */
  commits: number;
  /** Hash of the journal's last line. */
  hash: string;
};

export type RecoveryOptions = CutOptions & {
  dir: string;
  /** Agencies that take part in a draw that begins. */
  agencies: number;
  /** The first one's number. */
  agenciesFrom?: number;
  /** What bets are held to; the standard unless given. */
  rules?: BetRules;
  /** If agencies must sign what they have uploaded. */
  proofs?: Proofs | undefined;
  /** Milliseconds since 1970, as Date.now. */
  now: () => number;
};

/** What a draw that begins is called, and what was before it. */
export type Beginning = { name: string; before: Before | undefined };

/** Opens both files, or begins a draw if there are none. @throws StorageError */
export async function recoverDraw(
  options: RecoveryOptions,
  beginningOf: () => Promise<Beginning>,
): Promise<OpenDraw> {
  const { disk, dir } = options;
  const betsPath = join(dir, BETS_FILE);
  const journalPath = join(dir, JOURNAL_FILE);
  const hadJournal = await disk.exists(journalPath);
  // Before the file is made anew: a second start would find it empty, and take all commits back.
  if (hadJournal && !(await disk.exists(betsPath))) {
    throw withAdvice(missing(betsPath), dir);
  }
  const bets = await disk.open(betsPath, 'append');
  let journal: DiskFile | undefined;
  try {
    const betsSize = await bets.size();
    if (betsSize > 0 && !hadJournal) throw foreign(betsPath, journalPath);
    journal = await disk.open(journalPath, 'append');
    const files = { bets, journal, betsPath, journalPath, betsSize };
    const good = nothingYet(options.proofs);
    await replay(files, good);
    return await settle(files, good, options, beginningOf);
  } catch (error) {
    await bets.close();
    await journal?.close();
    throw withAdvice(error, dir);
  }
}

export type Files = {
  bets: DiskFile;
  journal: DiskFile;
  betsPath: string;
  journalPath: string;
  betsSize: number;
};

/** The same, only to be read. */
export type ReadFiles = Omit<Files, 'bets'> & { bets: ReadableFile };

/** The last commit that both files hold. */
export type Good = Omit<OpenDraw, 'bets' | 'journal'> & {
  /** Bytes of the journal, with what follows the last commit. */
  journalSize: number;
  /** The last commit's line lacks its line feed. */
  isOpen: boolean;
};

export const nothingYet = (proofs?: Proofs): Good => ({
  ledger: new Ledger(proofs),
  betsEnd: 0,
  journalEnd: 0,
  commits: 0,
  hash: '',
  journalSize: 0,
  isOpen: false,
});

/** Moves `good` on, commit by commit. @throws StorageError DAMAGED, FOREIGN: `good` is then where it begins */
export async function replay(files: ReadFiles, good: Good): Promise<void> {
  try {
    await follow(files, good);
  } catch (error) {
    // Few starts need this code: it is loaded only for them.
    const { withSigns } = await import('./saved-elsewhere.ts');
    throw await withSigns(error, files.betsPath, files.bets, files.betsSize);
  }
}

async function follow(
  { bets, journal, betsPath, journalPath, betsSize }: ReadFiles,
  good: Good,
): Promise<void> {
  const { ledger } = good;
  const rows = new SlidingWindow(bets, betsSize);
  good.journalSize = await journal.size();
  for await (const { header, commit, line, offset, end, hash, isOpen } of readJournal(
    journal,
    journalPath,
    good.journalSize,
  )) {
    const place = { file: journalPath, line, offset };
    if (header) {
      ledger.begin(header);
    } else {
      const [start, rangeEnd] = commit.range ?? [good.betsEnd, good.betsEnd];
      if (start !== good.betsEnd || rangeEnd < start) {
        throw damaged(place, `rows from byte ${start} to ${rangeEnd}, expected from ${good.betsEnd}`);
      }
      if (rangeEnd > betsSize) {
        const text = `ends here, the journal speaks of rows up to byte ${rangeEnd} (line ${line})`;
        throw damaged({ file: betsPath, offset: betsSize }, text);
      }
      const bytes = await rows.bytes(start, rangeEnd);
      if (commit.range && sha256(bytes) !== commit.sha) {
        const text = `rows up to byte ${rangeEnd} are not those of commit ${commit.n} (journal line ${line})`;
        throw damaged({ file: betsPath, offset: start }, text);
      }
      ledger.apply(commit, hash, bytes);
      good.betsEnd = rangeEnd;
      good.commits = commit.n;
    }
    good.journalEnd = end;
    good.hash = hash;
    good.isOpen = isOpen;
  }
  if (good.hash === '' && betsSize > 0) throw foreign(betsPath, journalPath);
  checkTorn(betsPath, good.betsEnd, betsSize);
}

/** Cuts off what is not of a commit, and writes the header if there is none. */
async function settle(
  files: Files,
  good: Good,
  options: RecoveryOptions,
  beginningOf: () => Promise<Beginning>,
): Promise<OpenDraw> {
  const { bets, journal, betsPath, journalPath, betsSize } = files;
  const { journalSize, isOpen, ...state } = good;
  if (journalSize > state.journalEnd) {
    await cutOff(options, journal, journalPath, state.journalEnd, journalSize);
  }
  if (betsSize > state.betsEnd) await cutOff(options, bets, betsPath, state.betsEnd, betsSize);
  if (isOpen) {
    await appendAll(journal, [Buffer.from('\n')]);
    state.journalEnd++;
    const details = { file: journalPath, offset: state.journalEnd - 1, added: 'its last line feed' };
    options.notice({ level: 'warn', action: 'recover_store', result: 'success', details });
  }
  if (state.hash === '') {
    const { name, before } = await beginningOf();
    const { agencies, agenciesFrom, now } = options;
    const header = headerOf(name, agencies, new Date(now()).toISOString(), before, agenciesFrom);
    const { line, hash } = sealLine(header, '');
    await appendAll(journal, [line]);
    state.ledger.begin(header);
    Object.assign(state, { hash, journalEnd: line.length });
  }
  return { ...state, bets, journal };
}

/** Appends a commit's line to the journal, synced; the rows that it speaks of are in bets.csv already. */
export async function appendCommit(
  draw: OpenDraw,
  now: number,
  fields: Omit<Commit, 'n' | 'at'>,
): Promise<void> {
  const commit = { n: draw.commits + 1, at: new Date(now).toISOString(), ...fields };
  const { line, hash } = sealLine(commit, draw.hash);
  await appendAll(draw.journal, [line]);
  draw.journalEnd += line.length;
  draw.commits++;
  draw.hash = hash;
}

/** The damage of a folder that has a journal and no bets.csv. */
export const missing = (bets: string): StorageError =>
  damaged({ file: bets, offset: 0 }, 'the file is missing, its journal is not');

/** What follows the last commit may be the work of a crash only as far as one commit goes. @throws StorageError DAMAGED */
export function checkTorn(file: string, offset: number, size: number): void {
  if (size - offset <= TORN_BYTES) return;
  const text = `${howMany(size - offset, 'byte')} follow that the journal does not speak of, a crash leaves ${TORN_BYTES} at most: the journal has lost its end`;
  throw damaged({ file, offset }, text);
}

const foreign = (bets: string, journal: string): StorageError =>
  new StorageError(
    'FOREIGN',
    `"${bets}" holds bets and "${journal}" does not say whose: move both away, or use another folder`,
  );
