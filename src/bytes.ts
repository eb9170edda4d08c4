/** Bytes by their names, and small questions about them, asked without making strings. */

export const NUL = 0x00;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PERCENT = 0x25;
export const APOSTROPHE = 0x27;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const BACKSLASH = 0x5c;
export const SEMICOLON = 0x3b;
export const BRACE = 0x7b;
export const DEL = 0x7f;

/** The byte order mark, which a file of UTF-8 may begin with. */
export const BOM = Buffer.from('\ufeff');

export const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= ZERO && byte <= ZERO + 9;

/** Whether `bytes` has `prefix` at `from`, before `to`. */
export const startsWith = (bytes: Buffer, from: number, to: number, prefix: Buffer): boolean => {
  if (to - from < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[from + i] !== prefix[i]) return false;
  return true;
};

/** Copies a few bytes: sooner than `Buffer.copy`, which calls into C++. */
export const copyShort = (from: Buffer, to: Buffer, at: number): void => {
  for (let i = 0; i < from.length; i++) to[at + i] = from[i] ?? 0;
};

/** The position of `byte` between `from` and `to`, or `to`. */
export const find = (bytes: Buffer, byte: number, from: number, to: number): number => {
  let at = from;
  while (at < to && bytes[at] !== byte) at++;
  return at;
};

/** A non-negative integer, without sign or leading zeros, or -1: one number has one spelling. */
export const integerAt = (bytes: Buffer, from: number, to: number): number => {
  const length = to - from;
  if (length < 1 || length > 16 || (bytes[from] === ZERO && length > 1)) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
};

/** What `integerAt` accepts, for error texts. */
export const AN_INTEGER = 'an integer from 0, without sign or leading zeros';
