/** The rows that count, as the log has them: read as if they were bets.csv. */
import type { Winners } from '../../machines/vocabulary/draw.ts';
import { damaged } from '../store/errors.ts';
import { sha256 } from '../store/journal.ts';
import { WinnerSearch } from '../store/winners.ts';
import { factsOf } from './codec.ts';
import type { CountedRows } from './fold.ts';
import type { OrderedLog, WholeEntry } from './ordered-log.ts';
import type { Patience } from './patience.ts';

/** What the log is called where a file would be named. */
const THE_LOG = 'the log';

export class LogRows {
  readonly #log: OrderedLog;
  readonly #patience: Patience;
  // Three numbers for each fact with rows: some 24 bytes for a thousand bets.
  readonly #starts: number[] = [];
  readonly #sequences: number[] = [];
  readonly #rows: number[] = [];
  /** The entry that was read last: what is said again comes in order. */
  #read: WholeEntry | undefined;
  /** The log was set back: some of these entries are not there any more. */
  #isVoid = false;
  end = 0;

  constructor(log: OrderedLog, patience: Patience) {
    this.#log = log;
    this.#patience = patience;
  }

  /** Nobody wants these rows any more: reads under way end. */
  abandon(): void {
    this.#isVoid = true;
  }

  note({ start, sequence, row, bytes }: CountedRows & { bytes: number }): void {
    this.#starts.push(start);
    this.#sequences.push(sequence);
    this.#rows.push(row);
    this.end = start + bytes;
  }

  /** Fills `into` from a byte on, with rows of one fact at most; 0 at the end. */
  async read(into: Uint8Array, position: number): Promise<number> {
    if (position >= this.end) return 0;
    const index = this.#indexOf(position);
    const [start = 0, sequence = 0, row = 0] = [
      this.#starts[index],
      this.#sequences[index],
      this.#rows[index],
    ];
    const next = this.#starts[index + 1] ?? this.end;
    const rows = await this.#rowsOf(sequence);
    const from = row + position - start;
    const bytes = rows.subarray(from, Math.min(row + next - start, from + into.length));
    into.set(bytes);
    return bytes.length;
  }

  /** The last fact whose rows begin at a byte, or before it. */
  #indexOf(position: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async #rowsOf(sequence: number): Promise<Buffer> {
    if (this.#read?.sequence === sequence) return this.#read.rows;
    this.#read = await this.#patience.ask(async () => {
      if (this.#isVoid) return undefined;
      for await (const entry of this.#log.read(sequence, sequence)) return entry;
      throw new Error(`entry ${sequence} of the log cannot be read`);
    });
    return this.#read?.rows ?? Buffer.alloc(0);
  }

  /**
   * The winners among all rows that count so far, found through their hashes.
   *
   * @throws StorageError DAMAGED if the engine has other rows than those that count
   */
  async winners(): Promise<Winners> {
    const search = new WinnerSearch(THE_LOG);
    const facts = this.#starts.length;
    const last = this.#sequences[facts - 1] ?? 0;
    let index = 0;
    while (index < facts && !this.#patience.isOver && !this.#isVoid) {
      await this.#patience.ask(async () => {
        if (this.#isVoid) return;
        for await (const entry of this.#log.read(this.#sequences[index] ?? last, last)) {
          for (const { fact, place } of factsOf(entry)) {
            if (this.#sequences[index] !== place.sequence || this.#rows[index] !== place.row) continue;
            if (!('bytes' in fact)) continue;
            search.push(checkedRows(entry, place.row, fact));
            search.expectWhole();
            index++;
          }
        }
      });
    }
    return search.winners;
  }
}

/** A fact's rows out of its entry's. @throws StorageError DAMAGED */
export function checkedRows(
  { sequence, rows }: WholeEntry,
  row: number,
  { bytes, sha }: { bytes: number; sha: string },
): Buffer {
  const own = rows.subarray(row, row + bytes);
  if (sha256(own) === sha) return own;
  const text = `the rows of entry ${sequence} are not those that were stored`;
  throw damaged({ file: THE_LOG, line: sequence, offset: row }, text);
}
