/** Signatures of statements, and the hash of rows that they speak of. */
import {
  createHash,
  type Hash,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
  X509Certificate,
} from 'node:crypto';
import type { Proof } from '../../machines/vocabulary/draw.ts';
import { CERTIFICATE_BYTES } from '../limits.ts';
import { isBase64, isSignature, type Sign, textOfStatement, type UploadStatement } from './statement.ts';

/** SHA-256 of an agency's rows, as they come. */
export const newDigest = (): Hash => createHash('sha256');

/** Keys of Edwards curves hash by themselves; with the others it is SHA-256. */
const hashFor = ({ asymmetricKeyType }: KeyObject): 'sha256' | null =>
  asymmetricKeyType === 'ed25519' || asymmetricKeyType === 'ed448' ? null : 'sha256';

/** Signs with the private key of a certificate. */
export const signWith =
  (key: KeyObject): Sign =>
  (statement) =>
    signBytes(hashFor(key), Buffer.from(textOfStatement(statement)), key).toString('base64');

/** The certificate of a proof. @throws Error if it is none, or not spelt as it would be written */
export const certificateOf = ({ certificate }: Pick<Proof, 'certificate'>): X509Certificate => {
  if (certificate.length > Math.ceil(CERTIFICATE_BYTES / 3) * 4) {
    throw new Error(`it has over ${CERTIFICATE_BYTES} bytes, which is all that is kept`);
  }
  const read = new X509Certificate(Buffer.from(certificate, 'base64'));
  if (!isBase64(certificate) || read.raw.toString('base64') !== certificate) {
    throw new Error('it is not spelt as a certificate');
  }
  return read;
};

/** Whether the key of this certificate signed the statement. */
export const isSignedWith = (
  { publicKey }: Pick<X509Certificate, 'publicKey'>,
  statement: UploadStatement,
  signature: string,
): boolean => {
  if (!isSignature(signature)) return false;
  const text = Buffer.from(textOfStatement(statement));
  return verifyBytes(hashFor(publicKey), text, publicKey, Buffer.from(signature, 'base64'));
};
