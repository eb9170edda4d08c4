/** The files of `quiniela certs`: an authority, and what it vouches for. What is there is never written over. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { nameIfFree } from '../data/name-if-free.ts';
import { codeOf, messageOf, reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { makeFolder } from '../make-folder.ts';
import { leftovers, unfinishedName } from '../unfinished.ts';
import { type Identity, issue, makeAuthority, type Subject } from './authority.ts';
import { agencyUri, HEALTH_URI, urisOf } from './names.ts';
import { certificatesIn, privateKeyIn } from './pem.ts';

type CertificatesWanted = {
  /** The numbers of the agencies. */
  agencies: readonly number[];
  dir: string;
  /** Names and addresses of the server, besides those of Compose and of this machine. */
  hosts?: readonly string[];
  /** Stops between two; what is made by then is whole. */
  signal?: AbortSignal;
};

export type CertificatesMade = {
  /** Names of what was made: `ca`, `server`, `health`, `agency-1`, … */
  made: string[];
  kept: string[];
  /** What is wrong with certificates that were there, one sentence each. */
  doubts: string[];
};

const AUTHORITY = 'ca';
const isOurs = (file: string): boolean => /^(ca|server|health|agency-\d+)\.(pem|key)$/.test(file);
const SERVER_NAMES = ['server', 'localhost', '127.0.0.1', '::1'];

const certFile = (name: string): string => `${name}.pem`;
const keyFile = (name: string): string => `${name}.key`;

const subjects = ({ agencies, hosts = [] }: CertificatesWanted): Subject[] => [
  {
    name: 'server',
    role: 'server',
    names: [...new Set([...SERVER_NAMES, ...hosts])].map((value) => ({
      type: isIP(value) === 0 ? 'dns' : 'ip',
      value,
    })),
  },
  { name: 'health', role: 'client', names: [{ type: 'url', value: HEALTH_URI }] },
  ...agencies.map(
    (agency): Subject => ({
      name: `agency-${agency}`,
      role: 'client',
      names: [{ type: 'url', value: agencyUri(agency) }],
    }),
  ),
];

const cannot = (what: string): UserError =>
  new UserError('CERTIFICATES', `cannot make certificates: ${what}`);

/** The file's text, or undefined if there is none. */
const textOf = (path: string): string | undefined => {
  try {
    return readRegularSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof UserError) throw error;
    throw cannot(`${JSON.stringify(path)} cannot be read: ${reasonOf(error)}`);
  }
};

/** Only its owner may read it, from its first byte on; it has its name only when it is whole. */
const writeOnce = async (path: string, text: string, mode: number): Promise<void> => {
  const unfinished = unfinishedName(path);
  try {
    await writeFile(unfinished, text, { mode, flag: 'wx' });
    if (await nameIfFree(unfinished, path)) return;
    // Of two at once one would write the other's certificate beside its own key.
    throw cannot(
      `${JSON.stringify(path)} is there by now, or is a link to nothing: look at it, and type this again`,
    );
  } finally {
    await rm(unfinished, { force: true });
  }
};

const KEY_MODE = 0o600;
const CERT_MODE = 0o644;

const writeCertificate = (dir: string, name: string, { cert }: Identity): Promise<void> =>
  writeOnce(join(dir, certFile(name)), cert, CERT_MODE);

/** The key first: a certificate without its key is of no use, and a key without a certificate gets one the next time. */
const writeIdentity = async (dir: string, name: string, identity: Identity): Promise<void> => {
  await writeOnce(join(dir, keyFile(name)), identity.key, KEY_MODE);
  await writeCertificate(dir, name, identity);
};

/** A certificate of the folder, or a key that has none yet. */
const readIdentity = (dir: string, name: string): Partial<Identity> => {
  const cert = textOf(join(dir, certFile(name)));
  const key = textOf(join(dir, keyFile(name)));
  return { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
};

const lacks = (dir: string, there: string, missing: string): string =>
  `${JSON.stringify(dir)} has ${there} but no ${missing}: put it back, or choose another folder`;

/** What is made of a file's text; what is wrong with that is said of the file. */
const parsed = <T>(path: string, parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw cannot(`${JSON.stringify(path)} is of no use: ${messageOf(cause)}`);
  }
};

const certificateOf = (dir: string, name: string, cert: string): X509Certificate =>
  parsed(join(dir, certFile(name)), () => certificatesIn(cert).all[0]);

const keyOf = (dir: string, name: string, key: string): KeyObject =>
  parsed(join(dir, keyFile(name)), () => privateKeyIn(key).key);

/** A key that is there and has no certificate yet. */
const checkOwnKind = (dir: string, name: string, key: KeyObject): void => {
  if (key.asymmetricKeyType === 'ed25519') return;
  throw cannot(
    `${keyFile(name)} in ${JSON.stringify(dir)} is no Ed25519 key, which is all that this command signs with`,
  );
};

/** Checks that both belong together. */
const checkPair = (dir: string, name: string, { cert, key }: Identity): X509Certificate => {
  const certificate = certificateOf(dir, name, cert);
  const privateKey = keyOf(dir, name, key);
  if (certificate.checkPrivateKey(privateKey)) return certificate;
  throw cannot(`${keyFile(name)} in ${JSON.stringify(dir)} is not the key of ${certFile(name)}`);
};

/** The authority of the folder, or a new one. Its key is only needed to make something: it may be kept elsewhere. */
const authorityIn = async (dir: string): Promise<{ cert: string; key?: string; isNew: boolean }> => {
  const { cert, key } = readIdentity(dir, AUTHORITY);
  if (cert === undefined && key === undefined) {
    const authority = await makeAuthority();
    await writeIdentity(dir, AUTHORITY, authority);
    return { ...authority, isNew: true };
  }
  if (cert === undefined) throw cannot(lacks(dir, keyFile(AUTHORITY), certFile(AUTHORITY)));
  const certificate = certificateOf(dir, AUTHORITY, cert);
  if (!certificate.ca) throw cannot(`ca.pem in ${JSON.stringify(dir)} is no authority's certificate`);
  if (key === undefined) return { cert, isNew: false };
  checkPair(dir, AUTHORITY, { cert, key });
  checkOwnKind(dir, AUTHORITY, keyOf(dir, AUTHORITY, key));
  return { cert, key, isNew: false };
};

const isOver = ({ validToDate }: X509Certificate): boolean => validToDate.getTime() < Date.now();

/** What is wrong with a certificate that was there, if anything is. */
const doubtOf = (
  subject: Subject,
  certificate: X509Certificate,
  authority: X509Certificate,
): string | undefined => {
  if (!certificate.verify(authority.publicKey)) return 'is not signed by this ca.pem';
  if (isOver(certificate)) return `expired on ${certificate.validTo}`;
  const isMissing = ({ type, value }: Subject['names'][number]): boolean =>
    (type === 'dns' && certificate.checkHost(value) === undefined) ||
    (type === 'ip' && certificate.checkIP(value) === undefined) ||
    (type === 'url' && !urisOf(certificate.subjectAltName ?? '').includes(value));
  const missing = subject.names.find(isMissing);
  return missing === undefined ? undefined : `does not name ${missing.value}`;
};

/**
 * Makes `ca`, `server`, `health` and `agency-N`, each a `.pem` and a `.key`; those that are there stay as they are.
 *
 * @throws {UserError} `CERTIFICATES`
 */
export const makeCertificates = async (wanted: CertificatesWanted): Promise<CertificatesMade> => {
  const { dir } = wanted;
  const report: CertificatesMade = { made: [], kept: [], doubts: [] };
  try {
    await makeFolder(dir);
    for (const file of leftovers(await readdir(dir), isOurs)) await rm(join(dir, file), { force: true });
    const authority = await authorityIn(dir);
    report[authority.isNew ? 'made' : 'kept'].push(AUTHORITY);
    const ofAuthority = certificateOf(dir, AUTHORITY, authority.cert);
    if (isOver(ofAuthority)) report.doubts.push(`${certFile(AUTHORITY)} expired on ${ofAuthority.validTo}`);
    const signWith = (): Identity => {
      if (authority.key !== undefined) return { cert: authority.cert, key: authority.key };
      throw cannot(lacks(dir, certFile(AUTHORITY), keyFile(AUTHORITY)));
    };
    for (const subject of subjects(wanted)) {
      wanted.signal?.throwIfAborted();
      const { name } = subject;
      const { cert, key } = readIdentity(dir, name);
      if (cert === undefined) {
        if (key !== undefined) checkOwnKind(dir, name, keyOf(dir, name, key));
        const made = await issue(signWith(), { ...subject, key });
        if (key === undefined) await writeIdentity(dir, name, made);
        else await writeCertificate(dir, name, made);
        report.made.push(name);
        continue;
      }
      if (key === undefined) {
        throw cannot(lacks(dir, certFile(name), keyFile(name)));
      }
      report.kept.push(name);
      const doubt = doubtOf(subject, checkPair(dir, name, { cert, key }), ofAuthority);
      if (doubt !== undefined) report.doubts.push(`${certFile(name)} ${doubt}`);
    }
  } catch (error) {
    if (error instanceof UserError || codeOf(error) === undefined) throw error;
    const text = `cannot make certificates in ${JSON.stringify(dir)}: ${reasonOf(error)}`;
    throw new UserError('CERTIFICATES', text, { cause: error });
  }
  return report;
};
