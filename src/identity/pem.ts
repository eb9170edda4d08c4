/** PEM files as people have them: what is in one, or why it is of no use, in a sentence that says what "it" is. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '../errors.ts';
import { readRegularSync } from '../input/regular-file.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const KEY_BEGIN = /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/;
const KEY = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[^-]+-----END \1-----/;
const OF_SSH = '-----BEGIN OPENSSH PRIVATE KEY-----';
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

const CUT_SHORT = 'it ends in the middle: is it still being written?';

const LABEL = /-----BEGIN [^-]+-----/;
/** OpenSSL takes lines of base64 and nothing else. */
const IN_LINES = /^-----BEGIN [^-]+-----\s*\n(?:[A-Za-z\d+/=]+[ \t\r]*\n)+-----END /;
const NOT_IN_LINES = 'its lines are not those of PEM: is it indented, or all on one line?';

/** What a file is instead of what it should begin with. */
const insteadOf = (begin: string, text: string): string => {
  const [other] = LABEL.exec(text) ?? [];
  return other === undefined
    ? `nothing in it begins with ${begin}`
    : `it begins with ${other}, not with ${begin}`;
};

/** The file's text. @throws Error saying what it is instead; the system's error */
export const readPem = (path: string): string => {
  const text = readRegularSync(path);
  if (text.includes('-\0-')) throw new Error('it is UTF-16, and PEM is ASCII: save it as that, or as UTF-8');
  if (text.includes('\0')) throw new Error('it is binary, as DER or PKCS #12: openssl makes PEM of it');
  return text;
};

/** Its subject on one line. */
export const subjectOf = ({ subject }: X509Certificate): string => subject.replaceAll('\n', ', ');

export type Certificates = Readonly<{
  /** Those of the file, and nothing that stood around them. */
  pem: string;
  /** At least one. */
  all: readonly [X509Certificate, ...X509Certificate[]];
}>;

/** @throws Error saying what is wrong with it */
export const certificatesIn = (text: string): Certificates => {
  const begun = text.split(BEGIN).length - 1;
  if (begun === 0) throw new Error(`it is no certificate in PEM: ${insteadOf(BEGIN, text)}`);
  const blocks = text.match(CERTIFICATE) ?? [];
  // As if the rest had never been there: an authority that is left out refuses whoever it vouches for.
  if (blocks.length < begun) throw new Error(CUT_SHORT);
  const [first, ...others] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      const why = IN_LINES.test(block) ? messageOf(error) : NOT_IN_LINES;
      throw new Error(`its certificate ${index + 1} is none: ${why}`, { cause: error });
    }
  });
  if (!first) throw new Error(CUT_SHORT);
  return { pem: blocks.join('\n'), all: [first, ...others] };
};

/** @throws Error saying what is wrong with it */
export const privateKeyIn = (text: string): { pem: string; key: KeyObject } => {
  if (ENCRYPTED.test(text)) {
    throw new Error(
      'it is encrypted, and there is nobody to ask for its passphrase: openssl pkey takes it off',
    );
  }
  if (!KEY_BEGIN.test(text)) {
    throw new Error(`it is no private key in PEM: ${insteadOf('-----BEGIN PRIVATE KEY-----', text)}`);
  }
  if (text.includes(OF_SSH)) {
    throw new Error('it is a key in the form of OpenSSH, which TLS cannot use: openssl genpkey makes one');
  }
  const [pem] = KEY.exec(text) ?? [];
  if (pem === undefined) throw new Error(CUT_SHORT);
  try {
    return { pem, key: createPrivateKey(pem) };
  } catch (error) {
    const why = IN_LINES.test(pem) ? messageOf(error) : NOT_IN_LINES;
    throw new Error(`it is no private key in PEM: ${why}`, { cause: error });
  }
};
