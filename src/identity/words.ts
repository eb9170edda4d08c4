/** What is wrong with a certificate or a handshake, in words: OpenSSL has codes for it. */
import { codeOf, messageOf, UserError } from '../errors.ts';

const UNKNOWN_AUTHORITY = 'is of no authority that is known here';

/** Of the other side's certificate. */
const FLAWS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet: is the clock right?',
  CERT_SIGNATURE_FAILURE: 'is not signed by its authority',
  CERT_UNTRUSTED: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  INVALID_CA: 'is signed by what is no authority',
  INVALID_PURPOSE: 'is made for something else',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
};

/** What is wrong with a certificate, by OpenSSL's code of it: it ends a sentence that it is the subject of. */
export const flawOf = (code: string): string => FLAWS[code] ?? `is not accepted (${code})`;

/** Of the handshake: what the other side said, or did not understand. */
const FAULTS: Readonly<Record<string, string>> = {
  ERR_SSL_NO_SHARED_CIPHER: 'both have no cipher in common',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the other side wants another version than TLS 1.3',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the other side wants a certificate',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the other side offers no TLS 1.3',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS',
};

/** OpenSSL's code and words. What fails while something is written has the system's code, and a whole record as its text. */
const sslError = (error: unknown): { code: string; said: string } => {
  const code = codeOf(error) ?? '';
  const [, reason] = (code === 'EPROTO' && /:SSL routines:[^:]*:([^:]+):/.exec(messageOf(error))) || [];
  if (reason !== undefined)
    return { code: `ERR_SSL_${reason.toUpperCase().replaceAll(/\W+/g, '_')}`, said: reason };
  return {
    code,
    said: error instanceof Error && 'reason' in error ? String(error.reason) : messageOf(error),
  };
};

/** Why a handshake failed. */
export const faultOf = (error: unknown): string => {
  const { code, said } = sslError(error);
  return FAULTS[code] ?? (code.startsWith('ERR_SSL_') ? `${said} (${code})` : said);
};

/**
 * What is wrong with the other side, as who calls it sees it, that time does not mend; undefined: it may be gone soon.
 *
 * @param whom an agency calls the server
 */
export const judgementOf = (error: unknown, whom = 'server'): string | undefined => {
  if (error instanceof UserError) return error.message;
  const { code } = sslError(error);
  if (code in FLAWS) return `the ${whom}'s certificate ${flawOf(code)} (${code})`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const { reason } = error as Error & { reason?: string };
    return `the ${whom}'s certificate is not of the name that it is called by: ${reason}`;
  }
  return code.startsWith('ERR_SSL_') ? `no TLS with the ${whom}: ${faultOf(error)}` : undefined;
};
