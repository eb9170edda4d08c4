/**
 * The one place that decides what is stored, what was stored before and what is refused. It does no I/O: requests go
 * in, in order; outcomes come out, with what is to be written in a `Changes`.
 */

import { crc32 } from 'node:zlib';
import { howMany } from '../../machines/how-many.ts';
import type { RequestOf, StoreOutcome, StoreRequest } from '../../machines/vocabulary/store.ts';
import type { Dialect } from '../../machines/vocabulary/wire.ts';
import type { Changes } from './commit.ts';
import { endOfRows, rowHash } from './csv.ts';
import { DrawRecord } from './draw-record.ts';
import { whyNotProven } from './proofs.ts';
import { refused } from './refused.ts';
import type { Upload } from './upload.ts';

/** A request to add bets, as far as it is judged: `sha` is its row's, in base64. */
type Adding =
  | Pick<RequestOf<'bets'>, 'kind' | 'agency' | 'dialect' | 'offset' | 'count'>
  | Pick<RequestOf<'tp0Bet'>, 'kind' | 'agency'>
  | (Pick<RequestOf<'bet'>, 'kind' | 'agency' | 'id'> & { sha: string });

/** A TP0 message has no offset: it never changes an upload that has some. */
const hasOffsets = (agency: number): StoreOutcome =>
  refused('DIALECT', `agency ${agency} uploads with offsets: TP0 can neither add to that nor end it`);
const NOWHERE: readonly number[] = [];

/** A batch that does not say what is stored where it says it does. */
function differs({ agency, stored, unplaced }: Upload, offset: number): StoreOutcome {
  const why =
    unplaced < stored
      ? `its bets from ${unplaced} on came in too many pieces to be compared, begin after them`
      : 'the bets are not those that are stored there';
  return refused('CRC', `agency ${agency} at offset ${offset}: ${why}; ${stored} are stored`);
}

export class Ledger extends DrawRecord {
  /** Agencies that said DONE without a bet, as anybody can, and have connected again: their DONE does not count any more. */
  readonly #reopened = new Set<number>();

  /**
   * Places in its agency's upload at which a request may repeat what is stored; most requests repeat nothing, and have
   * none. The bets that are stored there must be compared before the request is decided.
   */
  candidates(request: StoreRequest): readonly number[] {
    if (request.kind !== 'bets' && request.kind !== 'tp0Bet') return NOWHERE;
    const upload = this.known(request.agency);
    if (!upload) return NOWHERE;
    if (request.kind === 'tp0Bet') return upload.candidates(undefined, 1);
    return upload.candidates(request.dialect === 'tp0' ? undefined : request.offset, request.count);
  }

  /**
   * Judges a request to add bets, and adds none: what `decide` does before it adds them.
   *
   * @param from as for `decide`
   * @returns how many of its bets are stored already, or why the others cannot be added
   */
  judge(adding: Adding, from?: number): number | StoreOutcome {
    const upload = this.agency(adding.agency);
    switch (adding.kind) {
      case 'bets':
        return adding.dialect === 'tp0'
          ? this.#judgeTp0(upload, adding.count, from)
          : this.#judgeBets(upload, adding, from);
      case 'tp0Bet':
        return this.#judgeTp0(upload, 1, from);
      case 'bet':
        return this.#judgeBet(upload, adding);
    }
  }

  /** Why no bets can be added at the end of an upload, by what is on record alone: any session would be told the same. */
  whyClosed(agency: number, dialect: Dialect): StoreOutcome | undefined {
    const upload = this.agency(agency);
    const isOther = dialect === 'tp0' && upload.hasOffsets;
    return this.#whyOver(agency, upload) ?? (isOther ? hasOffsets(agency) : undefined);
  }

  /**
   * Decides one request and gathers what it writes. Its outcome holds once all of that is on disk.
   *
   * @param from the candidate at which it repeats what is stored; undefined: it repeats nothing
   */
  decide(request: StoreRequest, changes: Changes, from?: number): StoreOutcome {
    switch (request.kind) {
      case 'open':
        return this.#open(request);
      case 'bets':
        return request.dialect === 'tp0'
          ? this.#tp0Bets(request, changes, from)
          : this.#bets(request, changes, from);
      case 'bet':
        return this.#bet(request, changes);
      case 'tp0Bet':
        return this.#tp0Bet(request, changes, from);
      case 'finish':
        return this.#finish(request, changes);
      case 'told':
        return this.#tellLate(request, changes) ?? this.ending.decide(request, changes);
      case 'draw':
        return this.#reopened.size > 0 ? { kind: 'postponed' } : this.ending.decide(request, changes);
      case 'close':
        return this.ending.decide(request, changes);
    }
  }

  #open({ agency }: RequestOf<'open'>): StoreOutcome {
    const upload = this.agency(agency);
    const reopens = upload.finished && upload.stored === 0 && !this.ending.winners;
    if (reopens) {
      upload.finished = false;
      this.#reopened.add(agency);
    }
    const { stored, crc, finished, tp0 } = upload;
    tp0.begin();
    const owed = stored === 0 && !finished && this.owed.has(agency) ? this.before?.draw : undefined;
    return {
      kind: 'opened',
      draw: this.draw,
      stored,
      crc,
      finished,
      ...(owed !== undefined && { owed }),
      ...(reopens && { reopened: true }),
    };
  }

  #judgeBets(
    upload: Upload,
    { agency, offset, count }: { agency: number; offset: number; count: number },
    from: number | undefined,
  ): number | StoreOutcome {
    const { stored } = upload;
    if (offset < stored && count > 0 && from === undefined) return differs(upload, offset);
    if (offset + count <= stored) return count;
    const over = this.#whyOver(agency, upload);
    if (over) return over;
    if (offset > stored) {
      return refused('GAP', `batch at offset ${offset} of agency ${agency}: the next bet is ${stored}`);
    }
    return stored - offset;
  }

  #bets(request: RequestOf<'bets'>, changes: Changes, from: number | undefined): StoreOutcome {
    const { agency, count, rows } = request;
    const upload = this.agency(agency);
    const known = this.#judgeBets(upload, request, from);
    if (typeof known !== 'number') return known;
    if (known < count) {
      upload.append(count - known, rows.subarray(endOfRows(rows, known)), changes);
      upload.hasOffsets = true;
      changes.agencies.set(agency, upload.position);
    }
    return { kind: 'stored', next: upload.stored, count, fresh: count - known };
  }

  #judgeTp0(upload: Upload, count: number, from: number | undefined): number | StoreOutcome {
    const { agency } = upload;
    if (upload.hasOffsets) return this.#whyOver(agency, upload) ?? hasOffsets(agency);
    if (upload.unplaced < upload.stored) return differs(upload, upload.unplaced);
    const known = count === 0 ? 0 : upload.tp0.judge(from, count, upload.stored);
    if (known === count) return known;
    const over = this.#whyOver(agency, upload);
    if (over) return over;
    if (known === 'diverged') {
      const text = `agency ${agency} began its upload again and sent other bets than before; ${upload.stored} are stored`;
      return refused('CRC', text);
    }
    return known;
  }

  #tp0Bets(
    { agency, count, rows }: Pick<RequestOf<'bets'>, 'agency' | 'count' | 'rows'>,
    changes: Changes,
    from: number | undefined,
  ): StoreOutcome {
    const upload = this.agency(agency);
    const known = this.#judgeTp0(upload, count, from);
    if (typeof known !== 'number') return known;
    if (known < count) {
      upload.append(count - known, rows.subarray(endOfRows(rows, known)), changes);
      changes.tp0.set(agency, upload.position);
    }
    return { kind: 'stored', next: upload.stored, count, fresh: count - known };
  }

  #tp0Bet(
    { agency, row, document, number }: RequestOf<'tp0Bet'>,
    changes: Changes,
    from: number | undefined,
  ): StoreOutcome {
    const outcome = this.#tp0Bets({ agency, count: 1, rows: row }, changes, from);
    return outcome.kind === 'stored'
      ? { kind: 'betStored', id: '', document, number, fresh: outcome.fresh > 0 }
      : outcome;
  }

  #judgeBet(owner: Upload, { agency, id, sha }: { agency: number; id: string; sha: string }) {
    const known = this.singles.get(id);
    if (known === undefined) return this.#whyOver(agency, owner) ?? this.#whyFull(owner) ?? 0;
    return known === sha
      ? 1
      : refused('BET_ID', `bet id "${id}" was used for another bet: make a new id for each`);
  }

  #bet({ agency, id, row, document, number }: RequestOf<'bet'>, changes: Changes): StoreOutcome {
    const sha = rowHash(row);
    const owner = this.agency(agency);
    const known = this.#judgeBet(owner, { agency, id, sha });
    if (typeof known !== 'number') return known;
    if (known === 0) {
      this.singles.add(id, sha);
      owner.appendSingle(row, [id, agency, crc32(row), sha], changes);
    }
    return { kind: 'betStored', id, document, number, fresh: known === 0 };
  }

  #finish({ agency, count, crc, proof }: RequestOf<'finish'>, changes: Changes): StoreOutcome {
    const upload = this.agency(agency);
    if (count === undefined && upload.hasOffsets) return hasOffsets(agency);
    if (count !== undefined && count !== upload.stored) {
      return refused(
        'COUNT',
        `agency ${agency} says ${howMany(count, 'bet')}, ${howMany(upload.stored, 'is', 'are')} stored`,
      );
    }
    if (crc !== undefined && crc !== upload.crc) {
      return refused('CRC', `agency ${agency} says CRC ${crc}, its stored bets have ${upload.crc}`);
    }
    const unproven = count !== undefined && whyNotProven(this.proofs, this.draw, upload, proof);
    if (unproven) return refused('IDENTITY', unproven);
    if (!upload.finished) {
      const over = this.#whyOver(agency, upload);
      if (over) return over;
      upload.finish(changes);
      this.#reopened.delete(agency);
    }
    if (proof && this.proofs) upload.sign(proof, changes);
    return { kind: 'finished', stored: upload.stored, crc: upload.crc };
  }

  /** Somebody was told the winners of another draw: written down if it is the one before. */
  #tellLate({ agency, draw }: RequestOf<'told'>, changes: Changes): StoreOutcome | undefined {
    if (draw === undefined || draw === this.draw) return undefined;
    if (draw === this.before?.draw && this.owed.delete(agency)) changes.toldLate.push(agency);
    return { kind: 'recorded' };
  }

  #whyFull({ agency, singles }: Upload): StoreOutcome | undefined {
    const full = this.singles.whyFull(agency, singles);
    return full === undefined
      ? undefined
      : refused('LIMIT', `${full}, no more are kept: upload the others as a file`);
  }

  /** The refusal of a request that would add to an upload that is over. */
  #whyOver(agency: number, { finished }: Upload): StoreOutcome | undefined {
    if (finished) return refused('FINISHED', `agency ${agency} has said DONE: it can add no bets`);
    if (this.ending.winners) return refused('FINISHED', 'the draw has taken place: no bets can be added');
    return undefined;
  }
}
