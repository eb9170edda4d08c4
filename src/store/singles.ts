/** Single bets by their ids, each with the SHA-256 of its row: the same id with another row is another bet. */
import { SINGLE_BETS, SINGLE_BETS_OF_AN_AGENCY } from '../limits.ts';
import type { Commit } from './commit.ts';
import { lastRows, rowHash } from './csv.ts';

export class Singles {
  readonly #hashes = new Map<string, string>();

  /** @returns the hash of the row that has this id, undefined if none has it */
  get(id: string): string | undefined {
    return this.#hashes.get(id);
  }

  add(id: string, hash: string): void {
    this.#hashes.set(id, hash);
  }

  /** Takes over those of a commit with these rows. Journals of the first version did not hold the hashes. */
  apply({ ids = [] }: Commit, rows: Buffer): void {
    const unhashed = ids.some(([, , , hash]) => hash === undefined) ? lastRows(rows, ids.length) : [];
    for (const [index, [id, , , kept]] of ids.entries()) {
      const row = unhashed[index];
      const hash = kept ?? (row && rowHash(row));
      if (hash === undefined) throw new Error(`the single bet "${id}" has no row`);
      this.#hashes.set(id, hash);
    }
  }

  /** Why no more are kept, of an agency that has so many. */
  whyFull(agency: number, ofAgency: number): string | undefined {
    if (ofAgency >= SINGLE_BETS_OF_AN_AGENCY) return `agency ${agency} has ${ofAgency} single bets`;
    if (this.#hashes.size >= SINGLE_BETS) return `this draw has ${this.#hashes.size} single bets`;
    return undefined;
  }
}
