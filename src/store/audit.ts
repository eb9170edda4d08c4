/**
 * Checks a journal against the rows themselves, commit by commit: it computes every agency's count and CRC again from
 * bets.csv, and no request in the journal may be one that the ledger would have refused.
 */

import type { Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { howMany } from '../../machines/how-many.ts';
import { newDigest } from '../identity/proof.ts';
import type { Commit, Position, Signed } from './commit.ts';
import { agencyAt, rowEnd, rowHash } from './csv.ts';

export type AuditedAgency = {
  stored: number;
  crc: number;
  finished: boolean;
  singles: number;
  /** It signed its DONE. */
  signed: boolean;
  /** Takes in the rows of its upload. */
  digest: Hash;
};

/** SHA-256 of an agency's rows so far, in hex. */
export const shaOf = ({ digest }: Pick<AuditedAgency, 'digest'>): string => digest.copy().digest('hex');

/** It has said DONE, and had bets: then it can add none. */
const isOver = ({ finished, stored }: AuditedAgency): boolean => finished && stored > 0;

export class Audit {
  readonly agencies = new Map<number, AuditedAgency>();
  readonly #singles = new Set<string>();
  readonly #told = new Set<number>();
  bets = 0;
  drawn = false;
  closed = false;

  /**
   * @param rows the commit's bytes of bets.csv
   * @returns what is wrong with it, undefined if nothing is
   */
  check(commit: Commit, rows: Buffer): string | undefined {
    const over = this.drawn && (rows.length > 0 || commit.done || commit.draw || commit.setBack);
    if (over) return 'bets, a DONE or an agency set back after the draw';
    return this.#rows(commit, rows) ?? this.#turns(commit);
  }

  #rows(commit: Commit, rows: Buffer): string | undefined {
    const ends: number[] = [];
    for (let end = rowEnd(rows, 0); end >= 0; end = rowEnd(rows, end)) ends.push(end);
    if ((ends.at(-1) ?? 0) !== rows.length) return 'its range does not end with a row';
    const singles = commit.ids ?? [];
    const uploaded = ends.length - singles.length;
    if (uploaded < 0) return `${howMany(singles.length, 'single bet')} in ${howMany(ends.length, 'row')}`;
    this.bets += ends.length;
    const start = ends[uploaded - 1] ?? 0;
    return (
      this.#uploads(commit, rows.subarray(0, start), ends.slice(0, uploaded)) ??
      this.#singleBets(commit, rows, start, ends.slice(uploaded))
    );
  }

  /** Every position that the commit names must be reached, each agency's in turn, and none be passed. */
  #uploads(commit: Commit, rows: Buffer, ends: readonly number[]): string | undefined {
    const awaited = new Map<number, Position[]>();
    for (const position of [...(commit.tp0 ?? []), ...(commit.agencies ?? [])]) {
      const positions = awaited.get(position[0]);
      if (positions) positions.push(position);
      else awaited.set(position[0], [position]);
    }
    let start = 0; // of the run of rows of one agency, whose CRC is carried on at once
    for (const [index, end] of ends.entries()) {
      const agency = agencyAt(rows, start);
      const upload = this.#agency(agency);
      const positions = awaited.get(agency) ?? [];
      const [next] = positions;
      if (!next) return `a row of agency ${agency} that its position does not count`;
      if (isOver(upload)) return `bets of agency ${agency} after its DONE`;
      upload.finished = false;
      upload.signed = false;
      upload.stored++;
      const reached = upload.stored === next[1];
      if (!reached && index + 1 < ends.length && agencyAt(rows, end) === agency) continue;
      const run = rows.subarray(start, end);
      upload.crc = crc32(run, upload.crc);
      upload.digest.update(run);
      start = end;
      if (!reached) continue;
      if (upload.crc !== next[2])
        return `agency ${agency} at bet ${next[1]}: CRC ${next[2]}, its rows have ${upload.crc}`;
      positions.shift();
    }
    for (const [agency, [next]] of awaited) {
      if (!next) continue;
      return `agency ${agency}: ${howMany(next[1], 'bet')} by the journal, ${this.#agency(agency).stored} by its rows`;
    }
    return undefined;
  }

  #singleBets(commit: Commit, rows: Buffer, first: number, ends: readonly number[]): string | undefined {
    let start = first;
    for (const [index, end] of ends.entries()) {
      const single = commit.ids?.[index];
      if (!single) return 'more rows than bets';
      const [id, agency, crc, hash] = single;
      const known = this.#agency(agency);
      if (this.#singles.has(id)) return `bet "${id}" a second time`;
      if (isOver(known)) return `bet "${id}" of agency ${agency} after its DONE`;
      known.finished = false;
      known.signed = false;
      if (agencyAt(rows, start) !== agency) return `bet "${id}": its row is not of agency ${agency}`;
      const row = rows.subarray(start, end);
      if (crc32(row) !== crc) return `bet "${id}": its row's CRC is not ${crc}`;
      if (hash !== undefined && rowHash(row) !== hash) return `bet "${id}": its row's SHA-256 is not ${hash}`;
      this.#singles.add(id);
      known.singles++;
      start = end;
    }
    return undefined;
  }

  #turns(commit: Commit): string | undefined {
    for (const agency of commit.done ?? []) {
      if (this.#agency(agency).finished) return `DONE of agency ${agency} a second time`;
      this.#agency(agency).finished = true;
    }
    for (const said of commit.signed ?? []) {
      const fault = this.#sign(said);
      if (fault !== undefined) return `what agency ${said.agency} signed: ${fault}`;
    }
    this.drawn ||= commit.draw !== undefined;
    if (!this.drawn && (commit.told || commit.closed)) return 'an announcement before the draw';
    for (const agency of commit.told ?? []) {
      if (this.#told.has(agency)) return `agency ${agency} told a second time`;
      this.#told.add(agency);
    }
    this.closed ||= commit.closed === true;
    return undefined;
  }

  /** Who made the signature is another question: see signatures.ts. */
  #sign({ agency, count, crc, sha }: Signed): string | undefined {
    const known = this.#agency(agency);
    if (!known.finished) return 'it has not said DONE';
    if (known.signed) return 'a second time';
    known.signed = true;
    if (count !== known.stored) return `${howMany(count, 'bet')}, its rows are ${known.stored}`;
    if (crc !== known.crc) return `CRC ${crc}, its rows have ${known.crc}`;
    return sha === shaOf(known) ? undefined : `SHA-256 ${sha}, its rows have ${shaOf(known)}`;
  }

  #agency(number: number): AuditedAgency {
    let agency = this.agencies.get(number);
    if (!agency) {
      agency = { stored: 0, crc: 0, finished: false, singles: 0, signed: false, digest: newDigest() };
      this.agencies.set(number, agency);
    }
    return agency;
  }
}
