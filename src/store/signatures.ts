/** What agencies signed in a draw: whether they did, and who vouches for them. That the rows are those is audit.ts's. */

import type { X509Certificate } from 'node:crypto';
import { howMany } from '../../machines/how-many.ts';
import { certificateOf } from '../identity/proof.ts';
import { whyNotTrusted } from '../identity/trust.ts';
import type { AuditedAgency } from './audit.ts';
import type { Commit, Signed } from './commit.ts';
import { type DamagePlace, StorageError, unproven } from './errors.ts';
import { whyWrong } from './proofs.ts';

type Agencies = ReadonlyMap<number, Pick<AuditedAgency, 'finished' | 'signed' | 'singles'>>;

export class Signatures {
  readonly #authorities: readonly X509Certificate[] | undefined;

  /** @param authorities who may vouch for agencies; undefined: nothing is checked */
  constructor(authorities: readonly X509Certificate[] | undefined) {
    this.#authorities = authorities;
  }

  /** Looks at what was signed in a commit. @throws StorageError UNPROVEN, with the place */
  check(draw: string, { at, signed = [] }: Pick<Commit, 'at' | 'signed'>, place: DamagePlace): void {
    for (const said of signed) {
      const fault = this.#authorities && faultOf(draw, said, this.#authorities, new Date(at));
      if (fault !== undefined) throw unproven(place, `what agency ${said.agency} signed: ${fault}`);
    }
  }

  /**
   * Nothing is proven by a signature that is not there: whoever could write the folder could take it out.
   *
   * @throws StorageError UNPROVEN if an agency has finished and has signed nothing
   */
  expectAll(dir: string, agencies: Agencies): void {
    if (!this.#authorities) return;
    const without = [...agencies]
      .filter(([, { finished, signed }]) => finished && !signed)
      .map(([agency]) => agency);
    if (without.length === 0) return;
    const text = `"${dir}" is whole, but these agencies have said DONE and signed nothing (TP0 has no place for it), so nobody can prove that the bets are theirs: ${without.join(', ')}`;
    throw new StorageError('UNPROVEN', text);
  }

  /** What was found, for people. */
  lines(agencies: Agencies): string[] {
    const all = [...agencies.values()];
    const count = all.filter(({ signed }) => signed).length;
    if (!this.#authorities) {
      return count === 0
        ? []
        : [
            `not checked: the signatures of ${howMany(count, 'agency', 'agencies')}; with the authority's certificate they are: --ca FILE`,
          ];
    }
    const singles = all.reduce((sum, { singles }) => sum + singles, 0);
    return [
      `checked the signatures: ${howMany(count, 'agency has signed its upload', 'agencies have signed their uploads')}`,
      ...(singles > 0 ? [`${howMany(singles, 'single bet')}: no signature covers those`] : []),
    ];
  }
}

const faultOf = (
  draw: string,
  { agency, count, crc, ...proof }: Signed,
  authorities: readonly X509Certificate[],
  at: Date,
): string | undefined =>
  whyWrong({ draw, agency, count, crc, sha: proof.sha }, proof) ??
  whyNotTrusted(certificateOf(proof), authorities, at);
