/**
 * When what we show an engine of ourselves is over. Our files say so: an engine that ends a connection for it often closes
 * before its reason can be read, and whoever comes back is only unknown to it.
 */
import type { EngineFiles } from '../config/store.ts';
import { UserError } from '../errors.ts';
import { authoritiesIn, dayOf, daysLeft, type Expiry } from '../identity/credentials.ts';
import { certificatesIn, readPem } from '../identity/pem.ts';
import { readRegularSync } from '../input/regular-file.ts';
import { EXPIRY_DAYS } from '../limits.ts';

/** Milliseconds since 1970 at which a JWT of NATS ends; undefined: it has no end, or is none. */
function endOfCreds(text: string): number | undefined {
  const [, claims = ''] = /^[\w-]+\.([\w-]+)\.[\w-]+\s*$/m.exec(text) ?? [];
  try {
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp?: unknown };
    return typeof exp === 'number' && exp > 0 ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}

const READERS = {
  creds: { name: 'STORE_CREDS', endIn: (path: string) => endOfCreds(readRegularSync(path)) },
  cert: {
    name: 'STORE_CERT',
    endIn: (path: string) => certificatesIn(readPem(path)).all[0].validToDate.getTime(),
  },
  ca: { name: 'STORE_CA', endIn: (path: string) => authoritiesIn(readPem(path)).end },
} as const;

type Ending = Expiry & { name: string };

/** Of each file that has an end. One that cannot be read is being renewed. */
function endingsOf(files: EngineFiles): Ending[] {
  const found: Ending[] = [];
  for (const [field, { name, endIn }] of Object.entries(READERS)) {
    const file = files[field as keyof typeof READERS];
    if (file === undefined) continue;
    try {
      const end = endIn(file);
      if (end !== undefined) found.push({ name, file, at: new Date(end) });
    } catch {}
  }
  return found;
}

const secondOf = (at: Date): string => `${dayOf(at)} at ${at.toISOString().slice(11, 19)} UTC`;

/** What is over, as the reason why an engine will not have us. @param ahead milliseconds that its clock may be ahead of ours */
export function endedOf(files: EngineFiles, ahead = 0): UserError | undefined {
  const over = endingsOf(files).find(({ at }) => at.getTime() <= Date.now() + ahead);
  if (over === undefined) return undefined;
  const { name, file, at } = over;
  return new UserError(name, `cannot use ${name} ${JSON.stringify(file)}: it ended on ${secondOf(at)}`);
}

/** When the first of it is over, as the files are now; undefined: nothing of it ends. */
export function firstEnd(files: EngineFiles): Date | undefined {
  const [first] = endingsOf(files).sort((a, b) => a.at.getTime() - b.at.getTime());
  return first?.at;
}

/** To be said while there is time to renew it. */
export const endingSoon = (files: EngineFiles): string[] =>
  endingsOf(files)
    .filter((ending) => daysLeft(ending) <= EXPIRY_DAYS)
    .map(({ name, file, at }) => `${name} ${JSON.stringify(file)} ends on ${secondOf(at)}`);
