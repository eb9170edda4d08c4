/** Two rows of the same length and CRC-32, of different bettors: one of some 80,000 rows has such a double. */
import { crc32 } from 'node:zlib';
import { makeRandom } from '../crash/random.ts';
import { csvRow } from './helpers.ts';

function find(): readonly [string, string] {
  const random = makeRandom(1);
  const seen = new Map<number, string>();
  for (;;) {
    const [document, number] = [random.between(10_000_000, 99_999_999), random.between(1000, 9999)];
    const row = csvRow([1, 'Ana', 'Paz', document, '1999-03-17', number]);
    const double = seen.get(crc32(row));
    if (double !== undefined && double !== row) return [double, row];
    seen.set(crc32(row), row);
  }
}

export const ROWS_OF_ONE_CRC = find();
