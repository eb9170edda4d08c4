/** What is found in a draw's folder: line by line of its journal, with the rows that each line speaks of. */
import type { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import { othersTurn } from '../runtime/time.ts';
import { Audit } from './audit.ts';
import type { Commit } from './commit.ts';
import type { DiskFile } from './disk.ts';
import { type DamagePlace, damaged, StorageError } from './errors.ts';
import { BETS_FILE, type Entry, type Header, JOURNAL_FILE, sha256 } from './journal.ts';
import { SlidingWindow } from './reading.ts';
import { checkTorn } from './recovery.ts';
import { RowRules } from './row-rules.ts';
import { Signatures } from './signatures.ts';
import { sameWinners, WinnerSearch } from './winners.ts';

/** Bytes of bets.csv after which others have their turn: some 10 ms' work if all are quoted. */
const TURN_BYTES = 128 * 1024;

export class FolderCheck {
  readonly audit = new Audit();
  readonly signatures: Signatures;
  commits = 0;
  /** The commits by which people changed the draw: `recover`, `reset`. */
  readonly byPeople: Commit[] = [];
  /** Bytes of bets.csv that the journal speaks of so far. */
  bytes = 0;
  /** Whether the last line lacks its line feed. */
  isOpen = false;
  winners: Winners | undefined;
  /** Hash of the line that records the draw. */
  head: string | undefined;
  /** Hash of the last line. */
  last = '';
  /** The draw's name; undefined before the journal's first line. */
  #draw: string | undefined;
  readonly #dir: string;
  readonly #betsPath: string;
  readonly #betsSize: number;
  readonly #window: SlidingWindow;
  readonly #search: WinnerSearch;
  readonly #rules = new RowRules();

  constructor(dir: string, bets: DiskFile, betsSize: number, authorities?: readonly X509Certificate[]) {
    this.#dir = dir;
    this.#betsPath = join(dir, BETS_FILE);
    this.#betsSize = betsSize;
    this.#window = new SlidingWindow(bets, betsSize);
    this.#search = new WinnerSearch(this.#betsPath);
    this.signatures = new Signatures(authorities);
  }

  /** @throws StorageError DAMAGED or UNPROVEN, with the place */
  async take(entry: Entry): Promise<void> {
    this.last = entry.hash;
    this.isOpen = entry.isOpen;
    if (entry.header) return this.#begin(entry.header);
    const { commit, line, offset } = entry;
    const place = { file: join(this.#dir, JOURNAL_FILE), line, offset };
    const rows = await this.#rowsOf(commit, place);
    this.#checkRows(commit, rows);
    const fault = this.audit.check(commit, rows);
    if (fault) throw damaged(place, fault);
    this.signatures.check(this.#draw ?? '', commit, place);
    this.#search.push(rows);
    const end = this.bytes + rows.length;
    if (Math.floor(end / TURN_BYTES) > Math.floor(this.bytes / TURN_BYTES)) await othersTurn();
    this.bytes = end;
    this.commits += 1;
    if (commit.setBack || commit.gaveUp) this.byPeople.push(commit);
    if (commit.draw) this.#drawn(commit.draw, entry.hash, place);
  }

  /** The draw's name, once all lines were taken. @throws StorageError FOREIGN, DAMAGED */
  nameOfWhole(): string {
    if (this.#draw === undefined)
      throw new StorageError('FOREIGN', `no draw in "${this.#dir}": its journal has no first line`);
    checkTorn(this.#betsPath, this.bytes, this.#betsSize);
    return this.#draw;
  }

  /** Bytes of bets.csv that the journal does not speak of. */
  get bytesPast(): number {
    return this.#betsSize - this.bytes;
  }

  #begin({ draw, agencies, from }: Header): void {
    this.#draw = draw;
    this.#rules.roll = agencies;
    this.#rules.first = from;
  }

  async #rowsOf({ n, range, sha }: Commit, place: DamagePlace): Promise<Buffer> {
    const [start, end] = range ?? [this.bytes, this.bytes];
    if (start !== this.bytes || end < start) {
      throw damaged(place, `rows from byte ${start} to ${end}, expected from ${this.bytes}`);
    }
    const said = `(journal line ${place.line})`;
    if (end > this.#betsSize) {
      const last = { file: this.#betsPath, offset: this.#betsSize };
      throw damaged(last, `ends before byte ${end} ${said}`);
    }
    const rows = await this.#window.bytes(start, end);
    if (range && sha256(rows) !== sha) {
      const text = `rows up to byte ${end} are not those of commit ${n} ${said}`;
      throw damaged({ file: this.#betsPath, offset: start }, text);
    }
    return rows;
  }

  #checkRows(commit: Commit, rows: Buffer): void {
    this.#rules.roll ??= commit.roll;
    this.#rules.rules = commit.rules ?? this.#rules.rules;
    const broken = this.#rules.check(rows);
    if (broken) throw damaged({ file: this.#betsPath, offset: this.bytes + broken.offset }, broken.text);
  }

  #drawn(draw: NonNullable<Commit['draw']>, hash: string, place: DamagePlace): void {
    this.head = hash;
    this.winners = new Map(Object.entries(draw).map(([agency, list]) => [Number(agency), list]));
    if (!sameWinners(this.winners, this.#search.winners)) {
      throw damaged(place, 'the winners drawn are not those of the stored bets');
    }
  }
}
