/** verify holds every row to the rules: also rows that a journal with right hashes speaks of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { headerOf, sealLine, sha256 } from '../../src/store/journal.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { BETS, JOURNAL } from '../crash/sample-draw.ts';
import { betRow, csvRow, DIR, open, rowsOf } from './helpers.ts';

/** A folder whose hashes, positions and CRCs are right, with these rows of agencies that take turns. */
function forged(text: string, agency: number, fields = {}, first = headerOf('1', 5, '')): FaultDisk {
  const rows = Buffer.from(text, 'latin1');
  const header = sealLine(first, '');
  const agencies = [[agency, 3, crc32(rows)]] as const;
  const commit = { n: 1, at: '', range: [0, rows.length], sha: sha256(rows), agencies, ...fields } as const;
  const files = new Map([
    [JOURNAL, Buffer.concat([header.line, sealLine(commit, header.hash).line])],
    [BETS, rows],
  ]);
  return FaultDisk.holding(files);
}

const GOOD = ['Ana', 'Paz', '12345678', '2000-02-29', '7574'];
const with_ = (index: number, value: string): string => {
  const fields = [...GOOD];
  fields[index] = value;
  return `3,${fields.join(',')}\r\n`;
};

const BAD: readonly [row: string, reason: RegExp][] = [
  [with_(0, ''), /the first name is not 1 to 64 bytes of UTF-8/],
  [with_(1, 'x'.repeat(65)), /the last name is not/],
  [with_(1, '\xff'), /the last name is not 1 to 64 bytes of UTF-8/],
  [with_(0, 'A\0na'), /the first name is not 1 to 64 bytes of UTF-8 without NUL/],
  [with_(1, '"P\0,az"'), /the last name is not 1 to 64 bytes of UTF-8 without NUL/],
  [with_(2, '1234567'), /the document is not exactly 8 digits/],
  [with_(2, '1234567a'), /the document is not exactly 8 digits/],
  [with_(3, '2001-02-29'), /the birthdate is not a real date/],
  [with_(3, '29/02/2000'), /the birthdate is not a real date/],
  [with_(4, '10000'), /the number is not 0 to 9999/],
  [with_(4, '-1'), /the number is not 0 to 9999/],
  [with_(4, '07'), /not written as Python's csv\.writer writes it/],
  [with_(0, '"Ana"'), /not written as Python's csv\.writer writes it/],
  [with_(4, '7').replace('\r\n', '\n'), /not written as Python's csv\.writer writes it/],
  [with_(4, '7,8'), /the row has 7 columns, not 6/],
  ['3,Ana\r\n', /the row has 2 columns, not 6/],
  [with_(4, '7').replace('3,', '03,'), /not written as Python's csv\.writer writes it/],
];

for (const [row, reason] of BAD) {
  test(`a row that breaks a rule is named with its place: ${JSON.stringify(row)}`, async () => {
    const good = [with_(4, '1'), with_(4, '2')];
    for (const at of [0, 1, 2]) {
      const rows = good.toSpliced(at, 0, row);
      const offset = rows.slice(0, at).join('').length;
      const message = new RegExp(`^${BETS}, byte ${offset}: .*${reason.source}`);
      await assert.rejects(verifyDraw(DIR, forged(rows.join(''), 3)), { code: 'DAMAGED', message });
    }
  });
}

test('a row of an agency that does not take part is named', async () => {
  for (const agency of [6, 70]) {
    const rows = with_(4, '1').replace('3,', `${agency},`).repeat(3);
    const message = new RegExp(`agency ${agency} is not one of the 5 of this draw`);
    await assert.rejects(verifyDraw(DIR, forged(rows, agency)), { code: 'DAMAGED', message });
  }
});

test('rows as agencies may send them are good: quotes, line ends in names, any language', async () => {
  const rows = [0, 1, 2].map((index) => betRow(3, index)).join('');
  const disk = forged(Buffer.from(rows).toString('latin1'), 3);
  assert.equal((await verifyDraw(DIR, disk)).bets, 3);
});

test('a draw with other rules says so in its journal, from the commit on', async () => {
  const disk = new FaultDisk();
  const wide = { maxNumber: 99_999, shortDocuments: true };
  const bets = (agency: number, ...fields: string[]) => {
    const rows = Buffer.from(csvRow([agency, 'Ana', 'Paz', ...fields]));
    return { kind: 'bets', agency, dialect: 'quiniela', offset: 0, count: 1, rows } as const;
  };
  const standard = await open(disk);
  await standard.store.commit([bets(1, '12345678', '2000-02-29', '9999')]);
  await standard.store.close();
  const raised = await open(disk, DIR, { rules: wide });
  await raised.store.commit([bets(2, '1234567', '2000-02-29', '99999')]);
  await raised.store.close();
  assert.equal((await verifyDraw(DIR, disk)).bets, 2);
  const again = await open(disk);
  const drawn = FaultDisk.holding(disk.files());
  const ending = await open(drawn);
  await ending.store.commit([{ kind: 'draw', winners: new Map() }]);
  await ending.store.close();
  const whole = drawn.files();
  await (await open(drawn, DIR, { rules: wide })).store.close();
  assert.deepEqual(drawn.files(), whole, 'they are nothing to a draw that has taken place');
  await again.store.commit([bets(3, '1234567', '2000-02-29', '1')]);
  await assert.rejects(verifyDraw(DIR, disk), {
    code: 'DAMAGED',
    message: /the document is not exactly 8 digits/,
  });
});

/** A bet of each of these agencies, in a draw of five. */
async function drawOf(agencies: readonly number[], agenciesFrom: number): Promise<FaultDisk> {
  const disk = new FaultDisk();
  const { store } = await open(disk, DIR, { agenciesFrom });
  for (const agency of agencies) {
    const rows = rowsOf(agency, 10_000_000, 10_000_001);
    await store.commit([{ kind: 'bets', agency, dialect: 'quiniela', offset: 0, count: 1, rows }]);
  }
  await store.close();
  return disk;
}

test('agencies are counted from where AGENCIES_FROM says, and are as many', async () => {
  for (const [agencies, from] of [
    [[0, 4], 0],
    [[1, 5], 1],
  ] as const) {
    assert.equal((await verifyDraw(DIR, await drawOf(agencies, from))).bets, 2);
  }
  for (const [agencies, from, message] of [
    [[0, 5], 0, /agency 5 is not one of the 5 of this draw, 0 to 4/],
    [[1, 6], 1, /agency 6 is not one of the 5 of this draw, 1 to 5/],
    [[1, 0], 1, /agency 0 is not one of the 5 of this draw, 1 to 5/],
  ] as const) {
    await assert.rejects(verifyDraw(DIR, await drawOf(agencies, from)), { message });
  }
});

test('a draw whose agencies are counted from elsewhere is not gone on with', async () => {
  for (const [from, other] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const disk = await drawOf([1], from);
    const before = disk.files();
    await assert.rejects(open(disk, DIR, { agenciesFrom: other }), {
      ...{ code: 'OTHER_DRAW', exitCode: 2 },
      message: new RegExp(
        `draw "1" .* numbers its agencies from ${from}, AGENCIES_FROM is ${other}: go on with the same`,
      ),
    });
    assert.deepEqual(disk.files(), before);
    await (await open(disk, DIR, { agenciesFrom: from })).store.close();
  }
});

test('an older journal does not say where they are counted from: as of the first that is 0', async () => {
  const rows = (...agencies: number[]) =>
    agencies.map((agency) => `${agency},${GOOD.join(',')}\r\n`).join('');
  const { from: _, ...header } = headerOf('1', 5, '');
  const unsaid = (text: string) => forged(text, 0, {}, header);
  const told = (text: string) => verifyDraw(DIR, unsaid(text)).catch(({ message }) => message);
  assert.match(await told(rows(0, 4, 5)), /agency 5 is not one of the 5 of this draw, 0 to 4/);
  assert.doesNotMatch(await told(rows(0, 4, 4)), /is not one of the 5/);
  assert.doesNotMatch(await told(rows(1, 5, 5)), /is not one of the 5/);
});
