/** A small draw with a commit of every kind, and where each commit ends in both files. */
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { batch, DIR, finish, open, single, tp0Batch } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';

export const BETS = `${DIR}/bets.csv`;
export const JOURNAL = `${DIR}/journal.ndjson`;

const tp0Done: StoreRequest = { kind: 'finish', agency: 3, count: undefined, crc: undefined };

/** Bets of three agencies, with group commits, single bets and a DONE in between; agency 2 is not done. */
export const COLLECTING: readonly (readonly StoreRequest[])[] = [
  [batch(1, 0, 4), batch(2, 0, 3), tp0Batch(3, 0, 2), tp0Batch(3, 2, 4)],
  [batch(1, 4, 13), single(1, 'V1StGXR8', 90), finish(1, 13)],
  [tp0Batch(3, 4, 5), batch(2, 3, 6)],
  [tp0Done],
  [batch(2, 6, 8), single(2, 'Z5jdHi6B', 91)],
];

const WINNERS = new Map([[1, ['10000012', '10000090']]]);

/** The rest of it: the draw, one agency told, the end. */
export const DRAWN: readonly (readonly StoreRequest[])[] = [
  [finish(2, 8), { kind: 'draw', winners: WINNERS }],
  [{ kind: 'told', agency: 1 }],
  [{ kind: 'told', agency: 2 }, { kind: 'told', agency: 3 }, { kind: 'close' }],
];

export type Sample = {
  files: Map<string, Buffer>;
  /** Sizes of both files after the header (first) and after each commit. */
  ends: { bets: number; journal: number }[];
};

export async function makeSample(groups: readonly (readonly StoreRequest[])[]): Promise<Sample> {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  const sizes = () => ({ bets: disk.read(BETS).length, journal: disk.read(JOURNAL).length });
  const ends = [sizes()];
  for (const group of groups) {
    for (const outcome of await store.commit(group)) {
      if (outcome.kind === 'refused') throw new Error(outcome.text);
    }
    ends.push(sizes());
  }
  await store.close();
  return { files: disk.files(), ends };
}

/** The sample's files with some of them replaced. */
export const changed = (sample: Sample, changes: Readonly<Record<string, Buffer>>): Map<string, Buffer> =>
  new Map([...sample.files, ...Object.entries(changes)]);
