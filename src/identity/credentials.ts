/** A certificate, its key and the authorities for the other side, from files: checked before TLS is asked to use them. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from '../config/tls.ts';
import { reasonOf, UserError } from '../errors.ts';
import { type Certificates, certificatesIn, privateKeyIn, readPem, subjectOf } from './pem.ts';

/** A certificate of a file, and when it ends. */
export type Expiry = Readonly<{ file: string; at: Date }>;

export type Credentials = Readonly<{
  certificate: X509Certificate;
  file: string;
  /** The certificate's. */
  key: KeyObject;
  /** The first to end, of the certificate and the authorities. */
  expiry: Expiry;
  /** Made when it is asked for: a fleet looks at all its certificates before it uses one. @throws {UserError} `TLS` */
  context: () => SecureContext;
}>;

/** OpenSSL's SSL_OP_NO_TICKET: no session is resumed, so each connection proves anew who it is. */
const NO_TICKET = 0x4000;

/**
 * Those of TLS 1.3 (RFC 8446, appendix B.4), AES of 128 bits first: as good for what lives as long as a draw, and less work
 * for each byte of it.
 */
const CIPHERS = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days until a certificate ends; less than 0 once it has. */
export const daysLeft = ({ at }: Expiry): number => Math.floor((at.getTime() - Date.now()) / DAY_MS);

export const cannotUse = (path: string, why: string, cause?: unknown): UserError =>
  new UserError('TLS', `cannot use ${JSON.stringify(path)} for TLS: ${why}`, { cause });

/** What is made of a file. @throws {UserError} `TLS` */
const using = <T>(path: string, make: (path: string) => T): T => {
  try {
    return make(path);
  } catch (error) {
    throw cannotUse(path, reasonOf(error), error);
  }
};

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** What a certificate is if its time has not come; undefined: it has. */
export const notYet = ({ validFromDate }: X509Certificate): string | undefined =>
  validFromDate.getTime() <= Date.now()
    ? undefined
    : `is good from ${dayOf(validFromDate)} on: is the clock right?`;

/** What it is if its time is over. */
export const noMore = ({ validToDate }: X509Certificate): string | undefined =>
  validToDate.getTime() >= Date.now() ? undefined : `ended on ${dayOf(validToDate)}`;

/** To be said at the start; the program goes on, as it may be the clock that is wrong. */
export const earlyWarning = ({ certificate, file }: Credentials): string[] => {
  const early = notYet(certificate);
  return early === undefined ? [] : [`the certificate ${JSON.stringify(file)} ${early}`];
};

const endsOf = ({ all }: Certificates): number[] => all.map(({ validToDate }) => validToDate.getTime());

/** To these the other side's certificates are held. @throws Error if nobody's can be */
export const authoritiesIn = (text: string): Certificates & { end: number } => {
  const read = certificatesIn(text);
  if (!read.all.some((one) => one.ca || one.checkIssued(one))) {
    throw new Error(`it has no authority's certificate, only that of ${subjectOf(read.all[0])}`);
  }
  // In a bundle, nobody relies on those that are over already.
  const ends = endsOf(read);
  const good = ends.filter((end) => end >= Date.now());
  return { ...read, end: good.length > 0 ? Math.min(...good) : Math.max(...ends) };
};

/** Reads files again and again, and makes anew only what has changed: the authorities of a fleet are read once. */
export class CredentialsReader {
  #last: { texts: readonly string[]; credentials: Credentials } | undefined;
  #authorities: ({ text: string } & ReturnType<typeof authoritiesIn>) | undefined;

  /**
   * The three files of one, for either side.
   *
   * @throws {UserError} `TLS`, naming the file
   */
  read(files: TlsFiles): Credentials {
    const [cert, key, ca] = [using(files.cert, readPem), using(files.key, readPem), using(files.ca, readPem)];
    const texts = [files.cert, cert, key, ca];
    const last = this.#last;
    if (last && texts.every((text, index) => text === last.texts[index])) return last.credentials;
    if (this.#authorities?.text !== ca) {
      this.#authorities = using(files.ca, () => ({ text: ca, ...authoritiesIn(ca) }));
    }
    const own = using(files.cert, () => certificatesIn(cert));
    const privateKey = using(files.key, () => privateKeyIn(key));
    const credentials = credentialsOf(files, own, privateKey, this.#authorities);
    this.#last = { texts, credentials };
    return credentials;
  }
}

/** Why a file's first certificate and a key do not go together, and which file is wrong. */
export const flawOfPair = (
  { all }: Certificates,
  key: KeyObject,
  cert: string,
): { of: 'cert' | 'key'; why: string } | undefined => {
  if (all[0].checkPrivateKey(key)) return undefined;
  const its = all.findIndex((one) => one.checkPrivateKey(key));
  return its > 0
    ? { of: 'cert', why: `its certificate ${its + 1} is of the key, and has to be the first` }
    : { of: 'key', why: `it is not the key of ${JSON.stringify(cert)}` };
};

const credentialsOf = (
  files: TlsFiles,
  own: Certificates,
  privateKey: ReturnType<typeof privateKeyIn>,
  authorities: ReturnType<typeof authoritiesIn>,
): Credentials => {
  // The first is its own; the others lead up to an authority.
  const [certificate] = own.all;
  const flaw = flawOfPair(own, privateKey.key, files.cert);
  if (flaw) throw cannotUse(files[flaw.of], flaw.why);
  const end = Math.min(...endsOf(own));
  const { file, at } =
    end <= authorities.end ? { file: files.cert, at: end } : { file: files.ca, at: authorities.end };
  let made: SecureContext | undefined;
  const context = (): SecureContext =>
    using(files.cert, () =>
      createSecureContext({
        cert: own.pem,
        key: privateKey.pem,
        ca: authorities.pem,
        minVersion: 'TLSv1.3',
        ciphers: CIPHERS,
        honorCipherOrder: true,
        secureOptions: NO_TICKET,
      }),
    );
  return {
    certificate,
    file: files.cert,
    key: privateKey.key,
    expiry: { file, at: new Date(at) },
    context: () => {
      made ??= context();
      return made;
    },
  };
};
