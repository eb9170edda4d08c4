/**
 * What we show an engine of ourselves, and whom we believe. The files are looked at before it is called, so that a mistake
 * is said at once, and are read again for each connection: they may be renewed while a server runs.
 */
import type { EngineFiles } from '../config/store.ts';
import { credsFile, shown } from '../config/values.ts';
import { messageOf, reasonOf, UserError } from '../errors.ts';
import { authoritiesIn, flawOfPair } from '../identity/credentials.ts';
import { certificatesIn, privateKeyIn, readPem } from '../identity/pem.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { endedOf } from './ending.ts';
import { A_CREDS_FILE, authenticatorIn } from './login.ts';
import type { Authenticator, ConnectionOptions } from './packages.ts';

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

/** The client would close for good if it threw once it has been handed over. */
function authenticatorOf(creds: string): Authenticator {
  let good = firstIn(creds);
  return (challenge) => {
    try {
      const next = authenticatorIn(readRegularSync(creds));
      const said = next(challenge);
      good = next;
      return said;
    } catch {
      // It is being written, or was taken away: what was good may still be.
      return good(challenge);
    }
  };
}

function firstIn(creds: string): Authenticator {
  const text = using('STORE_CREDS', creds, () => readRegularSync(creds));
  try {
    const first = authenticatorIn(text);
    first('any challenge');
    return first;
  } catch (cause) {
    throw cannotUse('STORE_CREDS', creds, `${messageOf(cause)}; ${A_CREDS_FILE}`, cause);
  }
}

const cannotUse = (name: string, path: string, why: string, cause?: unknown): UserError =>
  new UserError(name, `cannot use ${name} ${shown(path, credsFile)}: ${why}`, { cause });

function using<T>(name: string, path: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw cannotUse(name, path, reasonOf(cause), cause);
  }
}
