/** Who vouches for a certificate. */
import type { X509Certificate } from 'node:crypto';
import { reasonOf, UserError } from '../errors.ts';
import { certificatesIn, readPem, subjectOf } from './pem.ts';

/**
 * The authorities of a file: one certificate or more, in PEM.
 *
 * @throws {UserError} `CERTIFICATES` if it cannot be read, or holds anything but certificates of authorities
 */
export const readAuthorities = (path: string): readonly X509Certificate[] => {
  const cannot = (why: string, cause?: unknown) =>
    new UserError(
      'CERTIFICATES',
      `cannot read the authorities' certificates of ${JSON.stringify(path)}: ${why}`,
      { cause },
    );
  let authorities: readonly X509Certificate[];
  try {
    authorities = certificatesIn(readPem(path)).all;
  } catch (cause) {
    throw cannot(reasonOf(cause), cause);
  }
  const other = authorities.find(({ ca }) => !ca);
  if (other) throw cannot(`${subjectOf(other)} is no authority`);
  return authorities;
};

/** Somebody else wrote it: it may be no date. */
const day = (date: Date): string =>
  Number.isNaN(date.getTime()) ? 'a day that is none' : date.toISOString().slice(0, 10);

/** Why a certificate was not good at a time; undefined: it was. */
const whyNotValid = ({ validFromDate, validToDate }: X509Certificate, at: Date): string | undefined => {
  if (validFromDate <= at && at <= validToDate) return undefined;
  return `is good from ${day(validFromDate)} to ${day(validToDate)}, not on ${day(at)}`;
};

/**
 * Why none of the authorities vouched for a certificate at a time; undefined: one of them did. Whoever signed it must be
 * among them: there is nobody in between.
 */
export const whyNotTrusted = (
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  at: Date,
): string | undefined => {
  const issuer = authorities.find(
    (authority) => certificate.checkIssued(authority) && certificate.verify(authority.publicKey),
  );
  if (!issuer)
    return `the certificate of ${subjectOf(certificate)} is not signed by ${authorities.map(subjectOf).join(' or ')}`;
  const [own, its] = [whyNotValid(certificate, at), whyNotValid(issuer, at)];
  if (own !== undefined) return `the certificate of ${subjectOf(certificate)} ${own}`;
  return its === undefined ? undefined : `the certificate of ${subjectOf(issuer)} ${its}`;
};
