/**
 * Walks the rows of bets.csv as bytes. A row ends at the first line feed outside quotes. A quote inside a quoted field
 * is doubled, so an even number of quotes since the row's start means outside.
 */
import { hash } from 'node:crypto';
import { COMMA, CR, LF, QUOTE, ZERO } from '../bytes.ts';

/** Where the row that begins at `start` ends (just after its line feed), or -1 if it does not. */
export function rowEnd(bytes: Uint8Array, start: number): number {
  let quoted = false;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === LF && !quoted) return i + 1;
  }
  return -1;
}

/** Where the first `count` rows end. @throws RangeError if there are fewer */
export function endOfRows(rows: Buffer, count: number): number {
  let start = 0;
  for (let skipped = 0; skipped < count; skipped++) {
    start = rowEnd(rows, start);
    if (start < 0) throw new RangeError(`there are no ${count} rows, only ${skipped}`);
  }
  return start;
}

/** The last `count` of whole rows, without copying. */
export function lastRows(rows: Buffer, count: number): Buffer[] {
  const ends = [0];
  for (let end = rowEnd(rows, 0); end >= 0; end = rowEnd(rows, end)) ends.push(end);
  const first = ends.slice(-count - 1);
  return first.slice(1).map((end, index) => rows.subarray(first[index], end));
}

/** Whole rows but the last `count`, without copying. */
export function withoutLastRows(rows: Buffer, count: number): Buffer {
  if (count === 0) return rows;
  return rows.subarray(0, rows.length - lastRows(rows, count).reduce((bytes, row) => bytes + row.length, 0));
}

/** SHA-256 of a row, in base64: two rows with the same one are the same. */
export const rowHash = (row: Uint8Array): string => hash('sha256', row, 'base64');

/** The number in the first column of the row at `start`: the agency. -1 if it is none. */
export function agencyAt(bytes: Uint8Array, start: number): number {
  let agency = 0;
  for (let i = start; i < bytes.length; i++) {
    const digit = (bytes[i] ?? 0) - ZERO;
    if (bytes[i] === COMMA && i > start) return agency;
    if (digit < 0 || digit > 9) return -1;
    agency = agency * 10 + digit;
  }
  return -1;
}

/** Rows of one agency that follow each other, without copying. */
type Run = { agency: number; rows: Buffer };

/** The runs of whole rows. */
export function* runsOf(rows: Buffer): Generator<Run, void> {
  let start = 0; // of the run
  let agency = agencyAt(rows, start);
  for (let row = rowEnd(rows, 0); row >= 0; row = rowEnd(rows, row)) {
    const next = agencyAt(rows, row);
    if (next === agency) continue;
    yield { agency, rows: rows.subarray(start, row) };
    start = row;
    agency = next;
  }
}

/** The number in the last column of a row, seen from the comma before it. */
export const numberAfter = (bytes: Buffer, comma: number): number =>
  Number(bytes.toString('latin1', comma + 1, bytes.indexOf(CR, comma)));

/** The fourth column of a row, seen from `comma`, the one before its last column: no later one is quoted. */
export function documentBefore(bytes: Buffer, comma: number): string {
  const birthdate = bytes.lastIndexOf(COMMA, comma - 1);
  const document = bytes.lastIndexOf(COMMA, birthdate - 1);
  return bytes.toString('latin1', document + 1, birthdate);
}
