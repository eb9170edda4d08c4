/** What is said again is compared with what is stored, byte for byte: nothing else is ever called stored, and dropped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import { SINGLE_BETS, SINGLE_BETS_OF_AN_AGENCY } from '../../src/limits.ts';
import { sealLine } from '../../src/store/journal.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, betRow, brief, DIR, open, rowsOf, single, tp0Batch } from './helpers.ts';
import { ROWS_OF_ONE_CRC } from './rows-of-one-crc.ts';

const BETS = `${DIR}/bets.csv`;
const JOURNAL = `${DIR}/journal.ndjson`;

const rows = (agency: number, offset: number, ...said: readonly (string | Buffer)[]): StoreRequest => {
  const bytes = Buffer.concat(said.map((row) => Buffer.from(row)));
  const count = bytes.toString().split(/\d\r\n/).length - 1;
  return { kind: 'bets', agency, dialect: 'quiniela', offset, count, rows: bytes };
};

test('a batch at a stored offset with other bets of the same CRC-32 is refused, alone and in a larger one', async () => {
  const [one, other] = ROWS_OF_ONE_CRC;
  for (const restart of [false, true]) {
    const disk = new FaultDisk();
    let { store } = await open(disk);
    await store.commit([rows(1, 0, one), rows(1, 1, betRow(1, 1))]);
    if (restart) {
      await store.close();
      ({ store } = await open(disk));
    }
    const outcomes = await store.commit([
      rows(1, 0, one),
      rows(1, 0, other),
      rows(1, 0, other, betRow(1, 1)),
      rows(1, 0, one, betRow(1, 1), betRow(1, 2)),
      rows(1, 0, other, betRow(1, 1), betRow(1, 2), betRow(1, 3)),
    ]);
    assert.deepEqual(outcomes.map(brief), [
      'stored 2 +0',
      'refused CRC',
      'refused CRC',
      'stored 3 +1',
      'refused CRC',
    ]);
    assert.match(
      (outcomes[1] as { text: string }).text,
      /^agency 1 at offset 0: the bets are not those that are stored/,
    );
    assert.equal(disk.read(BETS).toString(), one + betRow(1, 1) + betRow(1, 2));
  }
});

test('two single bets with one id and one CRC-32 are two bets, also after a restart, and from an old journal', async () => {
  const [one, other] = ROWS_OF_ONE_CRC;
  const bet = (row: string): StoreRequest =>
    ({ ...single(1, 'a', 1), row: Buffer.from(row) }) as StoreRequest;
  const disk = new FaultDisk();
  const { store } = await open(disk);
  await store.commit([batch(1, 0, 2), single(1, 'b', 9), bet(one)]);
  const both = async ({ store }: Awaited<ReturnType<typeof open>>) =>
    (await store.commit([bet(one), bet(other)])).map(brief);
  const known = ['bet a known', 'refused BET_ID'];
  assert.deepEqual((await store.commit([bet(one), bet(other)])).map(brief), known);
  await store.close();
  const again = await open(disk);
  assert.deepEqual(await both(again), known);
  await again.store.close();

  // Version 1 wrote down no hash of a row.
  const [header, commit] = disk.read(JOURNAL).toString().split('\n');
  const { prev, hash: _hash, ids, ...fields } = JSON.parse(commit!);
  const old = sealLine({ ...fields, ids: ids.map((id: unknown[]) => id.slice(0, 3)) }, prev).line;
  const files = disk.files();
  files.set(JOURNAL, Buffer.concat([Buffer.from(`${header}\n`), old]));
  assert.deepEqual(await both(await open(FaultDisk.holding(files))), known);
});

test('an upload said again in any pieces is known, and a change in any of its bets is found', async () => {
  const disk = new FaultDisk();
  let { store } = await open(disk);
  // Each commit mixes agencies, runs of one agency, and single bets of the same agency at its end.
  for (let at = 0; at < 40; at += 8) {
    await store.commit([
      batch(2, at, at + 3),
      batch(1, at, at + 5),
      single(1, `s${at}`, 500 + at),
      batch(2, at + 3, at + 8),
      batch(1, at + 5, at + 8),
      single(2, `t${at}`, 600 + at),
    ]);
  }
  for (const restart of [false, true]) {
    if (restart) {
      await store.close();
      ({ store } = await open(disk));
    }
    for (const size of [1, 3, 8, 13, 40]) {
      const said = [];
      for (let at = 0; at < 40; at += size)
        said.push(batch(1, at, Math.min(40, at + size)), batch(2, at, Math.min(40, at + size)));
      const outcomes = (await store.commit(said)).map(brief);
      assert.ok(
        outcomes.every((text) => text === 'stored 40 +0'),
        outcomes.join(),
      );
    }
    for (let changed = 0; changed < 40; changed++) {
      const text = rowsOf(2, 0, 40)
        .toString()
        .replace(betRow(2, changed), betRow(2, changed + 50));
      const whole = {
        kind: 'bets',
        agency: 2,
        dialect: 'quiniela',
        offset: 0,
        count: 40,
        rows: Buffer.from(text),
      } as const;
      assert.deepEqual((await store.commit([whole])).map(brief), ['refused CRC'], `${changed}`);
    }
    // Shorter and longer ones, and one that is cut elsewhere.
    const shifted = { ...(batch(2, 1, 4) as { rows: Buffer }), offset: 0 } as unknown as StoreRequest;
    assert.deepEqual((await store.commit([shifted])).map(brief), ['refused CRC']);
  }
  assert.equal((await verifyDraw(DIR, disk)).bets, 90);
});

test('what the same commit adds is compared as well', async () => {
  const { store } = await open(new FaultDisk());
  const other = { ...(batch(1, 6, 9) as { rows: Buffer }), offset: 2 } as unknown as StoreRequest;
  const outcomes = await store.commit([
    batch(1, 0, 4),
    batch(2, 0, 2),
    batch(1, 4, 6),
    batch(1, 2, 7),
    other,
    batch(1, 1, 7),
  ]);
  assert.deepEqual(outcomes.map(brief), [
    'stored 4 +4',
    'stored 2 +2',
    'stored 6 +2',
    'stored 7 +1',
    'refused CRC',
    'stored 7 +0',
  ]);
});

test('an upload that is said to have begun with other bets is refused in the TP0 dialect', async () => {
  const [one, other] = ROWS_OF_ONE_CRC;
  const tp0 = (...said: string[]) => ({ ...rows(1, -1, ...said), dialect: 'tp0' }) as StoreRequest;
  const { store } = await open(new FaultDisk());
  const opened = { kind: 'open', agency: 1 } as const;
  const outcomes = await store.commit([opened, tp0(one), tp0(betRow(1, 1)), opened, tp0(other)]);
  // It is no repeat: it is stored, where it came.
  assert.deepEqual(outcomes.map(brief), [
    'opened 0',
    'stored 1 +1',
    'stored 2 +1',
    'opened 2',
    'stored 3 +1',
  ]);
  const again = await store.commit([opened, tp0(one), tp0(other), tp0(one)]);
  assert.deepEqual(again.map(brief), ['opened 3', 'stored 3 +0', 'refused CRC', 'refused CRC']);
});

test('no more single bets are kept than an agency, and a draw, may have: a clear refusal, and all else goes on', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  const ids = (agency: number, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) =>
      single(agency, `${agency}-${from + index}`, from + index),
    );
  const full = Math.ceil(SINGLE_BETS / SINGLE_BETS_OF_AN_AGENCY);
  for (let agency = 1; agency <= full; agency++) {
    await store.commit(ids(agency, 0, SINGLE_BETS_OF_AN_AGENCY));
    if (agency > 1) continue;
    const outcomes = await store.commit([
      ...ids(1, SINGLE_BETS_OF_AN_AGENCY - 1, SINGLE_BETS_OF_AN_AGENCY + 1),
      single(2, 'x', 1),
    ]);
    assert.deepEqual(outcomes.map(brief), [
      `bet 1-${SINGLE_BETS_OF_AN_AGENCY - 1} known`,
      'refused LIMIT',
      'bet x fresh',
    ]);
    assert.deepEqual(outcomes[1], {
      kind: 'refused',
      fault: 'LIMIT',
      text: `agency 1 has ${SINGLE_BETS_OF_AN_AGENCY} single bets, no more are kept: upload the others as a file`,
    });
  }
  const more = full + 1;
  const outcomes = await store.commit([
    single(more, 'y', 1),
    batch(more, 0, 3),
    single(1, '1-0', 0),
    tp0Batch(9, 0, 2),
  ]);
  assert.deepEqual(outcomes.map(brief), ['refused LIMIT', 'stored 3 +3', 'bet 1-0 known', 'stored 2 +2']);
  assert.match((outcomes[0] as { text: string }).text, /^this draw has 200000 single bets, no more are kept/);
  await store.close();
  await open(disk);
});
