/**
 * How a name is written: quoted in bets.csv, percent-encoded on the wire. Each function writes into a buffer that has
 * room enough, and returns where it stopped.
 */
import { COMMA, CR, DEL, LF, PERCENT, QUOTE, SEMICOLON, SPACE } from '../bytes.ts';

const HEX = Buffer.from('0123456789ABCDEF');

/** Whether Python's csv.writer (QUOTE_MINIMAL, CRLF) puts a field with this byte in quotes. */
const isQuotedInCsv = (byte: number): boolean =>
  byte === COMMA || byte === QUOTE || byte === CR || byte === LF;

const isControl = (byte: number): boolean => byte < SPACE || byte === DEL;

/** Bytes that would end or shift a field of a wire bet. */
export const isSeparator = (byte: number): boolean => byte === COMMA || byte === SEMICOLON || isControl(byte);

/** Writes at most 2 bytes for each byte of the name, and 2 more. */
export const writeCsvName = (name: Buffer, out: Buffer, at: number): number => {
  if (!name.some(isQuotedInCsv)) return at + name.copy(out, at);
  out[at++] = QUOTE;
  for (const byte of name) {
    if (byte === QUOTE) out[at++] = QUOTE;
    out[at++] = byte;
  }
  out[at++] = QUOTE;
  return at;
};

/** Writes at most 3 bytes for each byte of the name. */
export const writeWireName = (name: Buffer, out: Buffer, at: number): number => {
  for (const byte of name) {
    if (isSeparator(byte) || byte === PERCENT) {
      out[at++] = PERCENT;
      out[at++] = HEX[byte >> 4]!;
      out[at++] = HEX[byte & 15]!;
    } else {
      out[at++] = byte;
    }
  }
  return at;
};

/** As it is: the TP0 dialect has no encoding. */
export const writeRawName = (name: Buffer, out: Buffer, at: number): number => at + name.copy(out, at);

const hexDigit = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  return HEX.indexOf(byte >= 0x61 ? byte - 0x20 : byte);
};

/** Undoes the percent-encoding; undefined if two hexadecimal digits do not follow a `%`. */
export const decodeWireName = (name: Buffer): Buffer | undefined => {
  if (!name.includes(PERCENT)) return name;
  const out = Buffer.allocUnsafe(name.length);
  let length = 0;
  for (let at = 0; at < name.length; at++) {
    let byte = name[at]!;
    if (byte === PERCENT) {
      const high = hexDigit(name[at + 1]);
      const low = hexDigit(name[at + 2]);
      if (high < 0 || low < 0) return undefined;
      byte = (high << 4) | low;
      at += 2;
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
};
