/** One record of a CSV file (RFC 4180; LF is a line end too), for the rows that the hot loop leaves. */
import { COMMA, CR, LF } from './ascii.ts';

const QUOTE = 0x22;

export type CsvRecord =
  /** `end`: where the next record begins. */
  | { fields: Buffer[]; end: number }
  /** What is wrong with its quotes or line ends. */
  | { malformed: string };

/**
 * Reads the record that begins at `from` in `bytes[…, to)`; undefined where it is not all there. `isLast` says
 * that no bytes follow `to`, which then ends the record.
 */
export const readRecord = (
  bytes: Buffer,
  from: number,
  to: number,
  isLast: boolean,
): CsvRecord | undefined => {
  const fields: Buffer[] = [];
  let at = from;
  for (;;) {
    let field: Buffer;
    if (at < to && bytes[at] === QUOTE) {
      const close = closingQuote(bytes, at + 1, to, isLast);
      if (close === undefined) return isLast ? { malformed: 'a quote is not closed' } : undefined;
      field = unquote(bytes.subarray(at + 1, close));
      at = close + 1;
    } else {
      const start = at;
      while (at < to && bytes[at] !== COMMA && bytes[at] !== LF && bytes[at] !== CR) at++;
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
    if (bytes[at] !== COMMA) return { malformed: 'text follows a closing quote' };
    at++;
  }
};

/** Where the quote that closes a field is; undefined where it has not come, or may be the first of a doubled one. */
const closingQuote = (bytes: Buffer, from: number, to: number, isLast: boolean): number | undefined => {
  for (let at = from; at < to; at++) {
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
