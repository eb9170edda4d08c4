/** Whether an agency has signed what it uploaded. */
import type { Hash } from 'node:crypto';
import type { Proof } from '../../machines/vocabulary/draw.ts';
import { messageOf } from '../errors.ts';
import { agencyOfNames } from '../identity/names.ts';
import { certificateOf, isSignedWith, newDigest } from '../identity/proof.ts';
import type { UploadStatement } from '../identity/statement.ts';
import type { Upload } from './upload.ts';

/** How signatures are checked. */
export type Proofs = {
  /** A DONE must be signed. */
  isAsked: boolean;
  /** Takes in an agency's rows. Undefined if they are not at hand: `verify` holds what was signed to them later. */
  newDigest?: () => Hash;
  /** What is wrong with it, undefined if nothing is. */
  whyWrong(statement: UploadStatement, proof: Proof): string | undefined;
};

/** Is the certificate this agency's, and has its key signed that? TLS, or `verify`, checks which authority vouches for it. */
export const whyWrong = (statement: UploadStatement, proof: Proof): string | undefined => {
  try {
    const certificate = certificateOf(proof);
    const named = agencyOfNames(certificate.subjectAltName);
    if (named !== statement.agency)
      return `the certificate is ${named === undefined ? "no agency's" : `agency ${named}'s`}`;
    return isSignedWith(certificate, statement, proof.signature)
      ? undefined
      : "the signature is not its certificate's";
  } catch (error) {
    return `the certificate cannot be read: ${messageOf(error)}`;
  }
};

export const PROOFS: Proofs = { isAsked: true, newDigest, whyWrong };

/** For a log that servers share: it holds what was signed, if it was, so every reader comes to the same result. */
export const PROOFS_OF_LOG: Proofs = { isAsked: false, whyWrong };

export const notSigned = (agency: number): string => `DONE of agency ${agency} is not signed`;

/** Why a DONE with the right count and CRC is refused for its signature; undefined: none is needed, or it is right. */
export const whyNotProven = (
  proofs: Proofs | undefined,
  draw: string,
  upload: Upload,
  proof: Proof | undefined,
): string | undefined => {
  if (!proofs) return undefined;
  const { agency, stored: count, crc } = upload;
  if (!proof) return proofs.isAsked ? notSigned(agency) : undefined;
  const sha = upload.sha() ?? proof.sha;
  if (proof.sha !== sha) return `agency ${agency} signs SHA-256 ${proof.sha}, its stored bets have ${sha}`;
  const why = proofs.whyWrong({ draw, agency, count, crc, sha }, proof);
  return why === undefined ? undefined : `DONE of agency ${agency}: ${why}`;
};
