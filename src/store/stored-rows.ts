/**
 * Compares bets that are said again with the stored ones, byte for byte, by reading the agency's rows in bets.csv. A
 * checksum that agrees proves nothing, as a peer can choose its bets to fit.
 */
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { agencyAt, endOfRows, rowEnd } from './csv.ts';
import type { DiskFile } from './disk.ts';
import { StorageError } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Places } from './places.ts';

/** Bytes of bets.csv that are read at once: some 1,500 bets, a tenth of a millisecond's work. */
const READ_BYTES = 64 * 1024;

/** bets.csv as it will be once the commit under way is on disk. */
export type StoredRows = {
  file: Pick<DiskFile, 'read'>;
  /** Where `waiting` begins. */
  end: number;
  /** Rows that the commit under way adds. */
  waiting: readonly Buffer[];
};

/** The first of a request's candidates (see Ledger) at which its bets are those that are stored. @throws StorageError IO */
export async function firstStored(
  stored: StoredRows,
  ledger: Ledger,
  request: StoreRequest,
  candidates: readonly number[],
): Promise<number | undefined> {
  if (request.kind !== 'bets' && request.kind !== 'tp0Bet') return undefined;
  const { agency } = request;
  const [rows, count] = request.kind === 'bets' ? [request.rows, request.count] : [request.row, 1];
  const all = ledger.standing(agency).stored;
  for (const from of candidates) {
    const known = rows.subarray(0, endOfRows(rows, Math.min(count, all - from)));
    if (await areStored(stored, ledger.places(agency), agency, from, known)) return from;
  }
  return undefined;
}

/**
 * Are these the agency's uploaded bets from bet `from` on?
 *
 * @param rows whole rows, no more than are stored from there on
 * @throws StorageError IO if bets.csv ends before them
 */
async function areStored(
  stored: StoredRows,
  places: Places,
  agency: number,
  from: number,
  rows: Buffer,
): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  let bet = from;
  let compared = 0; // bytes of `rows`
  while (compared < rows.length) {
    const place = places.at(bet);
    let before = bet - place.bet; // the agency's rows that stand before it in its commit
    let byte = place.byte;
    while (compared < rows.length && bet < place.next) {
      const bytes = buffer.subarray(0, await read(stored, buffer, byte));
      let row = 0;
      for (let end = rowEnd(bytes, 0); end >= 0; end = rowEnd(bytes, row)) {
        const start = row;
        row = end;
        if (agencyAt(bytes, start) !== agency || before-- > 0) continue;
        const length = end - start;
        if (length > rows.length - compared) return false;
        if (bytes.compare(rows, compared, compared + length, start, end) !== 0) return false;
        compared += length;
        bet++;
        if (compared === rows.length || bet === place.next) break;
      }
      if (row === 0)
        throw new StorageError('IO', `reading at byte ${byte}: no row of agency ${agency} follows`);
      byte += row;
    }
  }
  return true;
}

async function read({ file, end, waiting }: StoredRows, into: Buffer, position: number): Promise<number> {
  if (position < end) return file.read(into.subarray(0, Math.min(into.length, end - position)), position);
  let start = end;
  let filled = 0;
  for (const buffer of waiting) {
    const from = Math.max(0, position + filled - start);
    if (from < buffer.length) filled += buffer.copy(into, filled, from);
    start += buffer.length;
  }
  return filled;
}
