/** An agency that missed its winners comes back for them after the next draw has begun, to any server of that one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderedLog } from '../../src/cluster/ordered-log.ts';
import { batch, brief, finish, rowsOf, single } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';
import { hello, openServer } from './support.ts';

test('a server of the next draw answers for one that is over, out of its log, and reads that once', async (t) => {
  const [monday, tuesday] = [new MemoryLog(), new MemoryLog()];
  const before = await openServer(t, monday.port(), { draw: 'monday', agencies: 2 });
  await before.say(hello(1), batch(1, 0, 13), single(1, 'a', 50), finish(1, 13));
  await before.say(hello(2), finish(2, 0));

  let read = 0;
  const counted = (log: OrderedLog): OrderedLog => ({
    ...log,
    read: (...range) => {
      read++;
      return log.read(...range);
    },
  });
  const find = async (draw: string) => (draw === 'monday' ? counted(monday.port()) : undefined);
  const { store } = await openServer(t, tuesday.port(), { draw: 'tuesday', agencies: 2, find });
  const recall = async (agency: number, draw: string) => {
    const outcome = await store.recall({ kind: 'open', agency, draw });
    return outcome.kind === 'refused' ? `${outcome.fault}: ${outcome.text}` : outcome.kind;
  };
  assert.equal(
    await recall(1, 'monday'),
    'DRAW: draw "monday" has not taken place: servers with DRAW_NAME=monday go on with it',
  );

  await before.draw();
  await before.say({ kind: 'close' });
  const { winners, head } = before.store.fold.ledger.ending;
  read = 0;
  assert.deepEqual(await store.recall({ kind: 'open', agency: 1, draw: 'monday' }), {
    ...{ kind: 'over', draw: 'monday', stored: 13, head },
    crc: before.store.fold.ledger.standing(1).crc,
    documents: winners?.get(1),
  });
  assert.ok(winners?.get(1)?.length, 'it has won');
  const none = await store.recall({ kind: 'open', agency: 2, draw: 'monday' });
  assert.partialDeepStrictEqual(none, { kind: 'over', stored: 0, documents: [] });
  assert.equal(read, 1, 'those that come back together');

  const bet = (id: string, index: number) =>
    ({
      kind: 'bet',
      agency: 1,
      draw: 'monday',
      id,
      row: rowsOf(1, index, index + 1),
      document: '1',
      number: 2,
    }) as const;
  assert.equal(brief(await store.recall(bet('a', 50))), 'bet a known');
  assert.match(brief(await store.recall(bet('a', 51))), /^refused BET_ID/);
  assert.match(brief(await store.recall(bet('b', 51))), /^refused FINISHED/);
  assert.equal(await recall(3, 'monday'), 'AGENCY: agency 3 is not one of 1 to 2 of draw "monday"');
  assert.equal(await recall(1, 'sunday'), 'DRAW: the engine has no draw "sunday"');
});
