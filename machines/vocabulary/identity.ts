/** Who a peer is. `anybody`: no certificate is asked for, so it is whoever it says. Else the agency that its certificate
 * names, or `nobody`, such as a health check. */
export type Identity = 'anybody' | 'nobody' | number;

/** What the server's keeper of certificates tells: `file` is the one that expires first. */
export type CertificatesEvent =
  | { type: 'certificates.loaded'; file: string; expires: string; daysLeft: number }
  /** The new ones cannot be used: the old ones stay. */
  | { type: 'certificates.kept'; reason: string };

export type CertificatesCommand = { type: 'certificates.load' };
