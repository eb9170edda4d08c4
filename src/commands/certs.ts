import { isIP } from 'node:net';
import { agencyRange } from '../config/fleet-ids.ts';
import { argument, type ValueType, wholeNumber } from '../config/values.ts';
import { makeCertificates } from '../identity/certificates.ts';
import { MOST_AGENCIES } from '../limits.ts';
import { interruption } from '../runtime/interruption.ts';
import { typed } from './typed.ts';

type CertsOptions = { agencies: string; out: string; host?: string[] };

const COUNT = wholeNumber(0, MOST_AGENCIES);

/** Numbers from 1, or as many as a draw that counts from 0 has. */
const numbers: ValueType<number[]> = {
  allowed: `${COUNT.allowed}, or a range such as 0-4`,
  parse(text) {
    const count = COUNT.parse(text);
    return count === undefined ? agencyRange.parse(text) : Array.from({ length: count }, (_, i) => i + 1);
  },
};

const LABEL = /^[\w-]{1,63}$/;
const NAME_CHARACTERS = 253;

/** What a certificate can name: of an address no interface; and what ends in a number and is no address is none. */
const serverName: ValueType<string> = {
  allowed: 'a host name or an IP address, without a port, an interface or *',
  parse(given) {
    const text = given.trim();
    if (isIP(text) !== 0) return text.includes('%') ? undefined : text;
    const labels = text.split('.');
    const isName = text.length <= NAME_CHARACTERS && labels.every((label) => LABEL.test(label));
    return isName && !/^\d+$/.test(labels.at(-1) ?? '') ? text : undefined;
  },
};

/** `1-5, 7`: long lists in few words. */
const spans = (names: readonly string[]): string => {
  const agencies = names.filter((name) => name.startsWith('agency-'));
  const others = names.filter((name) => !name.startsWith('agency-'));
  const listed =
    agencies.length > 3 ? [`${agencies[0]} to ${agencies.at(-1)} (${agencies.length})`] : agencies;
  return [...others, ...listed].join(', ');
};

/** `quiniela certs`: makes an authority for development, and certificates. @throws {UserError} if an option is bad */
export const run = async ({ agencies, out, host: hosts = [] }: CertsOptions): Promise<number> => {
  const attempt = 'cannot make certificates:';
  const { made, kept, doubts } = await makeCertificates({
    agencies: argument(`${attempt} ${typed('agencies')}`, agencies, numbers),
    dir: out,
    signal: interruption(),
    hosts: hosts.map((name) => argument(`${attempt} ${typed('host')}`, name, serverName)),
  });
  if (made.length > 0) console.log(`${out}: made ${spans(made)}; each is NAME.pem with its private NAME.key`);
  if (kept.length > 0) console.log(`${out}: kept ${spans(kept)}, as they were`);
  for (const doubt of doubts) console.log(`${out}: ${doubt}: remove it and its .key, and type this again`);
  return 0;
};
