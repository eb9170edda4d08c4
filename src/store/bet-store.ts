/**
 * The open folder of a draw. Requests come in groups; a group is decided as a whole, its rows are appended to
 * bets.csv and synced, then its line to the journal and synced, and only then are its outcomes told.
 */

import { join } from 'node:path';
import type { Winners } from '../../machines/vocabulary/draw.ts';
import type {
  RecallRequest,
  RecoveredDraw,
  RequestOf,
  StoreOutcome,
  StoreRequest,
} from '../../machines/vocabulary/store.ts';
import { messageOf } from '../errors.ts';
import { giveBack } from '../slab.ts';
import { archiveDraw, expectNewName, finishArchiving, nextDraw } from './archive.ts';
import { drawBefore } from './before.ts';
import { Changes, type Commit } from './commit.ts';
import { expectConfigured } from './configured.ts';
import { appendAll, type FolderNames, type Unlock } from './disk.ts';
import { ioError, StorageError } from './errors.ts';
import { BETS_FILE, JOURNAL_FILE, sha256 } from './journal.ts';
import { Archive } from './recall.ts';
import {
  appendCommit,
  type Beginning,
  type OpenDraw,
  type RecoveryOptions,
  recoverDraw,
} from './recovery.ts';
import { refused } from './refused.ts';
import { finishRewrite } from './rewrite.ts';
import { firstStored, type StoredRows } from './stored-rows.ts';
import { expectUnchanged } from './unchanged.ts';
import { winnersOf } from './winning.ts';

export type BetStoreOptions = RecoveryOptions & {
  /** The draw that the server is for; undefined: the one in the folder, or the next number. */
  drawName?: string | undefined;
};

/** They are on disk, or were there before. */
const giveBackRows = (request: StoreRequest): void => {
  if ('rows' in request) giveBack(request.rows);
  else if ('row' in request) giveBack(request.row);
};

class BetStore {
  readonly #options: BetStoreOptions;
  readonly #draw: OpenDraw;
  readonly #unlock: Unlock;
  readonly #names: FolderNames;
  readonly #archive: Archive;
  readonly #betsPath: string;
  readonly #journalPath: string;
  /** Why nothing is stored any more. */
  #failure: StorageError | undefined;
  #closing: Promise<void> | undefined;
  #committing = false;

  constructor(options: BetStoreOptions, draw: OpenDraw, unlock: Unlock) {
    this.#options = options;
    this.#draw = draw;
    this.#unlock = unlock;
    this.#names = options.disk.names(options.dir);
    this.#betsPath = join(options.dir, BETS_FILE);
    this.#journalPath = join(options.dir, JOURNAL_FILE);
    this.#archive = new Archive(options.disk, options.dir);
  }

  /**
   * Decides all requests in their order and stores what is new. One call at a time. Their rows are given back.
   *
   * @returns an outcome for each request, in their order, once all is on disk
   * @throws StorageError IO if a write or sync fails; then FAILED_BEFORE for ever: nobody can know what
   *   of a failed write is on disk before a restart reads it
   */
  async commit(requests: readonly StoreRequest[]): Promise<readonly StoreOutcome[]> {
    this.#check();
    if (this.#committing) throw new Error('commit called before the one under way was done');
    this.#committing = true;
    // Deciding changes the ledger, so whatever goes wrong from here on ends the store.
    return this.#try('storing bets', async () => {
      const { ledger, betsEnd } = this.#draw;
      const changes = new Changes(betsEnd);
      const outcomes: StoreOutcome[] = [];
      for (const request of requests) {
        const earlier = request.kind === 'bet' ? await this.#earlierBet(request) : undefined;
        if (earlier) {
          outcomes.push(earlier);
          continue;
        }
        const candidates = ledger.candidates(request);
        const from =
          candidates.length > 0
            ? await firstStored(this.#rows(changes), ledger, request, candidates)
            : undefined;
        outcomes.push(ledger.decide(request, changes, from));
      }
      if (!changes.isEmpty()) await this.#write(changes);
      for (const request of requests) giveBackRows(request);
      this.#committing = false;
      const { head = '' } = ledger.ending;
      return outcomes.map((outcome) => (outcome.kind === 'drawn' ? { ...outcome, head } : outcome));
    });
  }

  /**
   * A single bet that is said again after its draw, by whoever does not know that it is over: it took part there.
   * While the archive cannot be read nobody knows, and to store it might be to store it twice.
   */
  async #earlierBet(bet: RequestOf<'bet'>): Promise<StoreOutcome | undefined> {
    const { before } = this.#draw.ledger;
    if (!before?.singles || this.#draw.ledger.hasBet(bet.id)) return undefined;
    try {
      if (!(await this.#archive.hasBet(before.draw, bet.id))) return undefined;
      return await this.#archive.recall({ ...bet, draw: before.draw });
    } catch (error) {
      const what = `whether draw "${before.draw}" has bet "${bet.id}" cannot be read, come back later`;
      return refused('INTERNAL', `${what}: ${messageOf(error)}`);
    }
  }

  #rows({ rows: waiting }: Changes): StoredRows {
    const { bets: file, betsEnd: end } = this.#draw;
    return { file, end, waiting };
  }

  /** @throws StorageError DAMAGED if another program wrote to a file, or replaced it */
  #expectUnchanged(): Promise<void> {
    const { bets, betsEnd, journal, journalEnd } = this.#draw;
    return expectUnchanged({ disk: this.#options.disk, names: this.#names }, [
      { file: bets, path: this.#betsPath, size: betsEnd },
      { file: journal, path: this.#journalPath, size: journalEnd },
    ]);
  }

  async #write(changes: Changes): Promise<void> {
    await this.#expectUnchanged();
    const draw = this.#draw;
    const rows = [...changes.rows, ...changes.singleRows];
    const place: Pick<Commit, 'range' | 'sha'> = {};
    if (rows.length > 0) {
      const end = draw.betsEnd + rows.reduce((bytes, { length }) => bytes + length, 0);
      place.range = [draw.betsEnd, end];
      place.sha = sha256(...rows);
      await appendAll(draw.bets, rows);
      draw.betsEnd = end;
    }
    await appendCommit(draw, this.#options.now(), { ...place, ...changes.fields() });
    if (changes.draw) draw.ledger.ending.head = draw.hash;
  }

  /** The winners among all stored bets; see `winnersOf`. @throws StorageError IO, DAMAGED */
  async findWinners(): Promise<Winners> {
    this.#check();
    return this.#try('finding winners', async () => {
      await this.#expectUnchanged();
      return winnersOf(this.#draw, this.#options.dir);
    });
  }

  /** What a draw that is over has of an agency. @throws StorageError if its folder cannot be read */
  recall(request: RecallRequest): Promise<StoreOutcome> {
    return this.#archive.recall(request);
  }

  /** Closes the files and lets go of the folder, also after a failure. Not while a commit is under way. */
  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    const { bets, journal } = this.#draw;
    this.#names.close();
    const closed = await Promise.allSettled([bets.close(), journal.close()]);
    await this.#unlock();
    const failed = closed.find((result) => result.status === 'rejected');
    if (failed) throw ioError('closing the files', failed.reason);
  }

  #check(): void {
    if (this.#failure) {
      const text = `nothing is stored any more since a failure: ${this.#failure.message}`;
      throw new StorageError('FAILED_BEFORE', text, { cause: this.#failure });
    }
    if (this.#closing) throw new StorageError('CLOSED', 'the store is closed');
  }

  async #try<TResult>(attempted: string, run: () => Promise<TResult>): Promise<TResult> {
    try {
      return await run();
    } catch (cause) {
      this.#failure = ioError(`${attempted} in "${this.#options.dir}"`, cause);
      throw this.#failure;
    }
  }
}

/** How the engine is that keeps a draw which many servers share. */
export type EngineState = {
  /** Since when it does not answer, as `now()`; undefined: it does. */
  awaySince: number | undefined;
  /** What was proposed and has not come back in its log. */
  waiting: number;
  /** When our credentials expire; undefined: never. */
  accessEnds: Date | undefined;
};

/** What is asked of whatever keeps a draw. */
export type DrawStore = Pick<BetStore, 'commit' | 'findWinners' | 'recall' | 'close'> & {
  /** Only of a store that has one. */
  engine?: () => EngineState;
};

const beginningOf = async (options: BetStoreOptions): Promise<Beginning> => {
  const { disk, dir, drawName } = options;
  if (drawName !== undefined) await expectNewName(disk, dir, drawName);
  return { name: drawName ?? (await nextDraw(disk, dir)), before: await drawBefore(options) };
};

/**
 * Locks and recovers a folder; a draw in it that is over is archived, and a new one begun.
 *
 * @throws StorageError LOCKED, LOCK_UNAVAILABLE, DAMAGED, FOREIGN, OTHER_DRAW, IO; the folder is then left unlocked
 */
export async function openBetStore(
  options: BetStoreOptions,
): Promise<{ store: BetStore; recovered: RecoveredDraw }> {
  const { disk, dir } = options;
  let unlock: Unlock | undefined;
  try {
    await disk.mkdir(dir);
    unlock = await disk.lock(dir);
    await finishRewrite(disk, dir);
    await finishArchiving(disk, dir);
    let draw = await recoverDraw(options, () => beginningOf(options));
    if (draw.ledger.ending.closed && draw.ledger.draw !== options.drawName) {
      await draw.bets.close();
      await draw.journal.close();
      const over = draw.ledger.draw;
      if (options.drawName !== undefined) await expectNewName(disk, dir, options.drawName, over);
      const folder = await archiveDraw(disk, dir, over);
      const details = { draw: over, folder };
      options.notice({ level: 'info', action: 'archive_draw', result: 'success', details });
      draw = await recoverDraw(options, () => beginningOf(options));
    }
    await expectConfigured(options, draw);
    return { store: new BetStore(options, draw, unlock), recovered: draw.ledger.recovered() };
  } catch (error) {
    await unlock?.();
    throw ioError(`opening "${dir}"`, error);
  }
}
