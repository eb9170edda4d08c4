/** Which characters a file's bytes are. */
import { isAscii, isUtf8 } from 'node:buffer';
import { CR, LF } from '../bytes.ts';
import type { Encoding } from './form.ts';

/** Of Windows-1252, all bytes below as its characters. */
const ACCENTS = /[\xc0-\xff]/g;

/** Signs beside a letter that names do have: `Mª`, `O’Higgins`, `Gal·la`, a space that does not break. */
const USUAL =
  /[\xaa\xba](?![a-z])|[\x91\x92\x96\x97\xb4](?=[A-Z\xc0-\xde])|\xa0(?![a-z\xdf-\xff])|(?<=[lL])\xb7(?=[lL])/;
const SIGN = `(?!${USUAL.source})[\\x80-\\xbf]`;

/**
 * What no name of Windows-1252 has: other signs beside a letter, an accent in small between capitals that is none of
 * Spanish (as `GARCêA`, which Mac Roman wrote), six accents in a row, as whole words of Greek and Cyrillic are.
 */
const STRANGE = new RegExp(
  `(?<=[A-Za-z])${SIGN}|${SIGN}(?=[A-Za-z])|(?<=[A-Z])[^\\x00-\\xdf\xe1\xe9\xed\xf3\xfa\xf1\xfc](?=[A-Z])|[\\xc0-\\xff]{6,}`,
  'g',
);

/**
 * A word without a letter of ASCII: short names of Greek, Cyrillic, Hebrew, Arabic, Thai, Chinese, Japanese and Korean
 * are so in their encodings; one letter again and again is none of them. (A space that does not break stands between words.)
 */
const WORD = /(?<![A-Za-z\x80-\xff])(?!\xa0)(?!(.)\1+(?![\x80-\xff]))[\x80-\xff]{2,}(?![A-Za-z\x80-\xff])/g;

/** Characters of UTF-8 in a line that is none as a whole: a name that was cut, or halves of a character as Java and MySQL
 * write them. In names of Windows-1252 such bytes do not stand side by side. */
const OF_UTF8 = /[\xc2-\xdf][\x80-\x9f\xa1-\xbf]|[\xe0-\xef](?!\xa0\xa0)[\x80-\xbf]{2}/;

/** Accents for each strange character of a file that is Windows-1252 all the same: single rows may be damaged. */
const ACCENTS_A_STRANGE = 6;

/** UTF-16 without a BOM: of its rows nearly every character is ASCII, so every other byte is 0. */
export const utf16Of = (head: Buffer): Encoding | undefined => {
  const zeros = [0, 0] as [even: number, odd: number];
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at & 1]!++;
  const pairs = head.length / 2;
  const [even, odd] = zeros;
  if (odd > 0.8 * pairs && even < 0.05 * pairs) return 'utf-16le';
  return even > 0.8 * pairs && odd < 0.05 * pairs ? 'utf-16be' : undefined;
};

/** Takes a whole file of one byte a character or more, and tells UTF-8 from Windows-1252. */
export class ByteTally {
  /** What may be the beginning of a character that goes on in the next chunk. */
  #rest: Buffer = Buffer.alloc(0);
  /** Lines with accents that are UTF-8, and that are not. */
  #utf8 = 0;
  #other = 0;
  /** Of the latter: those that have characters of UTF-8 all the same. */
  #torn = 0;
  /** Of the latter: what would be accents in Windows-1252, and what stands in none of its names. */
  #accents = 0;
  #strange = 0;

  push(chunk: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    // Any ASCII byte is a safe place to cut.
    let cut = bytes.length;
    while (cut > 0 && bytes[cut - 1]! >= 0x80) cut--;
    if (cut === 0) cut = bytes.length;
    this.#rest = Buffer.from(bytes.subarray(cut));
    this.#add(bytes.subarray(0, cut));
  }

  /** There is no more: what goes on nowhere is no character. */
  end(): void {
    this.#add(this.#rest);
  }

  /** `utf-8` also for a mixture of both: its bad rows are told one by one; undefined if it is neither. */
  get encoding(): Encoding | undefined {
    if (this.#utf8 > 0 || 2 * this.#torn >= this.#other) return 'utf-8';
    return this.#strange * ACCENTS_A_STRANGE <= this.#accents ? 'windows-1252' : undefined;
  }

  #add(bytes: Buffer): void {
    if (isAscii(bytes)) return;
    if (isUtf8(bytes)) {
      this.#utf8++;
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      let to = from;
      while (to < bytes.length && bytes[to] !== LF && bytes[to] !== CR) to++;
      this.#addLine(bytes.subarray(from, to));
      from = to + 1;
    }
  }

  #addLine(line: Buffer): void {
    if (isAscii(line)) return;
    if (isUtf8(line)) {
      this.#utf8++;
      return;
    }
    this.#other++;
    const text = line.toString('latin1');
    this.#accents += text.match(ACCENTS)?.length ?? 0;
    if (OF_UTF8.test(text)) this.#torn++;
    this.#strange += lengthOf(text.match(STRANGE)) + lengthOf(text.match(WORD));
  }
}

const lengthOf = (pieces: readonly string[] | null): number => pieces?.join('').length ?? 0;
