/**
 * The hot loop: checks the five fields that a person fills in, and copies them, without making an object. To split a bet
 * into strings and check these takes several times as long: see docs/performance.md.
 *
 * Nearly every bet is plain: its wire form, its line in an agency's file and its row in bets.csv are the same bytes.
 * Other code, which can tell why, takes what is not plain (quotes, escapes, leading zeros) or not valid.
 */

import { APOSTROPHE, COMMA, DEL, PERCENT, QUOTE, SEMICOLON, SPACE, ZERO } from '../bytes.ts';
import { NAME_BYTES } from '../limits.ts';
import { isRealDate } from '../lottery/rules.ts';

/** A buffer, and a view of the same bytes, four at a time: a loop over bytes is slower (see docs/performance.md), and
 * a native call is dear for so few. */
export type Viewed = { bytes: Buffer; words: DataView };

export const viewed = (bytes: Buffer): Viewed => ({
  bytes,
  words: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

/** Copies `from[start, end)`, four bytes or more, to `to[at, …)`. The last word may overlap the one before it. */
export const copyWords = (from: DataView, start: number, end: number, to: DataView, at: number): void => {
  const shift = at - start;
  const last = end - 4;
  for (let i = start; i < last; i += 4) to.setInt32(i + shift, from.getInt32(i));
  to.setInt32(last + shift, from.getInt32(last));
};

/** Bytes after the names: `12345678,2000-01-31,7`. */
const SHORTEST_TAIL = 21;

/** Bytes of `12345678,2000-01-31,`: five words. */
const FIXED_TAIL = 20;

/** 1 for bytes that stand for themselves in a name in every form: no separators, no `"` or `%`, no controls. */
const PLAIN = new Uint8Array(256).fill(1);
PLAIN.fill(0, 0, SPACE);
for (const byte of [QUOTE, PERCENT, COMMA, SEMICOLON, DEL]) PLAIN[byte] = 0;
// Few names have these, but all that a file's reader refuses have one: signs (`“`, `´`), U+FFFD, the `Ã` of what was
// encoded twice.
for (const byte of [0xc2, 0xe2, 0xef, 0x83]) PLAIN[byte] = 0;
// … or an escape of another format: `&eacute;`, `=C3`, `\\u00e9`, `+AOk-`, `~{`, `#N/A`; or a `?` for what it lacks; or
// what stands before a line that some program has shown: `12:`, `>`.
for (const character of '&=\\+~#?:<>') PLAIN[character.charCodeAt(0)] = 0;

/** The position after the comma that ends the name at `at`, or -1 if there is no plain name. */
const nameEnd = (bytes: Buffer, at: number, to: number): number => {
  // Perhaps the file quotes its names with these.
  if (bytes[at] === APOSTROPHE) return -1;
  const stop = Math.min(at + NAME_BYTES + 1, to);
  let end = at;
  while (end < stop && PLAIN[bytes[end] ?? 0] === 1) end++;
  return end > at && end < stop && bytes[end] === COMMA ? end + 1 : -1;
};

/** The position after the 1 to `digits` digits at `start`, or -1 if there are none, or a leading zero. */
const numberEnd = (bytes: Buffer, start: number, to: number, digits: number): number => {
  const stop = Math.min(start + digits, to);
  let at = start;
  for (; at < stop; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > ZERO + 9) break;
  }
  return at === start || (bytes[start] === ZERO && at - start > 1) ? -1 : at;
};

/**
 * Where the `first,last,document,birthdate,number` at `bytes[at, to)` ends, so that the caller sees what follows, or -1
 * if it is not plain or not valid; any number of up to `digits` digits is valid. Does not check that the names are
 * UTF-8: one `isUtf8` for the whole line is cheaper.
 */
export const plainBetEnd = ({ bytes, words }: Viewed, at: number, to: number, digits: number): number => {
  const lastName = nameEnd(bytes, at, to);
  const tail = lastName === -1 ? -1 : nameEnd(bytes, lastName, to);
  if (tail === -1 || to - tail < SHORTEST_TAIL) return -1;

  // `1234` `5678` `,200` `0-01` `-31,`: at a digit's place the digit's value is left, at a separator's place 0.
  const d0 = words.getInt32(tail) ^ 0x30303030;
  const d1 = words.getInt32(tail + 4) ^ 0x30303030;
  const d2 = words.getInt32(tail + 8) ^ 0x2c303030;
  const d3 = words.getInt32(tail + 12) ^ 0x302d3030;
  const d4 = words.getInt32(tail + 16) ^ 0x2d30302c;
  if (((d0 | d1 | d2 | d3 | d4) & 0xf0f0f0f0) !== 0) return -1;
  // Adding 6 carries 10 to 15 into the upper half of their byte.
  const carried =
    (d0 + 0x06060606) | (d1 + 0x06060606) | (d2 + 0x06060606) | (d3 + 0x06060606) | (d4 + 0x06060606);
  if ((carried & 0xf0f0f0f0) !== 0) return -1;
  if ((d2 & 0x0f000000) !== 0 || (d3 & 0x000f0000) !== 0 || (d4 & 0x0f00000f) !== 0) return -1;
  const year = 1000 * (d2 >> 16) + 100 * ((d2 >> 8) & 15) + 10 * (d2 & 15) + (d3 >> 24);
  const month = 10 * ((d3 >> 8) & 15) + (d3 & 15);
  const day = 10 * (d4 >> 16) + ((d4 >> 8) & 15);
  if (!isRealDate(year, month, day)) return -1;
  return numberEnd(bytes, tail + FIXED_TAIL, to, digits);
};
