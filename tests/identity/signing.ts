/** Agencies of two authorities, made once for a test's process; the keys are never on a disk. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Proof } from '../../machines/vocabulary/draw.ts';
import type { RequestOf } from '../../machines/vocabulary/store.ts';
import { type Identity, issue, makeAuthority, type Validity } from '../../src/identity/authority.ts';
import { agencyUri } from '../../src/identity/names.ts';
import { signWith } from '../../src/identity/proof.ts';
import type { UploadStatement } from '../../src/identity/statement.ts';
import { sha256 } from '../../src/store/journal.ts';
import { rowsOf } from '../store/helpers.ts';

const validFor = (from: number, to: number): Validity => ({
  notBefore: new Date(Date.UTC(from)),
  notAfter: new Date(Date.UTC(to)),
});

/** The store's tests take place at one noon of 2026. */
export const YEAR = validFor(2026, 2027);

/** Simulations begin in 1970. */
export const ALWAYS = validFor(1970, 2100);

export const authority = await makeAuthority('Authority', ALWAYS);
export const stranger = await makeAuthority('Stranger', ALWAYS);
export const authorities = [new X509Certificate(authority.cert)];
export const strangers = [new X509Certificate(stranger.cert)];

export const agencyOf = (by: Identity, agency: number, validity = YEAR): Promise<Identity> =>
  issue(by, {
    name: `agency-${agency}`,
    role: 'client',
    names: [{ type: 'url', value: agencyUri(agency) }],
    validity,
  });

export const agencies: readonly Identity[] = await Promise.all(
  [0, 1, 2, 3, 4, 5].map((agency) => agencyOf(authority, agency)),
);

/** A certificate as it stands in a proof. */
export const derOf = ({ cert }: Identity): string => new X509Certificate(cert).raw.toString('base64');

/** What the owner of a certificate says of an upload. */
export const proofBy = (owner: Identity, statement: UploadStatement): Proof => ({
  sha: statement.sha,
  signature: signWith(createPrivateKey(owner.key))(statement),
  certificate: derOf(owner),
});

/** What an agency says of the first `count` bets of its file. */
export const statementOf = (agency: number, count: number, draw = '1'): UploadStatement => {
  const rows = rowsOf(agency, 0, count);
  return { draw, agency, count, crc: crc32(rows), sha: sha256(rows) };
};

/** Its DONE, signed by itself unless told. */
export const signedFinish = (
  agency: number,
  count: number,
  { draw = '1', by = agencies[agency]!, says = {} }: { draw?: string; by?: Identity; says?: object } = {},
): RequestOf<'finish'> => {
  const statement = statementOf(agency, count, draw);
  const { crc } = statement;
  return { kind: 'finish', agency, count, crc, proof: proofBy(by, { ...statement, ...says }) };
};
