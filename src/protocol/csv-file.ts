/**
 * A CSV file (RFC 4180; LF is a line end too, and CR behind a whole row; spaces may stand around quotes): the part of it that was read and not used
 * yet, and one record of it, for the rows that the hot loop leaves.
 *
 * We do not use a library's reader: the one that we tried loses everything after a quote that is never closed (see
 * docs/input-files.md). Here such a quote costs the row that it stands in.
 */
import { isUtf8 } from 'node:buffer';
import { BACKSLASH, BOM, COMMA, CR, LF, QUOTE, SPACE, startsWith, TAB } from '../bytes.ts';
import { NAME_BYTES } from '../limits.ts';
import { viewed } from './plain-bet.ts';

/** Bytes of the first buffer; it grows to twice a chunk. */
const FIRST_BYTES = 4_096;

/** The part of a file that was read and not used yet, and where in the file it begins. */
export class FileWindow {
  /** The unused bytes are `bytes[from, to)` of it. */
  window = viewed(Buffer.allocUnsafeSlow(FIRST_BYTES));
  from = 0;
  to = 0;
  /** Before this place are whole lines of UTF-8 without a BOM; `from` or less if that is not known. */
  textTo = 0;
  /** The line of the file that begins at `from`, from 1. */
  line = 1;
  hasEnded = false;
  /** The line at hand is no use, and its end has not come yet. */
  isDiscarding = false;
  /** Bytes of the line that was dropped last. */
  dropped = 0;
  #isBomPossible = true;

  get bytes(): Buffer {
    return this.window.bytes;
  }

  get isEmpty(): boolean {
    return this.from === this.to;
  }

  /** Adds a copy of bytes of the file. */
  push(chunk: Buffer): void {
    if (this.to + chunk.length > this.bytes.length) this.#makeRoom(chunk.length);
    chunk.copy(this.bytes, this.to);
    this.to += chunk.length;
    if (this.#isBomPossible) this.#dropBom();
    if (this.isDiscarding) this.#discard();
    const linesEnd = this.bytes.subarray(0, this.to).lastIndexOf(LF) + 1;
    const lines = this.bytes.subarray(this.from, Math.max(linesEnd, this.from));
    const isText = lines.length > 0 && isUtf8(lines) && !lines.includes(BOM);
    this.textTo = isText ? linesEnd : this.from;
  }

  /** The caller has used the bytes up to `end`, which are one line. */
  advanceLine(end: number): void {
    this.line++;
    this.from = end;
  }

  /** The caller has used the bytes up to `end`, however many lines they are. */
  advance(end: number): void {
    for (let at = this.from; at < end; at++) if (this.bytes[at] === LF) this.line++;
    if (this.bytes[end - 1] === CR) this.line++;
    this.from = end;
  }

  /** Drops the rest of the line at hand, also what has not come yet. */
  dropLine(): void {
    this.dropped = 0;
    this.#discard();
  }

  #discard(): void {
    const lineEnd = this.bytes.subarray(0, this.to).indexOf(LF, this.from);
    this.isDiscarding = lineEnd === -1;
    const end = this.isDiscarding ? this.to : lineEnd + 1;
    if (!this.isDiscarding) this.line++;
    this.dropped += end - this.from;
    this.from = end;
  }

  #makeRoom(needed: number): void {
    const unused = this.to - this.from;
    const fits = unused + needed <= this.bytes.length;
    const room = fits ? this.bytes : Buffer.allocUnsafeSlow(2 * (unused + needed));
    this.bytes.copy(room, 0, this.from, this.to);
    if (!fits) this.window = viewed(room);
    this.from = 0;
    this.to = unused;
  }

  #dropBom(): void {
    const start = this.bytes.subarray(0, Math.min(this.to, BOM.length));
    if (start.equals(BOM)) this.from = BOM.length;
    this.#isBomPossible = this.to < BOM.length && start.equals(BOM.subarray(0, this.to));
  }
}

/** Columns of a row, without the agency. */
const COLUMNS = 5;

/** Bytes of the longest name in quotes, if each of its bytes is a doubled quote. */
const QUOTED_BYTES = 2 * NAME_BYTES;

type CsvRecord =
  /** `end`: where the next record begins; `hasStrayQuote`: a field that no quotes are around holds one. */
  | { fields: Buffer[]; end: number; hasStrayQuote: boolean }
  /** What is wrong with its quotes or line ends. */
  | { malformed: string };

/**
 * Reads the record that begins at `from` in `bytes[…, to)`; undefined if it is not all there. `isLast` says that no
 * bytes follow `to`, which then ends the record. If files were put one behind the other, each began with its own BOM.
 */
export const readRecord = (
  bytes: Buffer,
  from: number,
  to: number,
  isLast: boolean,
  separator = COMMA,
): CsvRecord | undefined => {
  const fields: Buffer[] = [];
  const start = startsWith(bytes, from, to, BOM) ? from + BOM.length : from;
  let at = start;
  let hasStrayQuote = false;
  for (;;) {
    let field: Buffer;
    const open = skipSpaces(bytes, at, to, separator);
    const close = open < to && bytes[open] === QUOTE ? closingQuote(bytes, open + 1, to, isLast) : NO_QUOTE;
    if (close === undefined && !isLast) return undefined;
    const after = close === undefined || close < 0 ? -1 : skipSpaces(bytes, close + 1, to, separator);
    const isWhole = after !== -1 && (after === to || isEnd(bytes[after], separator));
    if (isWhole) {
      field = unquote(bytes.subarray(open + 1, close));
      at = after;
    } else if (open === at && close !== NO_QUOTE) {
      return { malformed: after === -1 ? 'a quote is not closed' : 'text follows a closing quote' };
    } else {
      const begin = at;
      while (at < to && (!isEnd(bytes[at], separator) || isEscaped(bytes, begin, at))) at++;
      field = bytes.subarray(begin, at);
      hasStrayQuote ||= field.includes(QUOTE);
    }
    fields.push(field);
    if (at === to) return isLast ? { fields, end: at, hasStrayQuote } : undefined;
    if (bytes[at] === LF) return { fields, end: at + 1, hasStrayQuote };
    if (bytes[at] === CR) {
      if (at + 1 === to) return isLast ? { fields, end: to, hasStrayQuote } : undefined;
      if (bytes[at + 1] === LF) return { fields, end: at + 2, hasStrayQuote };
      // Some line ends of a file that was put together are old Macintosh's; inside of a row it is damage.
      if (fields.length >= COLUMNS || at === start) return { fields, end: at + 1, hasStrayQuote };
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
const isEnd = (byte: number | undefined, separator: number): boolean =>
  byte === separator || byte === LF || byte === CR;

/**
 * A line end behind a backslash, as programs escape it: what follows is no row of its own. (Behind the backslash nothing
 * else is taken for an escape: a name may end in one.)
 */
const isEscaped = (bytes: Buffer, begin: number, at: number): boolean => {
  const isLineEnd = bytes[at] === LF || bytes[at] === CR;
  const before = bytes[at] === LF && bytes[at - 1] === CR ? at - 2 : at - 1;
  return isLineEnd && before >= begin && bytes[before] === BACKSLASH;
};

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
    const byte = field[at] ?? 0;
    out[length++] = byte;
    if (byte === QUOTE) at++;
  }
  return out.subarray(0, length);
};
