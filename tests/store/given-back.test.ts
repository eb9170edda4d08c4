/** The memory of a batch's rows is used again for other batches: never before the disk is done with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { giveBack, keep } from '../../src/slab.ts';
import type { DiskFile } from '../../src/store/disk.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { asReceived, batch, DIR, open, rowsOf, single, tp0Bet } from './helpers.ts';

const SIZE = 1_000;
const LONG = 300 * 1024;

/** Other batches arrive: enough to take any memory that is free. */
const arrivals = (): Buffer[] => Array.from({ length: 300 }, () => keep(Buffer.alloc(SIZE, '!'), SIZE));

/** What comes next stands in a slab of which nothing else is out: one for a long piece is full. */
const beginSlab = (): void => void keep(Buffer.alloc(LONG), LONG);

/** A disk that begins to read what it is given only once others have arrived. */
class SlowDisk extends FaultDisk {
  readonly arrived: Buffer[] = [];

  override async open(path: string, mode: 'append' | 'read'): Promise<DiskFile> {
    const file = await super.open(path, mode);
    const append = file.append.bind(file);
    file.append = (buffers) => {
      this.arrived.push(...arrivals());
      return append(buffers);
    };
    return file;
  }
}

const rowsIn = (request: StoreRequest): Buffer => {
  if ('rows' in request) return request.rows;
  assert.ok('row' in request);
  return request.row;
};

const REQUESTS = [batch(1, 0, 40), batch(2, 0, 3), tp0Bet(3, 0), single(1, 'a', 900)];
const ROWS = Buffer.concat([rowsOf(1, 0, 40), rowsOf(2, 0, 3), rowsOf(3, 0, 1), rowsOf(1, 900, 901)]);

test('what arrives while a group is being written does not touch its rows; then their memory is used again', async () => {
  const disk = new SlowDisk();
  const { store } = await open(disk);
  beginSlab();
  const requests = REQUESTS.map(asReceived);
  await store.commit(requests);
  await store.close();
  assert.equal(disk.read(`${DIR}/bets.csv`).toString(), ROWS.toString());
  assert.ok(disk.arrived.length >= 600, 'others arrived before each append');
  for (const piece of disk.arrived) giveBack(piece);
  const later = Array.from({ length: 10 }, arrivals).flat();
  const again = new Set(later.map((piece) => piece.buffer));
  assert.ok(again.has(rowsIn(requests[0]!).buffer), 'the memory of its rows is used again');
});

test('of a group that could not be written nothing is given back: nobody knows if the system still has it', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  beginSlab();
  const requests = REQUESTS.map(asReceived);
  disk.faults = { failAppendsTo: /bets/ };
  await assert.rejects(store.commit(requests));
  arrivals();
  assert.equal(Buffer.concat(requests.map(rowsIn)).toString(), ROWS.toString());
});

test('also the rows of a batch that was stored before, or is refused, are given back', async () => {
  const { store } = await open(new FaultDisk());
  await store.commit([batch(1, 0, 3)]);
  beginSlab();
  const places = new Set<number>();
  for (const request of [
    batch(1, 0, 3),
    batch(1, 9, 12),
    single(1, 'b', 5),
    single(1, 'b', 5),
    tp0Bet(3, 7),
  ]) {
    const received = asReceived(request);
    places.add(rowsIn(received).byteOffset);
    await store.commit([received]);
  }
  assert.deepEqual([...places], [0], 'each stands where the one before it stood');
  await store.close();
});
