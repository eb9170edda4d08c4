/** Several servers and one log: every bet once, one draw, one order of things, whoever says what to whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportDraw } from '../../src/cluster/export.ts';
import { foldWhole } from '../../src/cluster/whole.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, finish, rowsOf, single, tp0Batch } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';
import { hello, openServer } from './support.ts';

const OUT = '/out';

test('an upload goes on at another server where it stood, and every server comes to the same journal', async (t) => {
  const log = new MemoryLog();
  const [one, two] = [
    await openServer(t, log.port(), { agencies: 2 }),
    await openServer(t, log.port(), { agencies: 2 }),
  ];
  assert.deepEqual(await one.say(hello(1), batch(1, 0, 5), batch(1, 5, 9), single(1, 'a', 50)), [
    'opened 0',
    'stored 5 +5',
    'stored 9 +4',
    'bet a fresh',
  ]);
  assert.deepEqual(await two.say(hello(1), batch(1, 0, 13), single(1, 'a', 50), finish(1, 13)), [
    'opened 9',
    'stored 13 +4',
    'bet a known',
    'finished 13',
  ]);
  assert.deepEqual(await one.say(hello(2), tp0Batch(2, 0, 2)), ['opened 0', 'stored 2 +2']);
  assert.deepEqual(await one.say({ kind: 'finish', agency: 2, count: undefined, crc: undefined }), [
    'finished 2',
  ]);
  assert.deepEqual([await two.draw(), await one.draw()], [['drawn'], ['drawn']]);
  assert.deepEqual(await one.say({ kind: 'told', agency: 1 }, { kind: 'close' }), ['recorded', 'recorded']);
  await two.caughtUp();
  assert.equal(one.store.fold.hash, two.store.fold.hash);
  const late = await openServer(t, log.port(), { agencies: 2 });
  assert.equal(late.store.fold.hash, one.store.fold.hash);
  assert.partialDeepStrictEqual(late.store.recovered(), {
    ...{ finished: [1, 2], withOffsets: [1], told: [1] },
    winners: new Map([[1, ['10000012']]]),
  });

  const disk = new FaultDisk();
  const { head } = await exportDraw(log.port(), disk, OUT);
  assert.equal(head, one.store.fold.hash);
  assert.equal(
    disk.read(`${OUT}/bets.csv`).toString(),
    Buffer.concat([rowsOf(1, 0, 9), rowsOf(1, 50, 51), rowsOf(1, 9, 13), rowsOf(2, 0, 2)]).toString(),
  );
  const { state, last, winners, agencies } = await verifyDraw(OUT, disk);
  assert.deepEqual([state, last, winners], ['closed', head, new Map([[1, ['10000012']]])]);
  assert.partialDeepStrictEqual(agencies.get(1), { stored: 13, singles: 1, finished: true });
  await assert.rejects(exportDraw(log.port(), disk, OUT), {
    code: 'FOREIGN',
    message: /bets\.csv is there, name another folder/,
  });
});

test('servers hear of each other what their agencies need: begun, finished, told, and gone on elsewhere', async (t) => {
  const log = new MemoryLog();
  const [one, two] = [
    await openServer(t, log.port(), { agencies: 1 }),
    await openServer(t, log.port(), { agencies: 1 }),
  ];
  await one.say(hello(1), batch(1, 0, 2), batch(1, 2, 3));
  await two.say(hello(1), finish(1, 3));
  await two.draw();
  await two.say({ kind: 'told', agency: 1 });
  await one.caughtUp();
  assert.deepEqual(one.news, [
    { type: 'agency.superseded', agency: 1 },
    { type: 'uploads.finished', agencies: [1] },
    { type: 'agency.told', agency: 1 },
  ]);
  assert.deepEqual(two.news, [{ type: 'uploads.begun', agencies: [1] }]);
});

test('a session that has gone on elsewhere adds nothing: all that it says is refused as passing', async (t) => {
  const log = new MemoryLog();
  const [one, two] = [await openServer(t, log.port()), await openServer(t, log.port())];
  await one.say(hello(1), batch(1, 0, 2));
  // Both at once: the order of the log decides, and whoever comes later is told what stands.
  const [here, there] = await Promise.all([one.say(batch(1, 2, 4), finish(1, 4)), two.say(hello(1))]);
  const stored = here[0] === 'stored 4 +2' ? 4 : 2;
  assert.deepEqual([here.at(-1), there], ['refused SUPERSEDED', [`opened ${stored}`]]);
  assert.deepEqual(
    await one.say(batch(1, 0, 2), batch(1, stored, 5), single(1, 'a', 9), finish(1, 4), tp0Batch(1, 0, 1)),
    Array(5).fill('refused SUPERSEDED'),
  );
  const rest = [`stored 5 +${5 - stored}`, 'finished 5'];
  assert.deepEqual(await two.say(batch(1, stored, 5), finish(1, 5)), rest);
  assert.deepEqual(await one.say(hello(1), finish(1, 5)), ['opened 5 finished', 'finished 5']);
});

test('two servers that greet one agency at once: one has it, the other says that it goes on elsewhere', async (t) => {
  const log = new MemoryLog();
  const [one, two] = [await openServer(t, log.port()), await openServer(t, log.port())];
  const greeted = await Promise.all([one.say(hello(1)), two.say(hello(1))]);
  assert.deepEqual(greeted.flat().sort(), ['opened 0', 'refused SUPERSEDED']);
});

test('a draw counts once, after every DONE, and of all that is stored', async (t) => {
  const log = new MemoryLog();
  const [one, two] = [
    await openServer(t, log.port(), { agencies: 2 }),
    await openServer(t, log.port(), { agencies: 2 }),
  ];
  await one.say(hello(1), batch(1, 0, 13), finish(1, 13));
  assert.deepEqual(await one.draw(), ['postponed'], 'agency 2 is missing');
  await two.say(hello(2), finish(2, 0));
  const early = await one.store.findWinners();
  // Its DONE was without bets, as anybody can say it; now it comes with some, while the first server searches.
  await two.say(hello(2), batch(2, 0, 13), finish(2, 13));
  assert.deepEqual(await one.say({ kind: 'draw', winners: early }), ['postponed'], 'drawn without agency 2');
  assert.deepEqual(await Promise.all([one.draw(), two.draw()]), [['drawn'], ['drawn']]);
  assert.deepEqual(
    one.store.recovered().winners,
    new Map([
      [1, ['10000012']],
      [2, ['20000012']],
    ]),
  );
  const draws = log.entries.filter(({ facts }) => facts.includes('"kind":"draw"'));
  assert.ok(draws.length >= 3, 'all were proposed');
  await two.caughtUp();
  assert.equal(one.store.fold.hash, two.store.fold.hash);
});

test('many agencies at once go into few entries, each fact counts by itself', async (t) => {
  const log = new MemoryLog();
  const server = await openServer(t, log.port(), { agencies: 300 });
  const all = Array.from({ length: 300 }, (_, index) => index + 1);
  await server.say(...all.map(hello));
  assert.equal(log.entries.length, 1 + 3, 'the beginning, and 128 facts an entry');
  await server.say(...all.flatMap((agency) => [batch(agency, 0, 2), batch(agency, 2, 4)]));
  assert.equal(log.entries.length, 1 + 3 + 3, 'bets that follow one another are one fact');
  assert.deepEqual(
    all.map((agency) => server.store.fold.ledger.standing(agency).stored),
    all.map(() => 4),
  );
});

test('rows that one entry cannot hold go into several, and are answered once', async (t) => {
  const log = new MemoryLog();
  const server = await openServer(t, log.port());
  const rows = rowsOf(1, 0, 20_000);
  assert.ok(rows.length > 1_000_000);
  const said = { ...batch(1, 0, 0), count: 20_000, rows } as ReturnType<typeof batch>;
  assert.deepEqual(await server.say(hello(1), said, batch(1, 20_000, 20_001)), [
    'opened 0',
    'stored 20000 +20000',
    'stored 20001 +1',
  ]);
  const bodies = log.entries.map((entry) => entry.rows.length);
  assert.ok(bodies.every((bytes) => bytes <= 512 * 1024) && bodies.filter((bytes) => bytes > 0).length >= 3);
  const disk = new FaultDisk();
  await exportDraw(log.port(), disk, OUT);
  assert.ok(disk.read(`${OUT}/bets.csv`).equals(rowsOf(1, 0, 20_001)));
});

test('servers of one draw are configured alike, and each says what differs', async (t) => {
  const log = new MemoryLog();
  await openServer(t, log.port(), { rules: { maxNumber: 49_999, shortDocuments: false } });
  const refused = (options: Parameters<typeof openServer>[2], message: RegExp) =>
    assert.rejects(openServer(t, log.port(), options), { code: 'OTHER_DRAW', exitCode: 2, message });
  await refused({ draw: '2' }, /^the log is of draw "1" with DRAW_NAME "1", this server has "2"/);
  await refused({ agencies: 5 }, /with AGENCIES 4, this server has 5/);
  await refused({ agenciesFrom: 0 }, /with AGENCIES_FROM 1, this server has 0/);
  await refused(
    {},
    /with rules of a bet {"maxNumber":49999,"shortDocuments":false}, this server has {"maxNumber":9999/,
  );
});

test('an engine that has other rows than those that were stored draws nothing, and nothing is exported of it', async (t) => {
  const log = new MemoryLog();
  const server = await openServer(t, log.port(), { agencies: 1 });
  await server.say(hello(1), batch(1, 0, 13), finish(1, 13));
  const { rows } = log.entries.find((entry) => entry.rows.length > 0)!;
  rows[rows.indexOf('Pérez')]! ^= 1;
  const isDamaged = { code: 'DAMAGED', message: /the rows of entry \d+ are not those that were stored/ };
  await assert.rejects(server.store.findWinners(), isDamaged);
  await assert.rejects(foldWhole(log.port(), log.entries.length), isDamaged);
});

test('who is told the winners of an earlier draw has not been told those of this one', async (t) => {
  const log = new MemoryLog();
  const server = await openServer(t, log.port(), { agencies: 1 });
  await server.say(hello(1), batch(1, 0, 2), finish(1, 2));
  await server.draw();
  assert.deepEqual(await server.say({ kind: 'told', agency: 1, draw: '0' }), ['recorded']);
  assert.deepEqual(server.store.recovered().told, []);
  await server.say({ kind: 'told', agency: 1, draw: '1' });
  assert.deepEqual(server.store.recovered().told, [1]);
});
