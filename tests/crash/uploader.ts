/**
 * Uploads agency 1's file to a folder and prints how many bets are stored after each commit:
 * `node uploader.ts FOLDER BATCH [TO]`; without TO until it is killed, with it once up to that bet.
 */
import { writeSync } from 'node:fs';
import { openBetStore } from '../../src/store/bet-store.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { batch } from '../store/helpers.ts';

const [dir, size, to] = process.argv.slice(2) as [string, string, string | undefined];
const { store } = await openBetStore({ dir, disk: nodeDisk(), agencies: 5, now: Date.now, notice: () => {} });
const [opened] = await store.commit([{ kind: 'open', agency: 1 }]);
if (opened?.kind !== 'opened') throw new Error('not opened');
const target = to === undefined ? Number.POSITIVE_INFINITY : Number(to);
for (let next = opened.stored; next < target; ) {
  const [outcome] = await store.commit([batch(1, next, next + Number(size))]);
  if (outcome?.kind !== 'stored') throw new Error('not stored');
  next = outcome.next;
  writeSync(1, `${next}\n`);
}
await store.close();
