/** Why an engine will never take us: asking again mends nothing. */
import { codeOf, messageOf, UserError } from '../errors.ts';
import { judgementOf } from '../identity/words.ts';
import { errors } from './packages.ts';

/** A user who lacks a permission, by an error or what it wraps; undefined: it is another one. */
export function notAllowed(error: unknown): UserError | undefined {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!(inner instanceof errors.PermissionViolationError)) return undefined;
  const what = `cannot use the engine of STORE_URL: ${inner.message}`;
  return new UserError('STORE_CREDS', `${what}; its user must be allowed to`, { cause: error });
}

/** Undefined: it may work soon. */
export function refusalOf(error: unknown): UserError | undefined {
  const because = (name: string, why: string): UserError =>
    new UserError(name, `cannot connect to the engine of STORE_URL: ${why}`, { cause: error });
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError) {
    return because('STORE_CREDS', `${messageOf(error)}; STORE_CREDS must be credentials that it knows`);
  }
  if (messageOf(error).includes("does not support 'tls'")) {
    return because('STORE_URL', 'it does not speak TLS; tls:// and STORE_CA are for one that does');
  }
  // What it says of our certificate. Others are about its own.
  const code = codeOf(error) ?? '';
  if (code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')
    return because('STORE_CERT', 'it asks for a certificate; STORE_CERT and STORE_KEY name ours');
  if (/_ALERT_(.*CERTIFICATE|UNKNOWN_CA)/.test(code)) {
    const allowed = 'it must be of an authority that it knows, in its time, and made for clients';
    return because('STORE_CERT', `it does not take the certificate of STORE_CERT (${code}); ${allowed}`);
  }
  const judgement = judgementOf(error, 'engine');
  return judgement === undefined
    ? undefined
    : because('STORE_CA', `${judgement}; STORE_CA names the certificate of its authority`);
}
