/** What a file of STORE_CREDS may hold: who we are, in any of the ways in which an engine can ask. */
import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from './packages.ts';

export const A_CREDS_FILE =
  'it must hold a JWT and the seed of its key, each between two lines of dashes; or, alone in one line, the seed of an NKey, user:password, or a token';

const SEED = /^\s*SU[A-Z2-7]+\s*$/m;

/** @throws Error saying what is wrong with it; the client's, of a JWT or a seed */
export function authenticatorIn(text: string): Authenticator {
  const [seed] = SEED.exec(text) ?? [];
  const isAlone = seed !== undefined && !text.includes('NATS USER JWT');
  if (isAlone) return nkeyAuthenticator(Buffer.from(seed.trim()));
  // Or the beginning of such a file.
  if (/^--|-BEGIN NATS USER JWT-/.test(text)) return credsAuthenticator(Buffer.from(text));
  const [line = '', ...more] = text.replace(/^\uFEFF|\r?\n$/g, '').split('\n');
  if (more.length > 0) throw new Error('it has several lines, and none is a seed');
  if (line === '') throw new Error('it is empty');
  const colon = line.indexOf(':');
  return colon < 0
    ? tokenAuthenticator(line)
    : usernamePasswordAuthenticator(line.slice(0, colon), line.slice(colon + 1));
}
