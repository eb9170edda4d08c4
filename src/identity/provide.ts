/** Certificates for who asks for TLS and has none: made if they are missing, looked at if they are there. */
import { UserError } from '../errors.ts';
import { type CertificatesMade, makeCertificates } from './certificates.ts';

/**
 * @param what what cannot be done without them: `run the demo`
 * @throws {UserError} `CERTIFICATES`
 */
export const provideCertificates = async (
  what: string,
  dir: string,
  agencies: number,
): Promise<CertificatesMade> => {
  const numbers = Array.from({ length: agencies }, (_, index) => index + 1);
  const report = await makeCertificates({ dir, agencies: numbers });
  const [doubt] = report.doubts;
  if (doubt === undefined) return report;
  throw new UserError(
    'CERTIFICATES',
    `cannot ${what}: in ${JSON.stringify(dir)}, ${doubt}: remove it and its .key, and type this again`,
  );
};
