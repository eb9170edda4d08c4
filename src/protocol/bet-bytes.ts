/**
 * The hot loop: checks the five fields that a person fills in and copies them, byte by byte, in one pass that
 * makes no object: 0.1 µs a bet of 47 bytes, where splitting it into strings and checking these takes 0.6 µs
 * (measured on the real files).
 *
 * Nearly every bet is plain: its wire form, its line in an agency's file and its row in bets.csv are the same
 * bytes. What is not plain (quotes, escapes, leading zeros) or not valid is left to the code that can tell why.
 */

import { NAME_BYTES } from '../limits.ts';
import { isRealDate } from '../lottery/rules.ts';
import { COMMA } from './ascii.ts';

const ZERO = 0x30;
const DASH = 0x2d;

/** Bytes after the names: `,12345678,2000-01-31,7` less the comma that ended the last name. */
const SHORTEST_TAIL = 21;

/** 1 for bytes that stand for themselves in a name in every form: no separators, no `"` or `%`, no controls. */
const PLAIN = new Uint8Array(256).fill(1);
PLAIN.fill(0, 0, 0x20);
for (const byte of [0x22, 0x25, 0x2c, 0x3b, 0x7f]) PLAIN[byte] = 0;

/**
 * Copies `first,last,document,birthdate,number` from `bytes[at, to)` to `out[o…]`, which has room for it.
 * Returns where it ends in `bytes`, for the caller to see what follows (so `o` advances by as much), or -1
 * where it is not plain or not valid. Does not check that the names are UTF-8: one `isUtf8` for the whole line
 * is cheaper.
 */
export const copyPlainBet = (bytes: Buffer, at: number, to: number, out: Buffer, o: number): number => {
  const shift = o - at;
  let byte = 0;
  for (let names = 0; names < 2; names++) {
    const start = at;
    const stop = Math.min(start + NAME_BYTES + 1, to);
    byte = 0;
    for (; at < stop; at++) {
      byte = bytes[at]!;
      if (PLAIN[byte] === 0) break;
      out[at + shift] = byte;
    }
    if (byte !== COMMA || at === start) return -1;
    out[at + shift] = COMMA;
    at++;
  }
  if (to - at < SHORTEST_TAIL) return -1;

  for (const end = at + 8; at < end; at++) {
    byte = bytes[at]!;
    if (byte < ZERO || byte > ZERO + 9) return -1;
    out[at + shift] = byte;
  }
  if (bytes[at] !== COMMA) return -1;
  out[at + shift] = COMMA;
  at++;

  const dateEnd = at + 10;
  let date = 0;
  for (let i = at; i < dateEnd; i++) {
    byte = bytes[i]!;
    out[i + shift] = byte;
    if (i === at + 4 || i === at + 7) {
      if (byte !== DASH) return -1;
    } else {
      if (byte < ZERO || byte > ZERO + 9) return -1;
      date = date * 10 + byte - ZERO;
    }
  }
  at = dateEnd;
  if (!isRealDate((date / 10_000) | 0, ((date / 100) | 0) % 100, date % 100)) return -1;
  if (bytes[at] !== COMMA) return -1;
  out[at + shift] = COMMA;
  at++;

  const numberEnd = Math.min(at + 4, to);
  const start = at;
  for (; at < numberEnd; at++) {
    byte = bytes[at]!;
    if (byte < ZERO || byte > ZERO + 9) break;
    out[at + shift] = byte;
  }
  if (at === start || (bytes[start] === ZERO && at - start > 1)) return -1;
  return at;
};
