/** What an agency signs when it has finished. Nothing is computed here: every start may load it. */
import { SIGNATURE_BYTES } from '../limits.ts';

/** That these are all of an agency's rows in a draw. */
export type UploadStatement = {
  draw: string;
  agency: number;
  count: number;
  /** CRC-32 of the rows. */
  crc: number;
  /** Their SHA-256, in hex. */
  sha: string;
};

/** Signs with the key of the agency's certificate; base64. */
export type Sign = (statement: UploadStatement) => string;

/** No field of it has a colon, so no two statements have one text. The first word says what is signed, and how. */
export const textOfStatement = ({ draw, agency, count, crc, sha }: UploadStatement): string =>
  `quiniela-done-v1:${draw}:${agency}:${count}:${crc}:${sha}`;

/** In hex. */
export const isSha256 = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The one spelling of some bytes in base64: any other one could be changed, and still say the same. */
export const isBase64 = (text: string): boolean =>
  text.length > 0 && Buffer.from(text, 'base64').toString('base64') === text;

export const isSignature = (text: string): boolean =>
  text.length <= Math.ceil(SIGNATURE_BYTES / 3) * 4 && isBase64(text);
