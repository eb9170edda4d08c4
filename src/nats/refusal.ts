/** Why an engine will never take us: asking again mends nothing. */
import { X509Certificate } from 'node:crypto';
import { messageOf, UserError } from '../errors.ts';
import { judgementOf } from '../identity/words.ts';
import { type Authenticator, credsAuthenticator, errors } from './packages.ts';

/** @throws UserError STORE_CREDS if these are no credentials */
export function authenticatorOf(creds: Uint8Array): Authenticator {
  const authenticator = credsAuthenticator(creds);
  try {
    authenticator('any challenge');
  } catch (cause) {
    const what = `cannot use the file of STORE_CREDS: ${messageOf(cause)}`;
    const allowed = 'it must hold a JWT and the seed of its key, each between two lines of dashes';
    throw new UserError('STORE_CREDS', `${what}; ${allowed}`, { cause });
  }
  return authenticator;
}

/** @throws UserError STORE_CA if this is no certificate */
export function expectAuthority(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    const what = `cannot use the file of STORE_CA: ${messageOf(cause)}; it must hold a certificate as PEM`;
    throw new UserError('STORE_CA', what, { cause });
  }
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
  const judgement = judgementOf(error, 'engine');
  return judgement === undefined
    ? undefined
    : because('STORE_CA', `${judgement}; STORE_CA names the certificate of its authority`);
}
