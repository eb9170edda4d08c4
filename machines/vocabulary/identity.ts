/** Who a peer is: `anybody` if no certificate is asked for, so who it says it is; else the agency that its certificate
 * names, or `nobody`, as a health check is. */
export type Identity = 'anybody' | 'nobody' | number;

/** What the server's keeper of certificates tells: `file` is the one that expires first. */
export type CertificatesEvent =
  | { type: 'certificates.loaded'; file: string; expires: string; daysLeft: number }
  /** The new ones are of no use: those that were there stay. */
  | { type: 'certificates.kept'; reason: string };

export type CertificatesCommand = { type: 'certificates.load' };
