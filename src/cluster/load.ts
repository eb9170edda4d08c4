/** Bets of one agency that go into the log together. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ENTRY_BYTES } from '../limits.ts';
import { rowEnd } from '../store/csv.ts';

/** `bytes` of all rows; a buffer may hold many of them. */
export type Load = { count: number; rows: Buffer[]; bytes: number };

/** A load in pieces that an entry can hold. Only the load of a single request can be larger than an entry. */
export function* piecesOf(load: Load): Generator<Load> {
  const [rows] = load.rows;
  if (load.bytes <= ENTRY_BYTES || !rows) return yield load;
  let [start, end, count] = [0, 0, 0];
  while (end < rows.length) {
    const next = rowEnd(rows, end);
    if (next - start > ENTRY_BYTES && count > 0) {
      yield { count, rows: [rows.subarray(start, end)], bytes: end - start };
      [start, count] = [end, 0];
    }
    end = next;
    count++;
  }
  yield { count, rows: [rows.subarray(start, end)], bytes: end - start };
}

/** The CRC-32 of an upload with these rows, and the SHA-256 of them alone. */
export function hashesOf(rows: readonly Buffer[], before: number): { after: number; sha: string } {
  const digest = createHash('sha256');
  let after = before;
  for (const buffer of rows) {
    digest.update(buffer);
    after = crc32(buffer, after);
  }
  return { after, sha: digest.digest('hex') };
}
