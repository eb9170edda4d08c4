/** What was exchanged for something as good by itself: only the hashes tell, of each commit's rows and of each line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { csvRow, DIR, open } from './helpers.ts';
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
