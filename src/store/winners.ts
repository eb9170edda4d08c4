/** Finding the winners: bets.csv is scanned for rows that end in the winning number. */
import type { Winners } from '../../machines/events.ts';
import { WINNING_NUMBER } from '../lottery/draw.ts';
import { agencyAt, documentBefore, LINE_FEED, QUOTE } from './csv.ts';
import type { DiskFile } from './disk.ts';
import { damaged } from './errors.ts';
import { CHUNK_BYTES, readFully } from './reading.ts';

/** How a winning row ends. No other row holds these bytes outside quotes: the number is its last column. */
const WINNING_END = Buffer.from(`,${WINNING_NUMBER}\r\n`);

type Found = (agency: number, document: string) => void;

/**
 * Looks at the winning rows only. `bytes` begin with a row.
 *
 * @returns where the last whole row ends
 */
function scan(bytes: Buffer, found: Found): number {
  const quoted = bytes.includes(QUOTE);
  let counted = 0;
  let inside = false; // of quotes, at `counted`
  for (let comma = bytes.indexOf(WINNING_END); comma >= 0; comma = bytes.indexOf(WINNING_END, comma + 1)) {
    if (quoted && hasOddQuotes(bytes, counted, comma)) inside = !inside;
    counted = comma;
    if (!inside) found(agencyAt(bytes, rowStart(bytes, comma)), documentBefore(bytes, comma));
  }
  if (quoted && hasOddQuotes(bytes, counted, bytes.length)) inside = !inside;
  return rowStart(bytes, bytes.length, inside);
}

/** Where the row that `at` is in begins; `inside` tells whether `at` is inside quotes. */
function rowStart(bytes: Buffer, at: number, inside = false): number {
  let odd = inside;
  let end = at;
  for (;;) {
    const feed = end === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, end - 1);
    if (hasOddQuotes(bytes, feed + 1, end)) odd = !odd;
    if (!odd || feed < 0) return feed + 1;
    end = feed;
  }
}

function hasOddQuotes(bytes: Uint8Array, start: number, end: number): boolean {
  let odd = false;
  for (let i = start; i < end; i++) if (bytes[i] === QUOTE) odd = !odd;
  return odd;
}

/**
 * The winners among the rows of bets.csv before `end`, agencies in ascending order, documents in that of the
 * file. Agencies without winners are not in it.
 *
 * @throws StorageError DAMAGED where the rows do not end at `end`
 */
export async function findWinners(file: DiskFile, path: string, end: number): Promise<Winners> {
  const winners = new Map<number, string[]>();
  const found: Found = (agency, document) => {
    const documents = winners.get(agency);
    if (documents) documents.push(document);
    else winners.set(agency, [document]);
  };
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end));
  let carried = 0; // bytes of a row that began in the chunk before
  for (let position = 0; position < end; ) {
    const filled = Math.min(buffer.length, carried + end - position);
    const bytes = buffer.subarray(0, filled);
    await readFully(file, bytes.subarray(carried), position);
    position += filled - carried;
    const scanned = scan(bytes, found);
    carried = filled - scanned;
    if (carried === buffer.length || (position === end && carried > 0)) {
      throw damaged({ file: path, offset: position - carried }, 'a row that begins here does not end');
    }
    buffer.copyWithin(0, scanned, filled);
  }
  return new Map([...winners].sort(([a], [b]) => a - b));
}

/** Whether two draws name the same documents, in the same order, for every agency. */
export function sameWinners(a: Winners, b: Winners): boolean {
  const text = (winners: Winners) =>
    JSON.stringify([...winners].filter(([, documents]) => documents.length).sort(([x], [y]) => x - y));
  return text(a) === text(b);
}
