/** Finding the winners: bets.csv is scanned for the winning number's bytes, and `hasWon` decides on what is found. */
import type { Winners } from '../../machines/vocabulary/draw.ts';
import { COMMA, LF, QUOTE } from '../bytes.ts';
import { hasWon, WINNING_NUMBER } from '../lottery/draw.ts';
import { agencyAt, documentBefore, numberAfter } from './csv.ts';
import { damaged } from './errors.ts';
import { CHUNK_BYTES } from './reading.ts';

/** How a winning row ends. Outside quotes, and after a comma, no other row holds these bytes: the number is its last column.
 * To look for the comma too would take twice as long: `indexOf` stops at each byte that is the first of what it looks for. */
const WINNING_END = Buffer.from(`${WINNING_NUMBER}\r\n`);

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
  for (let at = bytes.indexOf(WINNING_END); at >= 0; at = bytes.indexOf(WINNING_END, at + 1)) {
    const comma = at - 1;
    if (bytes[comma] !== COMMA) continue;
    if (quoted && hasOddQuotes(bytes, counted, comma)) inside = !inside;
    counted = comma;
    if (!inside && hasWon(numberAfter(bytes, comma)))
      found(agencyAt(bytes, rowStart(bytes, comma)), documentBefore(bytes, comma));
  }
  if (quoted && hasOddQuotes(bytes, counted, bytes.length)) inside = !inside;
  return rowStart(bytes, bytes.length, inside);
}

/** Where the row that `at` is in begins; `inside` tells whether `at` is inside quotes. */
function rowStart(bytes: Buffer, at: number, inside = false): number {
  let odd = inside;
  let end = at;
  for (;;) {
    const feed = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1);
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

/** Finds the winners among rows that come in pieces, in the order of the file. */
export class WinnerSearch {
  readonly #winners = new Map<number, string[]>();
  readonly #path: string;
  /** Bytes that came. */
  #position = 0;
  /** The beginning of a row that the last piece ended in. */
  #carried = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws StorageError DAMAGED if a row does not end */
  push(piece: Buffer): void {
    const bytes = this.#carried.length > 0 ? Buffer.concat([this.#carried, piece]) : piece;
    this.#carried = Buffer.from(bytes.subarray(scan(bytes, this.#found)));
    this.#position += piece.length;
    if (this.#carried.length >= CHUNK_BYTES) this.expectWhole();
  }

  /** @throws StorageError DAMAGED if the last row did not end */
  expectWhole(): void {
    const { length } = this.#carried;
    const place = { file: this.#path, offset: this.#position - length };
    if (length > 0) throw damaged(place, 'a row that begins here does not end');
  }

  /** Agencies in ascending order, documents in that of the file. Agencies without winners are not in it. */
  get winners(): Winners {
    return new Map([...this.#winners].sort(([a], [b]) => a - b));
  }

  readonly #found: Found = (agency, document) => {
    const documents = this.#winners.get(agency);
    if (documents) documents.push(document);
    else this.#winners.set(agency, [document]);
  };
}

/** Whether two draws name the same documents, in the same order, for every agency. */
export function sameWinners(a: Winners, b: Winners): boolean {
  const text = (winners: Winners) =>
    JSON.stringify([...winners].filter(([, documents]) => documents.length).sort(([x], [y]) => x - y));
  return text(a) === text(b);
}
