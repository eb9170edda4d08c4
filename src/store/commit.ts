/** What one commit adds to a draw: the journal's line about it, and the rows that go to bets.csv. */
import type { Proof } from '../../machines/vocabulary/draw.ts';
import type { BetRules } from '../lottery/rules.ts';

/** Where an agency's upload stands after the commit: bets stored, and the CRC-32 of their rows. */
export type Position = readonly [agency: number, stored: number, crc: number];

/** A single bet, by the id that its sender made: CRC-32 and SHA-256 (base64) of its row. The first version had no
 * SHA-256. */
export type SingleBet = readonly [id: string, agency: number, crc: number, sha?: string];

/** A DONE that its agency signed, and what it said. */
export type Signed = Readonly<{ agency: number; count: number; crc: number } & Proof>;

/** Commits that were whole once and are not any more: see recover.ts. */
export type GivenUp = {
  /** Bytes of bets.csv. */
  range: readonly [start: number, end: number];
  commits: number;
  /** Bets of uploads, from the first that is gone to before the first that had not come. */
  agencies: readonly (readonly [agency: number, from: number, to: number])[];
  /** Single bets. */
  ids: readonly string[];
  done: readonly number[];
  told: readonly number[];
};

/** What an agency had when it was set back: see reset.ts. */
export type SetBack = {
  agency: number;
  stored: number;
  crc: number;
  /** How many single bets. */
  singles: number;
  finished: boolean;
  /** Hash of the last line of the journal that was replaced. */
  was: string;
};

/** One line of the journal without what chains it. Only the fields that are needed appear. */
export type Commit = {
  /** 1 for a draw's first commit. */
  n: number;
  /** When, ISO 8601 in UTC. */
  at: string;
  /** The commit's bytes in bets.csv, from start to before end, and their SHA-256 in hex. */
  range?: readonly [start: number, end: number];
  sha?: string;
  /** New positions, except those in `tp0`. */
  agencies?: readonly Position[];
  /** New positions of uploads in the original's dialect; the first version had one for each batch. */
  tp0?: readonly Position[];
  /** Single bets: their rows are the last of the range, in this order. */
  ids?: readonly SingleBet[];
  /** Agencies that said DONE. */
  done?: readonly number[];
  /** Those of them that signed it; or that did so later, if nobody asked for it before. */
  signed?: readonly Signed[];
  /** The draw: documents of the winners by agency. */
  draw?: Readonly<Record<string, readonly string[]>>;
  /** How many agencies take part, if the header is of a version that does not say it. */
  roll?: number;
  /** What bets are held to from here on, if that is not the standard: see lottery/rules.ts. */
  rules?: BetRules;
  /** Agencies that have been told their winners. */
  told?: readonly number[];
  /** The same, of the draw before: they came late. */
  toldLate?: readonly number[];
  /** Present once the draw is over: the next start archives it. */
  closed?: true;
  /** What `quiniela recover --force` gave up. */
  gaveUp?: GivenUp;
  /** The agency that `quiniela reset` set back: its rows are not in bets.csv any more. */
  setBack?: SetBack;
};

/** What the requests of a group change, gathered while they are decided. */
export class Changes {
  /** Bytes of bets.csv before the group, and with its rows of uploads. */
  readonly start: number;
  end: number;
  /** Rows of uploads, then rows of single bets: the latter stand at the end of the commit's range. */
  readonly rows: Buffer[] = [];
  readonly singleRows: Buffer[] = [];
  readonly agencies = new Map<number, Position>();
  readonly tp0 = new Map<number, Position>();
  readonly ids: SingleBet[] = [];
  readonly done: number[] = [];
  readonly signed: Signed[] = [];
  draw: Commit['draw'];
  readonly told: number[] = [];
  readonly toldLate: number[] = [];
  closed = false;

  constructor(start: number) {
    this.start = start;
    this.end = start;
  }

  /** Takes back the DONE of an agency that has sent bets after it, in this same group. */
  forgetDone(agency: number): void {
    const index = this.done.indexOf(agency);
    if (index >= 0) this.done.splice(index, 1);
    const signed = this.signed.findIndex((entry) => entry.agency === agency);
    if (signed >= 0) this.signed.splice(signed, 1);
  }

  isEmpty(): boolean {
    const lists = [this.rows, this.singleRows, this.done, this.signed, this.told, this.toldLate];
    return lists.every((list) => list.length === 0) && !this.draw && !this.closed;
  }

  /** The fields of the journal's line, in the order in which they are written. */
  fields(): Partial<Commit> {
    return {
      ...(this.agencies.size > 0 && { agencies: [...this.agencies.values()] }),
      ...(this.tp0.size > 0 && { tp0: [...this.tp0.values()] }),
      ...(this.ids.length > 0 && { ids: this.ids }),
      ...(this.done.length > 0 && { done: this.done }),
      ...(this.signed.length > 0 && { signed: this.signed }),
      ...(this.draw && { draw: this.draw }),
      ...(this.told.length > 0 && { told: this.told }),
      ...(this.toldLate.length > 0 && { toldLate: this.toldLate }),
      ...(this.closed && { closed: true }),
    };
  }
}
