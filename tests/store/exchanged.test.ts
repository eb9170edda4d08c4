/** What was exchanged for something as good by itself: only the hashes tell, of each commit's rows and of each line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealLine, sha256 } from '../../src/store/journal.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, csvRow, DIR, open } from './helpers.ts';
import { ROWS_OF_ONE_CRC } from './rows-of-one-crc.ts';

/** A draw's folder that holds the first of the two rows, with the second one in its place. */
async function exchanged(): Promise<FaultDisk> {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  const bets = { kind: 'bets', agency: 1, dialect: 'quiniela', offset: 0, count: 1 } as const;
  await store.commit([{ ...bets, rows: Buffer.from(ROWS_OF_ONE_CRC[0]) }]);
  await store.close();
  const files = disk.files();
  files.set(`${DIR}/bets.csv`, Buffer.from(ROWS_OF_ONE_CRC[1]));
  return FaultDisk.holding(files);
}

test('verify finds a bet that was exchanged for another of the same CRC', async () => {
  await assert.rejects(verifyDraw(DIR, await exchanged()), { code: 'DAMAGED' });
});

test('a server does not start on a bet that was exchanged for another of the same CRC', async () => {
  await assert.rejects(open(await exchanged()), { code: 'DAMAGED' });
});

test('a line of the journal that is right by itself, of another history, is found', async () => {
  const journals: string[][] = [];
  for (const document of [10_000_001, 10_000_002]) {
    const disk = new FaultDisk();
    const { store } = await open(disk);
    for (const [offset, row] of [document, 10_000_003].entries()) {
      const rows = Buffer.from(csvRow([2, 'Ana', 'Paz', row, '1999-03-17', 1]));
      await store.commit([{ kind: 'bets', agency: 2, dialect: 'quiniela', offset, count: 1, rows }]);
    }
    await store.close();
    journals.push(disk.read(`${DIR}/journal.ndjson`).toString().split('\n'));
    if (journals.length < 2) continue;
    const files = disk.files();
    const [[, , last], own] = journals as [string[], string[]];
    files.set(`${DIR}/journal.ndjson`, Buffer.from([...own.slice(0, 2), last, ''].join('\n')));
    const isDamaged = { code: 'DAMAGED', message: /the line does not follow the one before it/ };
    await assert.rejects(verifyDraw(DIR, FaultDisk.holding(files)), isDamaged);
    await assert.rejects(open(FaultDisk.holding(files)), isDamaged);
  }
});

test('lines of the journal that are right by themselves, whose rows do not follow one another, are found', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  for (const from of [0, 2]) await store.commit([batch(1, from, from + 2)]);
  await store.close();
  const [bets, journal] = [disk.read(`${DIR}/bets.csv`), disk.read(`${DIR}/journal.ndjson`)];
  const [header = '', first = '', second = ''] = journal.toString().split('\n');
  const { prev, hash: _hash, ...commit } = JSON.parse(second);
  const [start, end] = commit.range;
  const rows = bets.subarray(start, end);
  for (const [range, own, content] of [
    [[start + rows.length, end + rows.length], rows, Buffer.concat([bets, rows])], // a gap
    [[start, start - 7], Buffer.alloc(0), bets], // backwards
    [[0, start], bets.subarray(0, start), bets], // the same again
  ] as const) {
    const { line } = sealLine({ ...commit, range, sha: sha256(own) }, prev);
    const files = disk.files();
    files.set(`${DIR}/bets.csv`, content);
    files.set(`${DIR}/journal.ndjson`, Buffer.from(`${header}\n${first}\n${line}`));
    const isDamaged = {
      code: 'DAMAGED',
      message: new RegExp(
        `line 3, byte \\d+: rows from byte ${range[0]} to ${range[1]}, expected from ${start}`,
      ),
    };
    await assert.rejects(verifyDraw(DIR, FaultDisk.holding(files)), isDamaged);
    await assert.rejects(open(FaultDisk.holding(files)), isDamaged);
  }
});
