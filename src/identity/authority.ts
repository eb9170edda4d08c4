/** A certificate authority for development and tests: Ed25519 keys, certificates that `openssl verify` accepts. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { AUTHORITY_DAYS, CERTIFICATE_DAYS, CLOCK_SKEW_MS } from '../limits.ts';

cryptoProvider.set(webcrypto as Crypto);

const ALGORITHM = { name: 'Ed25519' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate and its private key, both as PEM. */
export type Identity = Readonly<{ cert: string; key: string }>;

export type Validity = { notBefore: Date; notAfter: Date };

export type Subject = {
  /** The common name, for people. */
  name: string;
  /** Who may be called (a server), or who calls (an agency, a health check). */
  role: 'server' | 'client';
  names: readonly JsonGeneralName[];
  /** Its PKCS #8 key as PEM; a new one unless given. */
  key?: string | undefined;
  /** CERTIFICATE_DAYS from now on unless given. */
  validity?: Validity | undefined;
};

/** From a little before now, as clocks differ, for so many days. */
const validFor = (days: number): Validity => ({
  notBefore: new Date(Date.now() - CLOCK_SKEW_MS),
  notAfter: new Date(Date.now() + days * DAY_MS),
});

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const pemOf = (key: webcrypto.CryptoKey): string =>
  String(KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }));

/** Both halves, of the private one. */
const keysOf = async (pem: string): Promise<webcrypto.CryptoKeyPair> => {
  const privateKey = createPrivateKey(pem);
  return {
    privateKey: privateKey.toCryptoKey(ALGORITHM, true, ['sign']),
    publicKey: createPublicKey(privateKey).toCryptoKey(ALGORITHM, true, ['verify']),
  };
};

/** 127 random bits: no two certificates of an authority have the same, and the first bit says that it is positive. */
const serialNumber = (): string => {
  const bytes = randomBytes(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('hex');
};

/** Makes a new authority, good for AUTHORITY_DAYS from now on unless told. */
export const makeAuthority = async (
  name = 'Quiniela development CA',
  validity = validFor(AUTHORITY_DAYS),
): Promise<Identity> => {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...validity,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n`, key: pemOf(keys.privateKey) };
};

/** Makes a certificate that the authority vouches for. */
export const issue = async (authority: Identity, subject: Subject): Promise<Identity> => {
  const keys = subject.key === undefined ? await newKeys() : await keysOf(subject.key);
  const issuer = new X509Certificate(authority.cert);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject.name] }],
    issuer: issuer.subjectName,
    ...(subject.validity ?? validFor(CERTIFICATE_DAYS)),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: createPrivateKey(authority.key).toCryptoKey(ALGORITHM, true, ['sign']),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      // An agency also signs that it has finished: it cannot deny it later.
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
      new ExtendedKeyUsageExtension([
        subject.role === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
      ]),
      new SubjectAlternativeNameExtension([...subject.names]),
      // Two authorities may have the same name, as an old one and the next: by their keys they are told apart.
      await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n`, key: subject.key ?? pemOf(keys.privateKey) };
};
