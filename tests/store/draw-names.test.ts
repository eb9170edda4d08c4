/** The draw that a folder holds and the one that was configured, and the names of those that are over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { BETS, COLLECTING, DRAWN, JOURNAL } from '../crash/sample-draw.ts';
import { batch, brief, DIR, NOON, open, single } from './helpers.ts';

/** A disk with one draw to its end, with single bets of its own. */
const drawn = async (disk: FaultDisk, drawName?: string, at = NOON): Promise<void> => {
  const { store } = await open(disk, DIR, { drawName, agencies: 3, now: () => at });
  const own = (request: StoreRequest): StoreRequest =>
    request.kind === 'bet' && drawName ? { ...request, id: `${request.id}-${drawName}` } : request;
  for (const group of [...COLLECTING, ...DRAWN]) await store.commit(group.map(own));
  await store.close();
};

test('the number of agencies is that of the journal: another one is refused with both', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  await store.commit([batch(3, 0, 2)]);
  await store.close();
  for (const agencies of [1, 4, 6]) {
    await assert.rejects(open(disk, DIR, { agencies }), {
      ...{ code: 'OTHER_DRAW', exitCode: 2 },
      message: `draw "1" in "/draw" is of 5 agencies, AGENCIES is ${agencies}: go on with the same number, or use another folder`,
    });
  }
  await (await open(disk)).store.close();
});

test('a draw that is over says nothing about the next one', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  const { recovered, store } = await open(disk, DIR, { agencies: 10_000 });
  assert.equal(recovered.draw, '2');
  await store.close();
});

test('a name is given, and a folder goes on with it', async () => {
  const disk = new FaultDisk();
  const drawName = '2026-11-26-nocturna';
  const { store, recovered } = await open(disk, DIR, { drawName });
  assert.equal(recovered.draw, drawName);
  assert.partialDeepStrictEqual(await store.commit([{ kind: 'open', agency: 1 }]), [{ draw: drawName }]);
  await store.close();
  for (const same of [undefined, drawName]) {
    const again = await open(disk, DIR, { drawName: same });
    assert.equal(again.recovered.draw, drawName);
    await again.store.close();
  }
  await assert.rejects(open(disk, DIR, { drawName: 'other' }), {
    ...{ code: 'OTHER_DRAW', exitCode: 2 },
    message: /draw "2026-11-26-nocturna" in "\/draw" is not over, DRAW_NAME is "other"/,
  });
});

test('a name whose folder would be that of the draw that is over is refused before anything is moved', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  await assert.rejects(open(disk, DIR, { drawName: '0001' }), {
    ...{ code: 'OTHER_DRAW', exitCode: 2 },
    message:
      /cannot begin draw "0001": it is over, "\/draw\/draw-0001" is for draw "1"; each draw needs a name/,
  });
  assert.equal((await verifyDraw(DIR, disk)).draw, '1');
});

test('a draw that is over goes on being announced by a server of its name, and makes room for another one', async () => {
  const disk = new FaultDisk();
  await drawn(disk, 'noche');
  const again = await open(disk, DIR, { drawName: 'noche', agencies: 3 });
  assert.deepEqual([again.recovered.draw, again.recovered.told], ['noche', [1, 2, 3]]);
  assert.equal(again.recovered.winners?.size, 1);
  await again.store.close();

  const next = await open(disk, DIR, { drawName: 'dia' });
  assert.equal(next.recovered.draw, 'dia');
  assert.equal((await verifyDraw(`${DIR}/draw-noche`, disk)).draw, 'noche');
  await next.store.close();
});

test('a name is used once, also one whose folder is that of a number', async () => {
  for (const [first, second] of [
    ['noche', 'noche'],
    ['1', '1'],
    ['1', '0001'],
    ['0001', '1'],
  ] as const) {
    const disk = new FaultDisk();
    await drawn(disk, first);
    const between = await open(disk, DIR, { drawName: 'between', agencies: 3 });
    for (const group of [...COLLECTING, ...DRAWN]) await between.store.commit(group);
    await between.store.close();
    const whole = disk.files();
    // As a kill leaves it, after the last draw was archived.
    const archivedAll = new Map([...whole].filter(([path]) => path !== BETS && path !== JOURNAL));
    for (const before of [whole, archivedAll]) {
      const holding = FaultDisk.holding(before);
      await assert.rejects(open(holding, DIR, { drawName: second }), {
        ...{ code: 'OTHER_DRAW', exitCode: 2 },
        message: new RegExp(`cannot begin draw "${second}": it is over, "/draw/draw-`),
      });
      const moved = [...before.keys()].filter(
        (path) => !holding.files().get(path)?.equals(before.get(path)!),
      );
      assert.deepEqual(moved, [], 'nothing was moved');
    }
  }
});

test('an archive answers for each of its draws by name, and for no other', async () => {
  const disk = new FaultDisk();
  for (const name of ['a', 'b', undefined]) await drawn(disk, name);
  const { store, recovered } = await open(disk, DIR, { agencies: 2 });
  assert.equal(recovered.draw, '2');
  for (const draw of ['a', 'b', '1', 'a']) {
    const over = await store.recall({ kind: 'open', agency: 1, draw });
    assert.partialDeepStrictEqual(over, {
      ...{ kind: 'over', draw, stored: 13, documents: ['10000012', '10000090'] },
    });
    const head = over.kind === 'over' ? over.head : '';
    const { lines } = await verifyDraw(`${DIR}/draw-${draw === '1' ? '0001' : draw}`, disk);
    assert.ok(lines.length > 0 && /^[0-9a-f]{64}$/.test(head));
  }
  for (const draw of ['c', '0001', '3', '2']) {
    assert.equal(brief(await store.recall({ kind: 'open', agency: 1, draw })), 'refused DRAW');
  }
  for (const agency of [0, 4]) {
    assert.equal(brief(await store.recall({ kind: 'open', agency, draw: 'a' })), 'refused AGENCY');
  }
  await store.close();
});

test('an archive that was changed is not answered from', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  await (await open(disk)).store.close();
  const path = `${DIR}/draw-0001/journal.ndjson`;
  const journal = disk.read(path);
  journal[journal.indexOf('10000012')] = 0x39;
  const { store } = await open(FaultDisk.holding(disk.files().set(path, journal)));
  await assert.rejects(store.recall({ kind: 'open', agency: 1, draw: '1' }), { code: 'DAMAGED' });
  await store.close();
});

test('the next journal says what was before it, and to whom winners are owed, until they are told', async () => {
  const disk = new FaultDisk();
  const first = await open(disk);
  for (const group of [...COLLECTING, ...DRAWN.slice(0, 2)]) await first.store.commit(group);
  await first.store.commit([{ kind: 'close' }]);
  await first.store.close();
  const opened = async (...agencies: number[]) => {
    const { store } = await open(disk);
    const outcomes = await store.commit(agencies.map((agency) => ({ kind: 'open', agency })));
    return { store, owed: outcomes.map((outcome) => outcome.kind === 'opened' && outcome.owed) };
  };
  const { store, owed } = await opened(1, 2, 3, 4);
  assert.deepEqual(owed, [undefined, '1', '1', undefined], 'agency 1 was told, agency 4 has no bets');
  const { before } = JSON.parse(disk.read(`${DIR}/journal.ndjson`).toString().split('\n')[0]!);
  const { head } = await verifyDraw(`${DIR}/draw-0001`, disk);
  assert.deepEqual(before, { draw: '1', head, untold: [2, 3], singles: 2 });
  await store.commit([
    { kind: 'told', agency: 2, draw: '1' },
    { kind: 'told', agency: 2, draw: '1' },
    { kind: 'told', agency: 3, draw: 'another' },
  ]);
  await store.commit([batch(3, 0, 2)]);
  await store.close();
  const again = await opened(2, 3);
  assert.deepEqual(again.owed, [undefined, undefined], 'agency 3 has begun this one');
  await again.store.close();
  const journal = disk.read(`${DIR}/journal.ndjson`).toString();
  assert.deepEqual(journal.match(/"toldLate":[^\]]*\]/g), ['"toldLate":[2]'], 'once, and nobody else');
});

test('the draw before is the last of all that are over', async () => {
  const disk = new FaultDisk();
  for (const [later, name] of ['2', 'later', '1'].entries()) await drawn(disk, name, NOON + later);
  const { store } = await open(disk, DIR, { drawName: 'next' });
  await store.close();
  const { before } = JSON.parse(disk.read(JOURNAL).toString().split('\n')[0]!);
  assert.equal(before.draw, '1');
});

test('an archive that cannot be read is said, and holds no draw up', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  const path = `${DIR}/draw-noche/journal.ndjson`;
  const files = disk.files().set(path, Buffer.from('nothing of ours\n'));
  const { recovered, notices, store } = await open(FaultDisk.holding(files));
  assert.equal(recovered.draw, '2');
  assert.deepEqual(
    notices.map(({ action, details }) => [action, details?.file ?? details?.draw]),
    [
      ['archive_draw', '1'],
      ['read_archive', path],
    ],
  );
  await store.close();
});

test('a single bet that is said again in the next draw is answered, and not stored there', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  const { store } = await open(disk);
  const again = single(1, 'V1StGXR8', 90);
  const other = single(1, 'V1StGXR8', 92);
  const requests = [again, other, single(1, 'new', 93), single(1, 'new', 93), single(2, 'Z5jdHi6B', 91)];
  assert.deepEqual((await store.commit(requests)).map(brief), [
    ...['bet V1StGXR8 known', 'refused BET_ID', 'bet new fresh', 'bet new known', 'bet Z5jdHi6B known'],
  ]);
  await store.close();
  assert.equal((await verifyDraw(DIR, disk)).bets, 1);
});

test('a single bet is not stored while nobody can read if it took part in the draw before', async () => {
  const disk = new FaultDisk();
  await drawn(disk);
  const next = await open(disk);
  const own = single(1, 'own', 93);
  await next.store.commit([own]);
  await next.store.close();
  const path = `${DIR}/draw-0001/journal.ndjson`;
  const whole = disk.files();
  const damaged = Buffer.from(disk.read(path));
  damaged[damaged.indexOf('10000012')] = 0x39;
  const missing = new Map([...whole].filter(([name]) => name !== path));
  const again = single(1, 'V1StGXR8', 90);
  for (const files of [new Map(whole).set(path, damaged), missing]) {
    const { store } = await open(FaultDisk.holding(files));
    const [first, ...others] = await store.commit([again, batch(1, 0, 1), own]);
    assert.deepEqual(others.map(brief), ['stored 1 +1', 'bet own known'], 'what needs no archive goes on');
    assert.partialDeepStrictEqual(first, { kind: 'refused', fault: 'INTERNAL' });
    assert.match(
      first!.kind === 'refused' ? first!.text : '',
      /draw "1" has bet "V1StGXR8".*draw-0001\/journal/,
    );
    await store.close();
  }
  const { store } = await open(FaultDisk.holding(whole));
  assert.deepEqual((await store.commit([again])).map(brief), ['bet V1StGXR8 known'], 'once it can be read');
  await store.close();
});
