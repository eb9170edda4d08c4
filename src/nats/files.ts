/**
 * What we show an engine of ourselves, and whom we believe. The files are looked at before it is called, so that a mistake
 * is said at once, and are read again for each connection: they may be renewed while a server runs.
 */
import type { EngineFiles } from '../config/store.ts';
import { messageOf, reasonOf, UserError } from '../errors.ts';
import { authoritiesIn, flawOfPair } from '../identity/credentials.ts';
import { certificatesIn, privateKeyIn, readPem } from '../identity/pem.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { endedOf } from './ending.ts';
import { type Authenticator, type ConnectionOptions, credsAuthenticator } from './packages.ts';

type Shown = Pick<ConnectionOptions, 'authenticator' | 'tls'>;

/** Whether we insist on TLS; an engine that does so itself is spoken to in TLS anyway. */
export const isEncrypted = (servers: readonly string[], { ca, cert }: EngineFiles): boolean =>
  ca !== undefined || cert !== undefined || servers.some((server) => server.startsWith('tls:'));

/** @throws {UserError} `STORE_CREDS`, `STORE_CA`, `STORE_CERT`, `STORE_KEY` naming the file that is of no use */
export function shownTo(servers: readonly string[], files: EngineFiles): Shown {
  const { creds, ca, cert, key } = files;
  if (ca !== undefined) using('STORE_CA', ca, () => authoritiesIn(readPem(ca)));
  if (cert !== undefined && key !== undefined) expectPair(cert, key);
  const authenticator = creds === undefined ? undefined : authenticatorOf(creds);
  const ended = endedOf(files);
  if (ended) throw ended;
  return {
    ...(authenticator && { authenticator }),
    ...(isEncrypted(servers, files) && {
      tls: {
        ...(ca !== undefined && { caFile: ca }),
        ...(cert !== undefined && { certFile: cert }),
        ...(key !== undefined && { keyFile: key }),
      },
    }),
  };
}

function expectPair(cert: string, key: string): void {
  const own = using('STORE_CERT', cert, () => certificatesIn(readPem(cert)));
  const { key: its } = using('STORE_KEY', key, () => privateKeyIn(readPem(key)));
  const flaw = flawOfPair(own, its, cert);
  if (flaw?.of === 'cert') throw cannotUse('STORE_CERT', cert, flaw.why);
  if (flaw) throw cannotUse('STORE_KEY', key, flaw.why);
}

function authenticatorOf(creds: string): Authenticator {
  let text = using('STORE_CREDS', creds, () => readRegularSync(creds));
  const authenticator = credsAuthenticator(() => {
    try {
      text = readRegularSync(creds);
    } catch {
      // It is being renewed, or was taken away: what was good may still be.
    }
    return Buffer.from(text);
  });
  try {
    authenticator('any challenge');
  } catch (cause) {
    const allowed = 'it must hold a JWT and the seed of its key, each between two lines of dashes';
    throw cannotUse('STORE_CREDS', creds, `${messageOf(cause)}; ${allowed}`, cause);
  }
  return authenticator;
}

const cannotUse = (name: string, path: string, why: string, cause?: unknown): UserError =>
  new UserError(name, `cannot use ${name} ${JSON.stringify(path)}: ${why}`, { cause });

function using<T>(name: string, path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw cannotUse(name, path, reasonOf(cause), cause);
  }
}
