import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { TORN_BYTES } from '../../src/limits.ts';
import type { Commit, SingleBet } from '../../src/store/commit.ts';
import { rowHash } from '../../src/store/csv.ts';
import { headerOf, sealLine, sha256 } from '../../src/store/journal.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample } from '../crash/sample-draw.ts';
import { batch, DIR, finish, open, rowsOf } from './helpers.ts';

test('a finished draw is checked and told about', async () => {
  const { files } = await makeSample([...COLLECTING, ...DRAWN]);
  const disk = FaultDisk.holding(files);
  const { lines, state } = await verifyDraw(DIR, disk);
  assert.equal(state, 'closed');
  const shown = lines.map((line) => line.replace(/CRC \d+/, 'CRC …').replace(/[0-9a-f]{64}/, '…'));
  assert.deepEqual(shown, [
    'draw 1: drawn and over',
    'agency 1: 13 bets uploaded, 1 single bet, CRC …, finished, 2 winners',
    'agency 2: 8 bets uploaded, 1 single bet, CRC …, finished, 0 winners',
    'agency 3: 5 bets uploaded, CRC …, finished, 0 winners',
    `checked 8 commits, 28 bets, ${files.get(BETS)!.length} bytes: all as committed`,
    'checked the winners: those of the stored bets',
    'head at the draw: …',
    'head: …',
  ]);
  assert.equal(disk.changes, 0);
});

test('a draw that a server is working on is checked up to its last commit', async () => {
  const disk = new FaultDisk();
  const { store } = await open(disk);
  await store.commit([batch(1, 0, 3)]);
  const gate = Promise.withResolvers<void>();
  disk.beforeSync = () => gate.promise;
  const committing = store.commit([batch(1, 3, 5)]);
  while (disk.unsynced === 0) await null;
  const { bets, state, lines } = await verifyDraw(DIR, disk);
  assert.deepEqual({ bets, state }, { bets: 3, state: 'collecting' });
  const bytes = rowsOf(1, 3, 5).length;
  assert.equal(
    lines.at(-1),
    `bets.csv: ${bytes} bytes after the last commit, being written, or cut off at the next start`,
  );
  gate.resolve();
  await committing;
  assert.equal((await verifyDraw(DIR, disk)).bets, 5);
});

test('an unfinished line is no damage', async () => {
  const sample = await makeSample(COLLECTING);
  const journal = sample.files.get(JOURNAL)!.subarray(0, -10);
  const { lines } = await verifyDraw(DIR, FaultDisk.holding(changed(sample, { [JOURNAL]: journal })));
  assert.ok(lines.some((line) => /^journal\.ndjson: \d+ bytes after the last commit/.test(line)));
  assert.ok(lines.some((line) => /^bets\.csv: \d+ bytes after the last commit/.test(line)));
});

test('rows that are missing at the end are damage', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = sample.files.get(BETS)!.subarray(0, -1);
  const disk = FaultDisk.holding(changed(sample, { [BETS]: bets }));
  const message = `${BETS}, byte ${bets.length}: ends before byte ${bets.length + 1} (journal line 6)`;
  await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message });
});

test('more than a crash leaves behind the last commit is damage, as it is for a server that starts', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = Buffer.concat([sample.files.get(BETS)!, Buffer.alloc(TORN_BYTES + 1, '1,Ana\r\n')]);
  const disk = FaultDisk.holding(changed(sample, { [BETS]: bets }));
  await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message: /the journal has lost its end$/ });
});

test('a missing bets.csv is damage, and what to type next is left to who asked', async () => {
  const { files } = await makeSample(COLLECTING);
  files.delete(BETS);
  const message = `${BETS}, byte 0: the file is missing, its journal is not`;
  await assert.rejects(verifyDraw(DIR, FaultDisk.holding(files)), { code: 'DAMAGED', message });
});

test('a folder without a draw is refused', async () => {
  await assert.rejects(verifyDraw('/nowhere', new FaultDisk()), {
    code: 'FOREIGN',
    message: 'no draw in "/nowhere": it does not exist',
  });
  const other = Buffer.from(sealLine({ ...headerOf('1', 5, ''), version: 3 }, '').line);
  for (const journal of [Buffer.alloc(0), other]) {
    const files = new Map([
      [JOURNAL, journal],
      [BETS, Buffer.alloc(0)],
    ]);
    await assert.rejects(verifyDraw(DIR, FaultDisk.holding(files)), { code: 'FOREIGN' });
  }
});

const ROWS = rowsOf(1, 0, 13);
const { crc } = finish(1, 13) as { crc: number };
const whole: Partial<Commit> = { range: [0, ROWS.length], sha: sha256(ROWS), agencies: [[1, 13, crc]] };
const { agencies: _, ...unplaced } = whole;
const BEGUN = rowsOf(1, 0, 6);
const REST = ROWS.subarray(BEGUN.length);
const first: Partial<Commit> = {
  ...{ range: [0, BEGUN.length], sha: sha256(BEGUN) },
  agencies: [[1, 6, crc32(BEGUN)]],
};
const second = { ...whole, range: [BEGUN.length, ROWS.length] as const, sha: sha256(REST) };
const draw = { 1: ['10000012'] };
/** Bets `from` to before `to` as single ones; `other` is what is wrong with them. */
const singles = (from: number, to: number, other: { id?: string; crc?: number; sha?: string } = {}) =>
  Array.from({ length: to - from }, (_, index): SingleBet => {
    const row = rowsOf(1, from + index, from + index + 1);
    const { id = `bet ${from + index}`, crc = crc32(row), sha = rowHash(row) } = other;
    return [id, 1, crc, sha];
  });

/** Hashes and chain are right in all of these: only the rows can tell. */
const FORGED: readonly [what: RegExp, commits: readonly Partial<Commit>[]][] = [
  [/agency 1 at bet 13: CRC 7/, [{ ...whole, agencies: [[1, 13, 7]] }]],
  [/agency 1: 14 bets by the journal, 13 by its rows/, [{ ...whole, agencies: [[1, 14, crc]] }]],
  [/a row of agency 1 that its position does not count/, [{ ...whole, agencies: [[2, 13, crc]] }]],
  [/a row of agency 1 that its position does not count/, [{ ...unplaced }]],
  [/CRC 5/, [{ ...unplaced, tp0: [[1, 6, 5]] }]],
  [/14 single bets in 13 rows/, [{ ...whole, ids: Array(14).fill(['a', 1, 0]) }]],
  [/its row's CRC is not 0/, [{ ...unplaced, ids: Array(13).fill(['a', 1, 0]) }]],
  [/its row is not of agency 2/, [{ ...unplaced, ids: Array(13).fill(['a', 2, 0]) }]],
  [/its row's CRC is not 0/, [{ ...unplaced, ids: singles(0, 13, { crc: 0 }) }]],
  [/its row's SHA-256 is not /, [{ ...unplaced, ids: singles(0, 13, { sha: rowHash(ROWS) }) }]],
  [/bet "a" a second time/, [{ ...unplaced, ids: singles(0, 13, { id: 'a' }) }]],
  [
    /bet "bet 6" of agency 1 after its DONE/,
    [
      { ...first, done: [1] },
      { ...unplaced, range: second.range, sha: second.sha, ids: singles(6, 13) },
    ],
  ],
  [/agency 1: 20 bets by the journal, 13 by its rows/, [whole, { agencies: [[1, 20, crc]] }]],
  [/rows from byte 1 to \d+, expected from 0/, [{ ...whole, range: [1, ROWS.length] }]],
  [/does not end with a row/, [{ range: [0, 3], sha: sha256(ROWS.subarray(0, 3)) }]],
  [/bets of agency 1 after its DONE/, [{ ...first, done: [1] }, second]],
  [/DONE of agency 1 a second time/, [{ done: [1] }, { done: [1] }]],
  [/DONE of agency 1 a second time/, [whole, { done: [1] }, { done: [1] }]],
  [/bets, a DONE or an agency set back after the draw/, [{ draw: {} }, whole]],
  [/bets, a DONE or an agency set back after the draw/, [whole, { draw }, { done: [1] }]],
  [/the winners drawn are not those of the stored bets/, [whole, { draw: {} }]],
  [/the winners drawn are not those of the stored bets/, [whole, { draw: { 2: ['10000012'] } }]],
  [/an announcement before the draw/, [whole, { told: [1] }]],
  [/an announcement before the draw/, [whole, { closed: true }]],
  [/agency 1 told a second time/, [whole, { draw, told: [1] }, { told: [1] }]],
];

for (const [what, commits] of FORGED) {
  test(`a journal that contradicts the rows is damage: ${what.source}`, async () => {
    let { line, hash } = sealLine(headerOf('1', 5, ''), '');
    const lines = [line];
    for (const [index, commit] of commits.entries()) {
      ({ line, hash } = sealLine({ n: index + 1, at: '', ...commit }, hash));
      lines.push(line);
    }
    const files = new Map([
      [JOURNAL, Buffer.concat(lines)],
      [BETS, ROWS],
    ]);
    await assert.rejects(verifyDraw(DIR, FaultDisk.holding(files)), { code: 'DAMAGED', message: what });
  });
}

const NOT_OURS: readonly (readonly [field: string, value: unknown])[] = [
  ['agencies', 5],
  ['agencies', [[1, 13]]],
  ['done', '12'],
  ['ids', [5]],
  ['told', {}],
  ['draw', 'nocturna'],
  ['draw', { 1: '10000012' }],
  ['range', ['0', '1']],
  ['closed', 'no'],
  ['gaveUp', true],
  ['n', '2'],
];

for (const [field, value] of NOT_OURS) {
  test(`a line whose ${field} is ${JSON.stringify(value)} is damage, whatever its hash says: to verify, server and recover`, async () => {
    const header = sealLine(headerOf('1', 5, ''), '');
    const good = sealLine({ n: 1, at: '', ...whole }, header.hash);
    const odd = sealLine({ n: 2, at: '', [field]: value } as Commit, good.hash);
    const files = new Map([
      [JOURNAL, Buffer.concat([header.line, good.line, odd.line])],
      [BETS, ROWS],
    ]);
    const message =
      /journal\.ndjson, line 3, byte \d+: the hash is right, but this program writes no such line/;
    const disk = FaultDisk.holding(files);
    await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message, exitCode: 2 });
    await assert.rejects(open(disk), { code: 'DAMAGED', message, exitCode: 2 });
    const options = { dir: DIR, disk, now: () => 0 };
    assert.match((await recoverFolder({ ...options, force: false })).lines[0]!, message);
    assert.equal((await recoverFolder({ ...options, force: true })).isMended, true);
    assert.equal((await verifyDraw(DIR, disk)).bets, 13);
  });
}

for (const [field, value] of [
  ['draw', null],
  ['draw', '../1'],
  ['agencies', 'x'],
  ['before', 5],
] as const) {
  test(`a first line whose ${field} is ${JSON.stringify(value)} is damage, whatever its hash says`, async () => {
    const { line } = sealLine({ ...headerOf('1', 5, ''), [field]: value } as unknown as Commit, '');
    const files = new Map([
      [JOURNAL, line],
      [BETS, Buffer.alloc(0)],
    ]);
    const disk = FaultDisk.holding(files);
    const message = /line 1, byte 0: the hash is right, but this program writes no such line/;
    await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message });
    await assert.rejects(open(disk), { code: 'DAMAGED', message });
  });
}
