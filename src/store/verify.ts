/**
 * Checks a draw's folder without a server and without changing anything, whether the draw is running, finished or
 * archived.
 */

import type { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { howMany } from '../../machines/how-many.ts';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import { codeOf } from '../errors.ts';
import { type Audit, type AuditedAgency, shaOf } from './audit.ts';
import type { Commit } from './commit.ts';
import type { Disk, DiskFile } from './disk.ts';
import { ioError, StorageError } from './errors.ts';
import { FolderCheck } from './folder-check.ts';
import { BETS_FILE, JOURNAL_FILE, readJournal } from './journal.ts';
import { whatWasGivenUp } from './recover.ts';
import { missing } from './recovery.ts';
import { takenOut } from './reset.ts';

export type DrawReport = {
  draw: string;
  state: 'collecting' | 'drawn' | 'closed';
  commits: number;
  bets: number;
  /** Bytes of bets.csv that were checked. */
  bytes: number;
  /** By number, ascending. `singles` are bets outside of the upload; `sha` is the SHA-256 of its rows, in hex. */
  agencies: ReadonlyMap<number, Omit<AuditedAgency, 'digest'> & { sha: string }>;
  /** As drawn; undefined before the draw. */
  winners: Winners | undefined;
  /** Hash of the journal's line that records the draw; undefined before it. */
  head: string | undefined;
  /** Hash of the journal's last line. */
  last: string;
  /** The same for people. */
  lines: readonly string[];
};

type VerifyAgainst = {
  /** A hash that somebody kept: it must be that of a line. */
  kept?: string | undefined;
  /** Who may vouch for agencies: then each must have signed what it uploaded. */
  authorities?: readonly X509Certificate[] | undefined;
};

/**
 * Checks the journal's chain, every byte of bets.csv, every row by the rules, every agency's count and CRC, and the
 * winners.
 *
 * @throws StorageError DAMAGED at the first thing that is not as it was committed, with its place; FOREIGN
 *   if there is no draw; OTHER_DRAW, UNPROVEN; IO
 */
export async function verifyDraw(dir: string, disk: Disk, against: VerifyAgainst = {}): Promise<DrawReport> {
  const files: DiskFile[] = [];
  const openFile = async (name: string) => {
    try {
      const file = await disk.open(join(dir, name), 'read');
      files.push(file);
      return file;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      if (name === BETS_FILE) throw missing(join(dir, name));
      const why = (await disk.exists(dir)) ? `it has no ${name}` : 'it does not exist';
      throw new StorageError('FOREIGN', `no draw in "${dir}": ${why}`, { cause: error });
    }
  };
  try {
    return await check(dir, await openFile(JOURNAL_FILE), await openFile(BETS_FILE), against);
  } catch (error) {
    throw ioError(`verifying "${dir}"`, await explained(error, dir, files[1]));
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Damage, with signs that another program has saved bets.csv. */
async function explained(error: unknown, dir: string, bets: DiskFile | undefined): Promise<unknown> {
  if (!bets) return error;
  const { withSigns } = await import('./saved-elsewhere.ts');
  return withSigns(error, join(dir, BETS_FILE), bets, await bets.size());
}

async function check(
  dir: string,
  journal: DiskFile,
  bets: DiskFile,
  { kept, authorities }: VerifyAgainst,
): Promise<DrawReport> {
  // In this order: a running server writes bets.csv first, so it holds all that the journal speaks of.
  const journalSize = await journal.size();
  const betsSize = await bets.size();
  const path = join(dir, JOURNAL_FILE);
  const entries = readJournal(journal, path, journalSize);
  const found = new FolderCheck(dir, bets, betsSize, authorities);
  let isKept = kept === undefined;
  for (;;) {
    const { value, done } = await entries.next();
    if (done) {
      const draw = found.nameOfWhole();
      if (isKept) return reportOf(dir, draw, found, value.bytes);
      const text = `${path}: no line has the hash ${kept} that was kept: the folder was cut back, or written again`;
      throw new StorageError('OTHER_DRAW', text);
    }
    isKept ||= value.hash === kept;
    await found.take(value);
  }
}

/** @throws StorageError UNPROVEN */
function reportOf(dir: string, draw: string, found: FolderCheck, tornBytes: number): DrawReport {
  const { audit, signatures, commits, bytes, winners, head, last } = found;
  const agencies = new Map(
    [...audit.agencies]
      .sort(([a], [b]) => a - b)
      .map(([number, { digest, ...agency }]) => [number, { ...agency, sha: shaOf({ digest }) }]),
  );
  signatures.expectAll(dir, agencies);
  const counts = { commits, bets: audit.bets, bytes };
  const report = { draw, state: stateOf(audit), ...counts, agencies, winners, head, last } as const;
  const lines = [
    ...linesOf(report, tornBytes, found.bytesPast),
    ...signatures.lines(agencies),
    ...found.byPeople.flatMap(eventsIn),
  ];
  if (found.isOpen) lines.push(`${JOURNAL_FILE}: its last line has no line feed, the next start adds it`);
  return { ...report, lines };
}

const stateOf = ({ closed, drawn }: Audit): DrawReport['state'] =>
  closed ? 'closed' : drawn ? 'drawn' : 'collecting';

/** What people did to the draw, for those who look at it later. */
function eventsIn({ n, at, gaveUp, setBack }: Commit): string[] {
  const lines: string[] = [];
  if (setBack)
    lines.push(`commit ${n}, ${at}: agency ${setBack.agency} was set back, ${takenOut(setBack)} taken out`);
  if (gaveUp) lines.push(`commit ${n}, ${at}: recovered, ${whatWasGivenUp(gaveUp).join('; ')}`);
  return lines;
}

const STATES = {
  collecting: 'bets are being collected',
  drawn: 'drawn, winners being told',
  closed: 'drawn and over',
};

function linesOf(report: Omit<DrawReport, 'lines'>, tornBytes: number, betsPast: number): string[] {
  const { draw, state, commits, bets, bytes, agencies, winners, head, last } = report;
  const lines = [`draw ${draw}: ${STATES[state]}`];
  for (const [agency, { stored, crc, finished, singles, signed }] of agencies) {
    const parts = [
      `${howMany(stored, 'bet')} uploaded`,
      `CRC ${crc}`,
      finished ? 'finished' : 'not finished',
    ];
    if (signed) parts.push('signed');
    if (singles > 0) parts.splice(1, 0, howMany(singles, 'single bet'));
    if (winners) parts.push(howMany(winners.get(agency)?.length ?? 0, 'winner'));
    lines.push(`agency ${agency}: ${parts.join(', ')}`);
  }
  lines.push(
    `checked ${howMany(commits, 'commit')}, ${howMany(bets, 'bet')}, ${howMany(bytes, 'byte')}: all as committed`,
  );
  if (winners) lines.push('checked the winners: those of the stored bets');
  if (head) lines.push(`head at the draw: ${head}`);
  lines.push(`head: ${last}`);
  const next = 'being written, or cut off at the next start';
  if (tornBytes > 0)
    lines.push(`${JOURNAL_FILE}: ${howMany(tornBytes, 'byte')} after the last commit, ${next}`);
  if (betsPast > 0) lines.push(`${BETS_FILE}: ${howMany(betsPast, 'byte')} after the last commit, ${next}`);
  return lines;
}
