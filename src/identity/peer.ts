/** Who is at the other end of a TLS connection, as its certificate says. */
import type { TLSSocket } from 'node:tls';
import type { Identity } from '../../machines/vocabulary/identity.ts';
import { agencyOfNames } from './names.ts';
import { flawOf } from './words.ts';

/**
 * What OpenSSL thinks of the certificate. Node asks for it in the same way and has no public name for it if a socket that
 * was accepted elsewhere is secured; without it nobody is let in, as this throws.
 */
type Verifying = TLSSocket & {
  readonly ssl: { verifyError(): (Error & { code: string }) | null | undefined };
};

/** Its certificate, DER in base64. */
export const certificateOfPeer = (socket: TLSSocket): string | undefined =>
  socket.getPeerX509Certificate()?.raw.toString('base64');

/** `refused` is why the certificate is not accepted. */
export const peerOf = (socket: TLSSocket): { identity: Identity } | { refused: string } => {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return { refused: 'no certificate was shown' };
  const error = (socket as Verifying).ssl.verifyError();
  return error
    ? { refused: `the certificate ${flawOf(error.code)}` }
    : { identity: agencyOfNames(certificate.subjectAltName) ?? 'nobody' };
};
