/** One agency in a draw: where its upload stands, where its bets stand in bets.csv, and whether it has said DONE. */
import type { Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Proof, UploadPosition } from '../../machines/vocabulary/draw.ts';
import type { Changes, Position, SingleBet } from './commit.ts';
import { Places } from './places.ts';
import { Tp0Restart } from './tp0-restart.ts';

/** What is stored of an agency: its upload, and how many single bets beside it. */
export type Standing = UploadPosition & { finished: boolean; singles: number };

/** How many places may still be kept, of all agencies. */
type Room = { places: number };

const NOWHERE: readonly number[] = [];

export class Upload implements Standing {
  readonly agency: number;
  readonly places = new Places();
  readonly tp0 = new Tp0Restart();
  readonly #room: Room;
  readonly #digest: Hash | undefined;
  stored = 0;
  crc = 0;
  /** It has said DONE. Without a bet that counts only until it connects again, as somebody else may have said it. */
  finished = false;
  /** The journal has its DONE, and no bets of it after that. */
  recorded = false;
  /** The journal also has what the agency signed. */
  signed = false;
  singles = 0;
  /** A part of it came with offsets. */
  hasOffsets = false;
  /** The first bet whose place was not kept. */
  unplaced = Number.POSITIVE_INFINITY;

  /** @param digest takes in its rows, if they are to be signed */
  constructor(agency: number, room: Room, digest?: Hash) {
    this.agency = agency;
    this.#room = room;
    this.#digest = digest;
  }

  /** SHA-256 of its rows, in hex; undefined if they are not to be signed. */
  sha(): string | undefined {
    return this.#digest?.copy().digest('hex');
  }

  /** Takes in rows of bets.csv. */
  hash(rows: Buffer): void {
    this.#digest?.update(rows);
  }

  /** Places at which a batch may repeat what is stored: its offset, or, without one, those that TP0 restarts may have. */
  candidates(offset: number | undefined, count: number): readonly number[] {
    if (this.stored === 0 || count === 0 || (offset === undefined && this.hasOffsets)) return NOWHERE;
    if (offset !== undefined && offset >= this.stored) return NOWHERE;
    const from = offset === undefined ? this.tp0.candidates(this.stored) : [offset];
    return from.filter((bet) => Math.min(bet + count, this.stored) <= this.unplaced);
  }

  /** Adds bets, which the group under way will store. */
  append(count: number, rows: Buffer, changes: Changes): void {
    if (this.places.last < changes.start) this.#place(changes.end);
    this.stored += count;
    this.crc = crc32(rows, this.crc);
    this.hash(rows);
    changes.rows.push(rows);
    changes.end += rows.length;
    this.#begin(changes);
  }

  /** Adds a single bet, which the group under way will store. */
  appendSingle(row: Buffer, bet: SingleBet, changes: Changes): void {
    this.singles++;
    changes.singleRows.push(row);
    changes.ids.push(bet);
    this.#begin(changes);
  }

  /** Says DONE: written down once. */
  finish(changes: Changes): void {
    if (!this.recorded) changes.done.push(this.agency);
    this.finished = true;
    this.recorded = true;
  }

  /** Keeps what it signed: once. */
  sign(proof: Proof, changes: Changes): void {
    const { agency, stored, crc } = this;
    if (!this.signed) changes.signed.push({ agency, count: stored, crc, ...proof });
    this.signed = true;
  }

  /** New bets follow: a DONE that came before them counts no more, and if it is of this group it is not written. */
  #begin(changes: Changes): void {
    if (this.recorded) changes.forgetDone(this.agency);
    this.recorded = false;
    this.signed = false;
  }

  /** Takes over what a commit of the journal says besides its position. */
  replay({ singles = 0, done = false }: { singles?: number; done?: boolean }): void {
    this.singles += singles;
    this.finished = done;
    this.recorded = done;
    this.signed = false;
  }

  /** Takes over a position of a commit whose rows begin at `start`. */
  reach([, stored, crc]: Position, start: number): void {
    if (stored > this.stored && this.places.last < start) this.#place(start);
    this.stored = stored;
    this.crc = crc;
    this.replay({});
  }

  get position(): Position {
    return [this.agency, this.stored, this.crc];
  }

  /** The next bet is the first of the agency in its commit, and stands at this byte or after it. */
  #place(byte: number): void {
    if (this.unplaced <= this.stored) return;
    if (this.#room.places === 0) {
      this.unplaced = this.stored;
      return;
    }
    this.#room.places--;
    this.places.note(this.stored, byte);
  }
}
