/** The rows that count, read out of the log: what is said again is compared with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { encodeFacts } from '../../src/cluster/codec.ts';
import type { Fact } from '../../src/cluster/entry.ts';
import { hashesOf } from '../../src/cluster/load.ts';
import { foldWhole } from '../../src/cluster/whole.ts';
import { batch, rowsOf } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';
import { hello, openServer } from './support.ts';

test('wherever rows are read, of whichever entry and in whatever pieces, they are those of bets.csv', async (t) => {
  const log = new MemoryLog();
  const { store, say, caughtUp } = await openServer(t, log.port());
  const factOf = (agency: number, from: number, next: number): Fact => {
    const [rows, before] = [rowsOf(agency, from, next), crc32(rowsOf(agency, 0, from))];
    const session = store.sessionOf(agency) ?? '';
    return {
      ...{ kind: 'bets', dialect: 'quiniela', agency, session, from, next, before, bytes: rows.length },
      ...hashesOf([rows], before),
    };
  };
  await say(hello(1), hello(2), hello(3));
  await say(batch(1, 0, 2), batch(2, 0, 3));
  // Of these three facts the one in the middle does not count.
  const facts = encodeFacts([factOf(1, 2, 4), factOf(2, 0, 3), factOf(3, 0, 1)]);
  log.append({ id: 'other', facts, rows: [rowsOf(1, 2, 4), rowsOf(2, 0, 3), rowsOf(3, 0, 1)] });
  await caughtUp();
  await say(batch(1, 4, 5));
  const counted: Buffer[] = [];
  await foldWhole(log.port(), log.entries.length, { rows: (rows) => counted.push(rows) });
  const whole = Buffer.concat(counted);
  const size = [rowsOf(1, 0, 5), rowsOf(2, 0, 3), rowsOf(3, 0, 1)].reduce(
    (sum, { length }) => sum + length,
    0,
  );
  assert.deepEqual([whole.length, store.rows.end], [size, size]);
  for (const most of [7, 100, 10_000]) {
    for (let from = 0; from < size; from += 11) {
      const into = Buffer.alloc(most);
      const length = await store.rows.read(into, from);
      assert.ok(length > 0, `nothing at byte ${from}`);
      assert.deepEqual(into.subarray(0, length), whole.subarray(from, from + length), `from byte ${from}`);
    }
  }
  // Backwards too: which entry was read last changes nothing.
  for (let from = size - 1; from >= 0; from -= 13) {
    const into = Buffer.alloc(1);
    assert.equal(await store.rows.read(into, from), 1);
    assert.equal(into[0], whole[from]);
  }
  assert.equal(await store.rows.read(Buffer.alloc(1), size), 0);
});
