/**
 * One record of a CSV file (RFC 4180; LF is a line end too; spaces may stand around quotes), for the rows that the hot
 * loop leaves.
 *
 * We do not use a library's reader: the one that we tried loses everything after a quote that is never closed (see
 * docs/input-files.md). Here such a quote costs the row that it stands in.
 */
import { NAME_BYTES } from '../limits.ts';
import { COMMA, CR, LF, SPACE, TAB } from './ascii.ts';

const QUOTE = 0x22;

/** Bytes of the longest name in quotes, if each of its bytes is a doubled quote. */
const QUOTED_BYTES = 2 * NAME_BYTES;

export type CsvRecord =
  /** `end`: where the next record begins. */
  | { fields: Buffer[]; end: number }
  /** What is wrong with its quotes or line ends. */
  | { malformed: string };

/**
 * Reads the record that begins at `from` in `bytes[…, to)`; undefined if it is not all there. `isLast` says that no
 * bytes follow `to`, which then ends the record.
 */
export const readRecord = (
  bytes: Buffer,
  from: number,
  to: number,
  isLast: boolean,
  separator = COMMA,
): CsvRecord | undefined => {
  const fields: Buffer[] = [];
  let at = from;
  for (;;) {
    let field: Buffer;
    const open = skipSpaces(bytes, at, to, separator);
    const close = open < to && bytes[open] === QUOTE ? closingQuote(bytes, open + 1, to, isLast) : NO_QUOTE;
    if (close === undefined && !isLast) return undefined;
    const after = close === undefined || close < 0 ? -1 : skipSpaces(bytes, close + 1, to, separator);
    const isWhole = after !== -1 && (after === to || isEnd(bytes[after]!, separator));
    if (isWhole) {
      field = unquote(bytes.subarray(open + 1, close));
      at = after;
    } else if (open === at && close !== NO_QUOTE) {
      return { malformed: after === -1 ? 'a quote is not closed' : 'text follows a closing quote' };
    } else {
      const start = at;
      while (at < to && !isEnd(bytes[at]!, separator)) at++;
      field = bytes.subarray(start, at);
    }
    fields.push(field);
    if (at === to) return isLast ? { fields, end: at } : undefined;
    if (bytes[at] === LF) return { fields, end: at + 1 };
    if (bytes[at] === CR) {
      if (at + 1 === to) return isLast ? { fields, end: to } : undefined;
      if (bytes[at + 1] === LF) return { fields, end: at + 2 };
      return { malformed: 'a carriage return stands outside quotes' };
    }
    at++;
  }
};

const skipSpaces = (bytes: Buffer, from: number, to: number, separator: number): number => {
  let at = from;
  while (at < to && (bytes[at] === SPACE || (bytes[at] === TAB && separator !== TAB))) at++;
  return at;
};

/** Whether a byte outside of quotes ends a field. */
const isEnd = (byte: number, separator: number): boolean => byte === separator || byte === LF || byte === CR;

const NEVER = -1;
const NO_QUOTE = -2;

/**
 * The position of the quote that closes a field; undefined if it has not come, or may be the first of a doubled one. A
 * field that goes on in another line and is longer than any name was not meant to: NEVER.
 */
const closingQuote = (bytes: Buffer, from: number, to: number, isLast: boolean): number | undefined => {
  let isOtherLine = false;
  for (let at = from; at < to; at++) {
    if (bytes[at] === LF) isOtherLine = true;
    if (isOtherLine && at - from > QUOTED_BYTES) return NEVER;
    if (bytes[at] !== QUOTE) continue;
    if (at + 1 === to) return isLast ? at : undefined;
    if (bytes[at + 1] !== QUOTE) return at;
    at++;
  }
  return undefined;
};

const unquote = (field: Buffer): Buffer => {
  if (!field.includes(QUOTE)) return field;
  const out = Buffer.allocUnsafe(field.length);
  let length = 0;
  for (let at = 0; at < field.length; at++) {
    out[length++] = field[at]!;
    if (field[at] === QUOTE) at++;
  }
  return out.subarray(0, length);
};
