/**
 * Checks a draw's folder without a server and without changing anything, whether the draw is running, finished or
 * archived.
 */

import type { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import { codeOf } from '../errors.ts';
import { othersTurn } from '../runtime/time.ts';
import { Audit, type AuditedAgency, shaOf } from './audit.ts';
import type { Commit } from './commit.ts';
import type { Disk, DiskFile } from './disk.ts';
import { damaged, ioError, StorageError } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, readJournal, sha256 } from './journal.ts';
import { SlidingWindow } from './reading.ts';
import { whatWasGivenUp } from './recover.ts';
import { checkTorn, missing } from './recovery.ts';
import { takenOut } from './reset.ts';
import { RowRules } from './row-rules.ts';
import { Signatures } from './signatures.ts';
import { sameWinners, WinnerSearch } from './winners.ts';

/** Bytes of bets.csv after which others have their turn: some 10 ms' work if all are quoted. */
const TURN_BYTES = 128 * 1024;

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

export type VerifyAgainst = {
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
      throw new StorageError('FOREIGN', `no draw in "${dir}": it has no ${name}`, { cause: error });
    }
  };
  try {
    return await check(dir, await openFile(JOURNAL_FILE), await openFile(BETS_FILE), against);
  } catch (error) {
    throw ioError(`verifying "${dir}"`, error);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

async function check(
  dir: string,
  journal: DiskFile,
  bets: DiskFile,
  { kept, authorities }: VerifyAgainst,
): Promise<DrawReport> {
  let isKept = kept === undefined;
  const journalPath = join(dir, JOURNAL_FILE);
  const betsPath = join(dir, BETS_FILE);
  // In this order: a running server writes bets.csv first, so it holds all that the journal speaks of.
  const journalSize = await journal.size();
  const betsSize = await bets.size();
  const entries = readJournal(journal, journalPath, journalSize);
  const window = new SlidingWindow(bets, betsSize);
  const audit = new Audit();
  const signatures = new Signatures(authorities);
  const search = new WinnerSearch(betsPath);
  const rowRules = new RowRules();
  let draw: string | undefined;
  let commits = 0;
  let bytes = 0;
  let isOpen = false; // of its line feed
  const events: string[] = [];
  let winners: Winners | undefined;
  let head: string | undefined;
  let last = '';
  for (;;) {
    const { value, done } = await entries.next();
    if (done) {
      if (draw === undefined)
        throw new StorageError('FOREIGN', `no draw in "${dir}": its journal has no first line`);
      checkTorn(betsPath, bytes, betsSize);
      if (!isKept) {
        const text = `${journalPath}: no line has the hash ${kept} that was kept: the folder was cut back, or written again`;
        throw new StorageError('OTHER_DRAW', text);
      }
      const counts = { commits, bets: audit.bets, bytes };
      const report = { draw, state: stateOf(audit), ...counts, winners, head, last } as const;
      const agencies = new Map(
        [...audit.agencies]
          .sort(([a], [b]) => a - b)
          .map(([number, { digest, ...agency }]) => [number, { ...agency, sha: shaOf({ digest }) }]),
      );
      signatures.expectAll(dir, agencies);
      const found = linesOf({ ...report, agencies }, value.bytes, betsSize - bytes);
      const lines = [...found, ...signatures.lines(agencies), ...events];
      if (isOpen) lines.push(`${JOURNAL_FILE}: its last line has no line feed, the next start adds it`);
      return { ...report, agencies, lines };
    }
    last = value.hash;
    isKept ||= last === kept;
    if (value.header) {
      draw = value.header.draw;
      rowRules.roll = value.header.agencies;
      rowRules.first = value.header.from;
      isOpen = value.isOpen;
      continue;
    }
    const { commit, line, offset } = value;
    isOpen = value.isOpen;
    const place = { file: journalPath, line, offset };
    const [start, end] = commit.range ?? [bytes, bytes];
    if (start !== bytes || end < start) {
      throw damaged(place, `rows from byte ${start} to ${end}, expected from ${bytes}`);
    }
    if (end > betsSize) {
      throw damaged({ file: betsPath, offset: betsSize }, `ends before byte ${end} (journal line ${line})`);
    }
    const rows = await window.bytes(start, end);
    if (commit.range && sha256(rows) !== commit.sha) {
      const text = `rows up to byte ${end} are not those of commit ${commit.n} (journal line ${line})`;
      throw damaged({ file: betsPath, offset: start }, text);
    }
    rowRules.roll ??= commit.roll;
    rowRules.rules = commit.rules ?? rowRules.rules;
    const broken = rowRules.check(rows);
    if (broken) throw damaged({ file: betsPath, offset: start + broken.offset }, broken.text);
    const fault = audit.check(commit, rows);
    if (fault) throw damaged(place, fault);
    signatures.check(draw ?? '', commit, place);
    search.push(rows);
    events.push(...eventsIn(commit));
    if (Math.floor(end / TURN_BYTES) > Math.floor(bytes / TURN_BYTES)) await othersTurn();
    bytes = end;
    commits++;
    if (commit.draw) {
      head = value.hash;
      winners = new Map(Object.entries(commit.draw).map(([agency, list]) => [Number(agency), list]));
      if (!sameWinners(winners, search.winners)) {
        throw damaged(place, 'the winners drawn are not those of the stored bets');
      }
    }
  }
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
    const parts = [`${stored} bets uploaded`, `CRC ${crc}`, finished ? 'finished' : 'not finished'];
    if (signed) parts.push('signed');
    if (singles > 0) parts.splice(1, 0, `${singles} single bets`);
    if (winners) parts.push(`${winners.get(agency)?.length ?? 0} winners`);
    lines.push(`agency ${agency}: ${parts.join(', ')}`);
  }
  lines.push(`checked ${commits} commits, ${bets} bets, ${bytes} bytes: all as committed`);
  if (winners) lines.push('checked the winners: those of the stored bets');
  if (head) lines.push(`head at the draw: ${head}`);
  lines.push(`head: ${last}`);
  const next = 'being written, or cut off at the next start';
  if (tornBytes > 0) lines.push(`${JOURNAL_FILE}: ${tornBytes} bytes after the last commit, ${next}`);
  if (betsPast > 0) lines.push(`${BETS_FILE}: ${betsPast} bytes after the last commit, ${next}`);
  return lines;
}
