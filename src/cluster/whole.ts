/** Reads a log from its first entry to its last, with its rows: for readers that take no part in its draw. */
import { BETS_FILE } from '../store/journal.ts';
import { WinnerSearch } from '../store/winners.ts';
import { factsOf } from './codec.ts';
import { Fold } from './fold.ts';
import { checkedRows } from './log-rows.ts';
import type { OrderedLog, WholeEntry } from './ordered-log.ts';

/** What such a reader needs of a log. */
export type WholeLog = Pick<OrderedLog, 'last' | 'read'>;

/** Hears what the fold comes to, in its order. */
type WholeRecord = {
  /** Rows that count, as bets.csv has them. */
  rows?: (rows: Buffer) => void;
  /** A line of the journal, after its rows. */
  line?: (line: Buffer) => void;
  /** After each entry: the next one waits for it. */
  entry?: () => Promise<void>;
};

/** @throws StorageError DAMAGED if the engine has other rows than those that were stored; any error of the log's */
export async function foldWhole(log: WholeLog, last: number, record: WholeRecord = {}): Promise<Fold> {
  const search = new WinnerSearch(BETS_FILE);
  let read: WholeEntry | undefined;
  const fold = new Fold({
    rows: ({ row, bytes, sha }) => {
      if (!read) return;
      const own = checkedRows(read, row, { bytes, sha });
      search.push(own);
      record.rows?.(own);
    },
    line: (line) => record.line?.(line),
  });
  for await (const entry of log.read(1, last)) {
    read = entry;
    for (const { fact, place } of factsOf(entry)) {
      const isDraw = fact.kind === 'draw' && fold.isDue(fact);
      fold.take(fact, place, isDraw ? search.winners : undefined);
    }
    await record.entry?.();
  }
  return fold;
}
