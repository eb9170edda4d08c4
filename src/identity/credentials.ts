/** A certificate, its key and the authorities for the other side, from files: checked before TLS is asked to use them. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from '../config/tls.ts';
import { reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';

/** A certificate of a file, and when it ends. */
export type Expiry = Readonly<{ file: string; at: Date }>;

export type Credentials = Readonly<{
  context: SecureContext;
  certificate: X509Certificate;
  /** The certificate's. */
  key: KeyObject;
  /** The first to end, of the certificate and the authorities. */
  expiry: Expiry;
}>;

/** OpenSSL's SSL_OP_NO_TICKET: no session is resumed, so each connection proves anew who it is. */
const NO_TICKET = 0x4000;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days until a certificate ends; less than 0 once it has. */
export const daysLeft = ({ at }: Expiry, now = Date.now()): number =>
  Math.floor((at.getTime() - now) / DAY_MS);

const cannotUse = (path: string, why: string, cause?: unknown): UserError =>
  new UserError('TLS', `cannot use ${JSON.stringify(path)} for TLS: ${why}`, { cause });

/** What `parse` makes of a file. @throws {UserError} `TLS` */
const parsed = <T>(path: string, what: string, parse: (text: string) => T): T => {
  let text: string;
  try {
    text = readRegularSync(path);
  } catch (error) {
    throw cannotUse(path, reasonOf(error), error);
  }
  try {
    return parse(text);
  } catch (error) {
    throw cannotUse(path, `it is no ${what} in PEM, ${reasonOf(error)}`, error);
  }
};

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const certificatesIn = (text: string): { text: string; all: X509Certificate[] } => {
  const all = (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
  if (all.length === 0) throw new Error('nothing in it begins with -----BEGIN CERTIFICATE-----');
  return { text, all };
};

/**
 * Reads the three files, for either side.
 *
 * @throws {UserError} `TLS`, naming the file
 */
export const readCredentials = ({ cert, key, ca }: TlsFiles): Credentials => {
  const own = parsed(cert, 'certificate', certificatesIn);
  const privateKey = parsed(key, 'private key', (text) => ({ text, key: createPrivateKey(text) }));
  const authorities = parsed(ca, 'certificate', certificatesIn);
  // The first is its own; the others lead up to an authority.
  const [certificate = new X509Certificate(own.text)] = own.all;
  if (!certificate.checkPrivateKey(privateKey.key)) {
    throw cannotUse(key, `it is not the key of ${JSON.stringify(cert)}`);
  }
  const expiries = [
    ...own.all.map(({ validToDate: at }) => ({ file: cert, at })),
    ...authorities.all.map(({ validToDate: at }) => ({ file: ca, at })),
  ];
  try {
    const context = createSecureContext({
      cert: own.text,
      key: privateKey.text,
      ca: authorities.text,
      minVersion: 'TLSv1.3',
      secureOptions: NO_TICKET,
    });
    const expiry = expiries.reduce((first, next) => (next.at < first.at ? next : first));
    return { context, certificate, key: privateKey.key, expiry };
  } catch (error) {
    throw cannotUse(cert, reasonOf(error), error);
  }
};
