/**
 * Answering for draws that are over, from their folders: an agency that missed its winners comes back for them,
 * however often the server was restarted. A journal is read only when somebody names its draw, a chunk at a time, and
 * one draw's answers are kept: those of the agencies that come back together.
 */

import { join } from 'node:path';
import type { UploadPosition, Winners } from '../../machines/vocabulary/draw.ts';
import type { RecallRequest, RequestOf, StoreOutcome } from '../../machines/vocabulary/store.ts';
import { archiveFolder } from './archive.ts';
import type { Commit } from './commit.ts';
import { lastRows, rowHash } from './csv.ts';
import type { Disk } from './disk.ts';
import { StorageError } from './errors.ts';
import { BETS_FILE, type Entry, FIRST_AGENCY, JOURNAL_FILE, readJournal } from './journal.ts';
import { readFully } from './reading.ts';
import { notOfDraw, refused } from './refused.ts';

type Result = {
  draw: string;
  /** Agencies that took part; unknown if the journal does not say it. */
  roll: number | undefined;
  /** The first one's number. */
  first: number;
  uploads: Map<number, UploadPosition>;
  winners: Winners;
  head: string;
};

export class Archive {
  readonly #disk: Disk;
  readonly #dir: string;
  #last: Result | undefined;
  /** Ids of the single bets of the draw before the open one, once one was asked for. */
  #ids: { draw: string; ids: ReadonlySet<string> } | undefined;

  /** @param dir the store's folder, in which the folders of draws that are over are */
  constructor(disk: Disk, dir: string) {
    this.#disk = disk;
    this.#dir = dir;
  }

  /**
   * One call at a time.
   *
   * @returns `over`, `betStored`, or `refused` with DRAW if no draw of that name is over
   * @throws StorageError DAMAGED, FOREIGN, IO if its journal cannot be read
   */
  async recall(request: RecallRequest): Promise<StoreOutcome> {
    const { draw, agency } = request;
    const result = this.#last?.draw === draw ? this.#last : await this.#read(draw);
    this.#last = result ?? this.#last;
    if (!result) return refused('DRAW', `no draw "${draw}" was ever held here`);
    const { roll, first } = result;
    if (roll !== undefined && (agency < first || agency >= first + roll))
      return notOfDraw(draw, agency, first, roll);
    if (request.kind === 'bet') return this.#bet(request);
    const { stored, crc } = result.uploads.get(agency) ?? { stored: 0, crc: 0 };
    const documents = result.winners.get(agency) ?? [];
    return { kind: 'over', draw, stored, crc, documents, head: result.head };
  }

  /** Whether the draw has a single bet of this id: asked for every new one, so the ids are kept. */
  async hasBet(draw: string, id: string): Promise<boolean> {
    if (this.#ids?.draw !== draw) {
      const ids = new Set<string>();
      for await (const { commit } of this.#entries(draw)) {
        for (const [known] of commit?.ids ?? []) ids.add(known);
      }
      this.#ids = { draw, ids };
    }
    return this.#ids.ids.has(id);
  }

  /** A single bet's id is looked for in the journal: there may be millions, and one is asked for. */
  async #bet({ draw, agency, id, row, document, number }: RequestOf<'bet'> & { draw: string }) {
    for await (const { commit } of this.#entries(draw)) {
      const index = commit?.ids?.findIndex(([known]) => known === id) ?? -1;
      const single = commit?.ids?.[index];
      if (!commit || !single) continue;
      const [, owner, , hash = await this.#hashOf(draw, commit, index)] = single;
      return owner === agency && hash === rowHash(row)
        ? ({ kind: 'betStored', id, document, number, fresh: false } as const)
        : refused('BET_ID', `bet id "${id}" was used for another bet: make a new id for each`);
    }
    return refused('FINISHED', `draw "${draw}" is over, without a bet "${id}": no bets can be added`);
  }

  /** The hash of a single bet's row, from bets.csv: journals of the first version do not hold it. */
  async #hashOf(draw: string, { range = [0, 0], ids = [] }: Commit, index: number): Promise<string> {
    const [start, end] = range;
    const file = await this.#disk.open(join(archiveFolder(this.#dir, draw), BETS_FILE), 'read');
    try {
      const rows = Buffer.allocUnsafe(end - start);
      await readFully(file, rows, start);
      const row = lastRows(rows, ids.length)[index];
      if (!row)
        throw new StorageError('DAMAGED', `the archived draw "${draw}" has no row for single bet ${index}`);
      return rowHash(row);
    } finally {
      await file.close();
    }
  }

  /** Undefined if no draw of that name is over. */
  async #read(draw: string): Promise<Result | undefined> {
    if (!(await this.#disk.exists(this.#journalOf(draw)))) return undefined;
    let name: string | undefined;
    let roll: number | undefined;
    let first = FIRST_AGENCY;
    let drawn: Pick<Result, 'winners' | 'head'> | undefined;
    const uploads: Result['uploads'] = new Map();
    for await (const { header, commit, hash } of this.#entries(draw)) {
      name ??= header?.draw;
      roll ??= header?.agencies ?? commit?.roll;
      first = header?.from ?? first;
      for (const [agency, stored, crc] of [...(commit?.tp0 ?? []), ...(commit?.agencies ?? [])]) {
        uploads.set(agency, { stored, crc });
      }
      if (!commit?.draw) continue;
      const winners = new Map(Object.entries(commit.draw).map(([agency, list]) => [Number(agency), list]));
      drawn = { winners, head: hash };
    }
    return name === draw && drawn ? { draw, roll, first, uploads, ...drawn } : undefined;
  }

  async *#entries(draw: string): AsyncGenerator<Entry> {
    const path = this.#journalOf(draw);
    const file = await this.#disk.open(path, 'read');
    try {
      yield* readJournal(file, path, await file.size());
    } finally {
      await file.close();
    }
  }

  #journalOf(draw: string): string {
    return join(archiveFolder(this.#dir, draw), JOURNAL_FILE);
  }
}
