/** What agencies sign stands in the log: each server comes to the same, and whoever exports the draw can verify it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportDraw } from '../../src/cluster/export.ts';
import { ENTRY_FACTS_BYTES } from '../../src/limits.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { agencies, agencyOf, authorities, authority, signedFinish, YEAR } from '../identity/signing.ts';
import { batch, finish, tp0Batch } from '../store/helpers.ts';
import { MemoryLog } from './memory-log.ts';
import { hello, openServer } from './support.ts';

const OUT = '/out';

test("a signature that one server took is in every server's journal, and verify checks it", async (t) => {
  const log = new MemoryLog();
  const options = { agencies: 3, asksForProof: true };
  const [one, two] = [await openServer(t, log.port(), options), await openServer(t, log.port(), options)];
  assert.deepEqual(await one.say(hello(1), batch(1, 0, 5), finish(1, 5)), [
    'opened 0',
    'stored 5 +5',
    'refused IDENTITY',
  ]);
  // It goes on at another server, and had sent nothing wrong: the right one is taken there.
  const wrong = signedFinish(1, 5, { by: agencies[2]! });
  assert.deepEqual(await two.say(hello(1), batch(1, 5, 6), wrong, signedFinish(1, 6, { draw: '2' })), [
    ...['opened 5', 'stored 6 +1', 'refused COUNT', 'refused IDENTITY'],
  ]);
  assert.deepEqual(
    await two.say(signedFinish(1, 6, { by: agencies[2]! }), signedFinish(1, 6), signedFinish(1, 6)),
    [...['refused IDENTITY', 'finished 6', 'finished 6']],
  );
  await one.say(hello(2), signedFinish(2, 0), hello(3), signedFinish(3, 0));
  await Promise.all([one, two].map((server) => server.caughtUp()));
  assert.equal(one.store.fold.hash, two.store.fold.hash);
  const disk = new FaultDisk();
  await exportDraw(log.port(), disk, OUT);
  const { agencies: found } = await verifyDraw(OUT, disk, { authorities });
  assert.deepEqual(
    [...found].map(([agency, { stored, signed }]) => [agency, stored, signed]),
    [
      [1, 6, true],
      [2, 0, true],
      [3, 0, true],
    ],
  );
});

test("where nobody asks for signatures, and in the original's dialect, there are none; a wrong one is refused all the same", async (t) => {
  const log = new MemoryLog();
  const plain = await openServer(t, log.port(), { agencies: 2 });
  const asking = await openServer(t, log.port(), { agencies: 2, asksForProof: true });
  assert.deepEqual(
    await plain.say(hello(1), batch(1, 0, 2), signedFinish(1, 2, { draw: 'x' }), finish(1, 2)),
    [...['opened 0', 'stored 2 +2', 'refused IDENTITY', 'finished 2']],
  );
  const done = { kind: 'finish', agency: 2, count: undefined, crc: undefined } as const;
  assert.deepEqual(await asking.say(hello(2), tp0Batch(2, 0, 2), done), [
    'opened 0',
    'stored 2 +2',
    'finished 2',
  ]);
  await plain.caughtUp();
  assert.equal(plain.store.fold.hash, asking.store.fold.hash);
  const disk = new FaultDisk();
  await exportDraw(log.port(), disk, OUT);
  await assert.rejects(verifyDraw(OUT, disk, { authorities }), { code: 'UNPROVEN', message: /: 1, 2$/ });
});

test('if an agency has signed other rows than it sent, verify names it: the servers of a cluster do not read them', async (t) => {
  const log = new MemoryLog();
  const { say } = await openServer(t, log.port(), { agencies: 1, asksForProof: true });
  const sha = 'ab'.repeat(32);
  const lies = signedFinish(1, 2, { says: { sha } });
  assert.deepEqual(await say(hello(1), batch(1, 0, 2), lies), ['opened 0', 'stored 2 +2', 'finished 2']);
  const disk = new FaultDisk();
  await exportDraw(log.port(), disk, OUT);
  await assert.rejects(verifyDraw(OUT, disk), {
    message: new RegExp(`what agency 1 signed: SHA-256 ${sha}, its rows`),
  });
});

test('signatures that come at once fit the room that an entry has for facts', async (t) => {
  const log = new MemoryLog();
  const { say } = await openServer(t, log.port(), { agencies: 120, asksForProof: true });
  const all = Array.from({ length: 120 }, (_, index) => index + 1);
  const owners = await Promise.all(all.map((agency) => agencyOf(authority, agency, YEAR)));
  await say(...all.map(hello));
  const done = await say(...all.map((agency) => signedFinish(agency, 0, { by: owners[agency - 1]! })));
  assert.deepEqual(new Set(done), new Set(['finished 0']));
  for (const { facts } of log.entries) assert.ok(facts.length <= ENTRY_FACTS_BYTES, `${facts.length}`);
});
