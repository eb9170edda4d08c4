/** An agency's own certificate, looked at before it calls: a mistake is said at once, and no server has to find it. */
import { filesOf, type TlsFiles } from '../config/tls.ts';
import { UserError } from '../errors.ts';
import { EXPIRY_DAYS } from '../limits.ts';
import { daysLeft, type Expiry, readCredentials } from './credentials.ts';
import { agencyOfNames } from './names.ts';

/**
 * Reads the certificates of an agency, or of each of a fleet.
 *
 * @param isEcho to be echoed takes any certificate
 * @returns a warning if one ends soon
 * @throws {UserError} `TLS` if one cannot be used, or is another agency's
 */
export const checkCertificates = (files: TlsFiles, ids: readonly number[], isEcho: boolean): string[] => {
  const expiries = ids.map((id): Expiry => {
    const own = filesOf(files, id);
    const { certificate, expiry } = readCredentials(own);
    const agency = agencyOfNames(certificate.subjectAltName);
    if (!isEcho && agency !== id) {
      const whose = agency === undefined ? 'no agency' : `agency ${agency}`;
      const hint = ids.length > 1 ? '; {id} in a path stands for the number of each' : '';
      throw new UserError(
        'TLS',
        `cannot use ${JSON.stringify(own.cert)} for TLS: it is of ${whose}, not of agency ${id}${hint}`,
      );
    }
    return expiry;
  });
  const [first] = expiries.sort((one, other) => one.at.getTime() - other.at.getTime());
  const left = first && daysLeft(first);
  if (first === undefined || left === undefined || left > EXPIRY_DAYS) return [];
  const when = `on ${first.at.toISOString().slice(0, 10)}`;
  const how = left < 0 ? `ended ${when}` : `ends ${when}, in ${left} days`;
  return [`the certificate ${JSON.stringify(first.file)} ${how}`];
};
