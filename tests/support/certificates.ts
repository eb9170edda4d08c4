/** Certificates for tests, and peers that show them. */
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { type Identity, issue, type Subject } from '../../src/identity/authority.ts';
import { makeCertificates } from '../../src/identity/certificates.ts';
import { signWith } from '../../src/identity/proof.ts';
import { encodeStatement } from '../../src/protocol/encoder.ts';
import { sha256 } from '../../src/store/journal.ts';
import { crcOf, csvRow, type Row } from './bets.ts';
import { Peer } from './peer.ts';
import type { Environment } from './program.ts';
import { temporaryFolder } from './system.ts';

/** A folder as `quiniela certs` makes it. */
export const certificates = async (t: TestContext, agencies: readonly number[] = [1, 2]): Promise<string> => {
  const dir = join(temporaryFolder(t), 'certs');
  await makeCertificates({ dir, agencies });
  return dir;
};

/** One more of the folder's authority, under this name. */
export const certify = async (dir: string, file: string, subject: Subject): Promise<void> => {
  const authority = identityIn(dir, 'ca');
  const { cert, key } = await issue(authority, subject);
  writeFileSync(join(dir, `${file}.pem`), cert);
  writeFileSync(join(dir, `${file}.key`), key);
};

export const identityIn = (dir: string, name: string): Identity => ({
  cert: readFileSync(join(dir, `${name}.pem`), 'utf8'),
  key: readFileSync(join(dir, `${name}.key`), 'utf8'),
});

/** An agency's DONE, signed with the key of its certificate. */
export const signedDoneLine = (dir: string, agency: number, rows: readonly Row[], draw = '1'): string => {
  const [count, crc, sha] = [rows.length, crcOf(rows), sha256(Buffer.from(rows.map(csvRow).join('')))];
  const sign = signWith(createPrivateKey(identityIn(dir, `agency-${agency}`).key));
  return String(encodeStatement({ kind: 'done', agency, count, crc, signs: { draw, sha } }, sign));
};

/** Ended a day ago. */
export const EXPIRED = {
  notBefore: new Date(Date.now() - 2 * 86_400_000),
  notAfter: new Date(Date.now() - 86_400_000),
};

export const serverTls = (dir: string, name = 'server'): Environment => ({
  TLS_CERT: join(dir, `${name}.pem`),
  TLS_KEY: join(dir, `${name}.key`),
  TLS_CA: join(dir, 'ca.pem'),
});

/** @param ca the folder of the authority that the server must be of */
export const agencyTls = (dir: string, name = 'agency-{id}', ca = dir): Environment => ({
  CLI_TLS_CERT: join(dir, `${name}.pem`),
  CLI_TLS_KEY: join(dir, `${name}.key`),
  CLI_TLS_CA: join(ca, 'ca.pem'),
});

/** A TLS socket once its side of the handshake is over; `name` is whose certificate it shows, none if undefined. */
export const connectAs = async (
  port: number,
  dir: string,
  name: string | undefined,
  options: ConnectionOptions = {},
): Promise<TLSSocket> => {
  const own = name === undefined ? {} : identityIn(dir, name);
  const { cert: ca } = identityIn(dir, 'ca');
  const halfOpen: ConnectionOptions & { allowHalfOpen: true } = { ...options, allowHalfOpen: true };
  const socket = connect({ port, host: '127.0.0.1', ca, ...own, ...halfOpen });
  await once(socket, 'secureConnect');
  return socket;
};

/** A peer with the certificate of this name. */
export const peerAs = async (port: number, dir: string, name: string | undefined): Promise<Peer> =>
  new Peer(await connectAs(port, dir, name));
