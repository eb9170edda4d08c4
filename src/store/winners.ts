/** Finding the winners: bets.csv is scanned for rows that end in the winning number. */
import type { Winners } from '../../machines/events.ts';
import { WINNING_NUMBER } from '../lottery/draw.ts';
import { agencyAt, documentBefore, LINE_FEED, QUOTE, rowEnd } from './csv.ts';
import type { DiskFile } from './disk.ts';
import { damaged } from './errors.ts';
import { CHUNK_BYTES, readFully } from './reading.ts';

/** How a winning row ends. No other row holds these bytes outside quotes: the number is its last column. */
const WINNING_END = Buffer.from(`,${WINNING_NUMBER}\r\n`);

type Found = (agency: number, document: string) => void;

/** All rows of `bytes` are whole and none is quoted: only the winning ones are looked at. */
function scanPlain(bytes: Buffer, found: Found): void {
  for (let comma = bytes.indexOf(WINNING_END); comma >= 0; comma = bytes.indexOf(WINNING_END, comma + 1)) {
    const start = bytes.lastIndexOf(LINE_FEED, comma) + 1;
    found(agencyAt(bytes, start), documentBefore(bytes, comma));
  }
}

/** Row by row. @returns where the last whole row ends */
function scanQuoted(bytes: Buffer, found: Found): number {
  let start = 0;
  for (let end = rowEnd(bytes, 0); end >= 0; end = rowEnd(bytes, start)) {
    const comma = end - WINNING_END.length;
    if (comma > start && bytes.compare(WINNING_END, 0, WINNING_END.length, comma, end) === 0)
      found(agencyAt(bytes, start), documentBefore(bytes, comma));
    start = end;
  }
  return start;
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
    let scanned: number;
    if (bytes.includes(QUOTE)) {
      scanned = scanQuoted(bytes, found);
    } else {
      scanned = bytes.lastIndexOf(LINE_FEED) + 1;
      scanPlain(bytes.subarray(0, scanned), found);
    }
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
