/** An agency's own certificate, looked at before it calls: a mistake is said at once, and no server has to find it. */
import { howMany } from '../../machines/how-many.ts';
import { filesOf, type TlsFiles } from '../config/tls.ts';
import { EXPIRY_DAYS } from '../limits.ts';
import {
  type Credentials,
  CredentialsReader,
  cannotUse,
  dayOf,
  daysLeft,
  type Expiry,
  earlyWarning,
} from './credentials.ts';
import { agenciesOfNames } from './names.ts';

const whose = ([first, ...more]: readonly number[]): string => {
  if (first === undefined) return 'no agency';
  return more.length === 0 ? `agency ${first}` : `agencies ${[first, ...more].join(', ')} at once`;
};

/** The certificates of an agency, or of each of a fleet. */
export class AgencyCertificates {
  /** Of one that ends soon, or is not good yet. */
  readonly warnings: readonly string[];
  readonly #files: TlsFiles;
  readonly #reader = new CredentialsReader();
  /** When each agency's last ones end. */
  readonly #expiries = new Map<number, Expiry>();

  /**
   * @param isEcho to be echoed takes any certificate
   * @throws {UserError} `TLS` if one cannot be used, or is another agency's
   */
  constructor(files: TlsFiles, ids: readonly number[], isEcho: boolean) {
    this.#files = files;
    const early = ids.flatMap((id) => {
      const credentials = this.of(id);
      const agencies = agenciesOfNames(credentials.certificate.subjectAltName);
      if (!isEcho && (agencies.length !== 1 || agencies[0] !== id)) {
        const hint = ids.length > 1 ? '; {id} in a path stands for the number of each' : '';
        const { cert } = filesOf(files, id);
        throw cannotUse(cert, `it is of ${whose(agencies)}, not of agency ${id}${hint}`);
      }
      return earlyWarning(credentials);
    });
    this.warnings = [...early.slice(0, 1), ...endingSoon(this.#first)];
  }

  /** The files are read for each call: what has been renewed is used from the next one on. @throws {UserError} `TLS` */
  of(agency: number): Credentials {
    const credentials = this.#reader.read(filesOf(this.#files, agency));
    this.#expiries.set(agency, credentials.expiry);
    return credentials;
  }

  /** When the first of them is over. */
  get expiresAt(): Date {
    return this.#first.at;
  }

  get #first(): Expiry {
    return [...this.#expiries.values()].reduce((first, next) => (next.at < first.at ? next : first));
  }
}

const endingSoon = (expiry: Expiry): string[] => {
  const left = daysLeft(expiry);
  if (left > EXPIRY_DAYS) return [];
  const when = `on ${dayOf(expiry.at)}`;
  const how = left < 0 ? `ended ${when}` : `ends ${when}, in ${howMany(left, 'day')}`;
  return [`the certificate ${JSON.stringify(expiry.file)} ${how}`];
};
