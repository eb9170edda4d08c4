/** What a certificate says that its owner is, in its subject's alternative names. */

const AGENCY = 'quiniela:agency:';

/** The URI of an agency. */
export const agencyUri = (agency: number): string => `${AGENCY}${agency}`;

/** The URI of who only asks whether the server is there. */
export const HEALTH_URI = 'quiniela:health';

/** One name of Node's list: its kind, then its text, which stands in quotes if it could be read as two. */
const NAME = /(?:^|, )([\w ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?=, |$)/y;

/** The URIs of a list such as `DNS:server, URI:quiniela:agency:7`; none if any part of it is odd. */
export const urisOf = (subjectAltName: string): string[] => {
  const uris: string[] = [];
  NAME.lastIndex = 0;
  while (NAME.lastIndex < subjectAltName.length) {
    const [, kind, text = ''] = NAME.exec(subjectAltName) ?? [];
    if (kind === undefined) return [];
    if (kind === 'URI') uris.push(text);
  }
  return uris;
};

/**
 * The agencies that a certificate names; none if one of its names is odd.
 *
 * @param subjectAltName as Node's X509Certificate has it
 */
export const agenciesOfNames = (subjectAltName = ''): number[] => {
  const numbers = urisOf(subjectAltName)
    .filter((text) => text.startsWith(AGENCY))
    .map((text) => text.slice(AGENCY.length));
  return numbers.every((number) => /^(?:0|[1-9]\d{0,4})$/.test(number)) ? numbers.map(Number) : [];
};

/** The agency that it names; undefined if that is none, or more than one. */
export const agencyOfNames = (subjectAltName?: string): number | undefined => {
  const [agency, ...more] = agenciesOfNames(subjectAltName);
  return more.length === 0 ? agency : undefined;
};
