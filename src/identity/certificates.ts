/** The files of `quiniela certs`: an authority, and what it vouches for. What is there is never written over. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameIfFree } from '../data/name-if-free.ts';
import { codeOf, reasonOf, UserError } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { makeFolder } from '../make-folder.ts';
import { type Identity, issue, makeAuthority, type Subject } from './authority.ts';
import { agencyUri, HEALTH_URI } from './names.ts';

export type CertificatesWanted = {
  /** The numbers of the agencies. */
  agencies: readonly number[];
  dir: string;
  /** Names and addresses of the server, besides those of Compose and of this machine. */
  hosts?: readonly string[];
};

export type CertificatesMade = {
  /** Names of what was made: `ca`, `server`, `health`, `agency-1`, … */
  made: string[];
  kept: string[];
  /** What is wrong with certificates that were there, one sentence each. */
  doubts: string[];
};

const AUTHORITY = 'ca';
const SERVER_NAMES = ['server', 'localhost', '127.0.0.1', '::1'];

const certFile = (name: string): string => `${name}.pem`;
const keyFile = (name: string): string => `${name}.key`;

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

const subjects = ({ agencies, hosts = [] }: CertificatesWanted): Subject[] => [
  {
    name: 'server',
    role: 'server',
    names: [...new Set([...SERVER_NAMES, ...hosts])].map((value) => ({
      type: isAddress(value) ? 'ip' : 'dns',
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
  const unfinished = `${path}.${process.pid}.unfinished`;
  try {
    await writeFile(unfinished, text, { mode, flag: 'wx' });
    await nameIfFree(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
};

const KEY_MODE = 0o600;
const CERT_MODE = 0o644;

/** The key first: a certificate without its key is of no use, and a key without a certificate gets one the next time. */
const writeIdentity = async (dir: string, name: string, { cert, key }: Identity): Promise<void> => {
  await writeOnce(join(dir, keyFile(name)), key, KEY_MODE);
  await writeOnce(join(dir, certFile(name)), cert, CERT_MODE);
};

/** A certificate of the folder, or a key that has none yet. */
const readIdentity = (dir: string, name: string): Partial<Identity> => {
  const cert = textOf(join(dir, certFile(name)));
  const key = textOf(join(dir, keyFile(name)));
  return { ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
};

const lacks = (dir: string, there: string, missing: string): string =>
  `${JSON.stringify(dir)} has ${there} but no ${missing}: put it back, or choose another folder`;

const parsed = <T>(path: string, parse: () => T): T => {
  try {
    return parse();
  } catch (cause) {
    throw cannot(`${JSON.stringify(path)} is neither a certificate nor a key in PEM: ${reasonOf(cause)}`);
  }
};

/** Checks that both belong together. */
const checkPair = (dir: string, name: string, { cert, key }: Identity): X509Certificate => {
  const certificate = parsed(join(dir, certFile(name)), () => new X509Certificate(cert));
  const privateKey = parsed(join(dir, keyFile(name)), () => createPrivateKey(key));
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
  const certificate = parsed(join(dir, certFile(AUTHORITY)), () => new X509Certificate(cert));
  if (!certificate.ca) throw cannot(`ca.pem in ${JSON.stringify(dir)} is no authority's certificate`);
  if (key === undefined) return { cert, isNew: false };
  checkPair(dir, AUTHORITY, { cert, key });
  if (certificate.publicKey.asymmetricKeyType !== 'ed25519') {
    throw cannot(
      `ca.key in ${JSON.stringify(dir)} is no Ed25519 key, which is all that this command signs with`,
    );
  }
  return { cert, key, isNew: false };
};

/** What is wrong with a certificate that was there, if anything is. */
const doubtOf = (
  subject: Subject,
  certificate: X509Certificate,
  authority: X509Certificate,
): string | undefined => {
  if (!certificate.verify(authority.publicKey)) return 'is not signed by this ca.pem';
  if (certificate.validToDate.getTime() < Date.now()) return `expired on ${certificate.validTo}`;
  const isMissing = ({ type, value }: Subject['names'][number]): boolean =>
    (type === 'dns' && certificate.checkHost(value) === undefined) ||
    (type === 'ip' && certificate.checkIP(value) === undefined);
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
    const authority = await authorityIn(dir);
    report[authority.isNew ? 'made' : 'kept'].push(AUTHORITY);
    const ofAuthority = new X509Certificate(authority.cert);
    const signWith = (): Identity => {
      if (authority.key !== undefined) return { cert: authority.cert, key: authority.key };
      throw cannot(lacks(dir, certFile(AUTHORITY), keyFile(AUTHORITY)));
    };
    for (const subject of subjects(wanted)) {
      const { name } = subject;
      const { cert, key } = readIdentity(dir, name);
      if (cert === undefined) {
        if (key !== undefined) parsed(join(dir, keyFile(name)), () => createPrivateKey(key));
        await writeIdentity(dir, name, await issue(signWith(), { ...subject, key }));
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
