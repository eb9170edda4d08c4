/** What editors, copies and people do to the files of a draw: kept if all is there, else named clearly and left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TORN_BYTES } from '../../src/limits.ts';
import { recoverFolder } from '../../src/store/recover.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { brief, DIR, finish, NOON, open } from '../store/helpers.ts';
import { FaultDisk } from './fault-disk.ts';
import { BETS, COLLECTING, changed, DRAWN, JOURNAL, makeSample } from './sample-draw.ts';

test('a journal without its last line feed keeps its last commit, whatever that says', async () => {
  const groups = [...COLLECTING, ...DRAWN];
  for (let commits = 0; commits <= groups.length; commits++) {
    const sample = await makeSample(groups.slice(0, commits));
    const journal = sample.files.get(JOURNAL)!;
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: journal.subarray(0, -1) }));
    const { lines } = await verifyDraw(DIR, disk);
    assert.ok(lines.includes('journal.ndjson: its last line has no line feed, the next start adds it'));
    assert.equal(disk.changes, 0);
    const { notices } = await open(disk);
    assert.equal(notices[0]?.details?.added, 'its last line feed');
    const path = commits === groups.length ? `${DIR}/draw-0001/journal.ndjson` : JOURNAL;
    assert.deepEqual(disk.read(path), journal);
  }
});

test('the line feed may be lost and added again and again, and what comes after it is stored', async () => {
  const sample = await makeSample([]);
  let disk = FaultDisk.holding(sample.files);
  for (const group of COLLECTING) {
    const { store } = await open(disk);
    await store.commit(group);
    await store.close();
    const files = disk.files();
    files.set(JOURNAL, files.get(JOURNAL)!.subarray(0, -1));
    disk = FaultDisk.holding(files);
  }
  const { store } = await open(disk);
  assert.deepEqual((await store.commit([finish(2, 8)])).map(brief), ['finished 8']);
  assert.equal((await verifyDraw(DIR, disk)).bets, 28);
});

const text = (bytes: Buffer): string => bytes.toString();
const withCrLf = (bytes: Buffer): string => text(bytes).replaceAll('\n', '\r\n');
const lines = (bytes: Buffer): string[] => text(bytes).split('\n');

const EDITS: readonly [what: string, edit: (journal: Buffer) => string, place: RegExp, reason: RegExp][] = [
  ['converted to CR LF', withCrLf, /line 1, byte 0/, /ends in CR LF/],
  [
    'converted from its third line on',
    (j) =>
      lines(j)
        .map((l, i) => (i < 2 ? l : `${l}\r`))
        .join('\n')
        .slice(0, -1),
    /line 3, byte \d+/,
    /ends in CR LF/,
  ],
  ['with a byte order mark', (j) => `\ufeff${text(j)}`, /line 1, byte 0/, /begins with a byte order mark/],
  ['with both', (j) => `\ufeff${withCrLf(j)}`, /line 1, byte 0/, /begins with a byte order mark/],
  ['with a blank line at its end', (j) => `${text(j)}\n`, /line 7, byte \d+/, /a blank line/],
  ['with a blank line of Windows at its end', (j) => `${text(j)}\r\n`, /line 7, byte \d+/, /ends in CR LF/],
  [
    'with a blank line in its middle',
    (j) => text(j).replace('\n', '\n\n'),
    /line 2, byte \d+/,
    /a blank line/,
  ],
  ['with a blank at its end', (j) => `${text(j)} `, /line 7, byte \d+/, /no line begins so/],
  [
    'with more zeros behind it than a crash leaves',
    (j) => text(j) + '\0'.repeat(TORN_BYTES + 1),
    /line 7, byte \d+/,
    /bytes without an end: a crash leaves/,
  ],
  ['with the end of file of DOS', (j) => `${text(j)}\x1a`, /line 7, byte \d+/, /no line begins so/],
  [
    'with a carriage return for its last line feed',
    (j) => `${text(j).slice(0, -1)}\r`,
    /line 6, byte \d+/,
    /not the line feed it was/,
  ],
  ['in UTF-16', (j) => `${[...text(j)].join('\0')}\0`, /line 1, byte 0/, /the file is UTF-16/],
  [
    'laid out by a formatter',
    (j) => text(j).replaceAll(',', ', '),
    /line 1, byte 0/,
    /hash is not that of its bytes/,
  ],
];

for (const [what, edit, place, reason] of EDITS) {
  test(`a journal ${what} is named, with its place and what to type, and left alone`, async () => {
    const sample = await makeSample(COLLECTING);
    const edited = Buffer.from(edit(sample.files.get(JOURNAL)!));
    const disk = FaultDisk.holding(changed(sample, { [JOURNAL]: edited }));
    const message = new RegExp(`^${JOURNAL}, ${place.source}: .*${reason.source}`);
    await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message });
    await assert.rejects(open(disk), { code: 'DAMAGED', message, exitCode: 2 });
    await assert.rejects(open(disk), { message: /nothing was changed\. .*: quiniela recover \/draw$/ });
    assert.equal(disk.changes, 0);
  });
}

test('more rows after the last commit than a crash leaves are refused, and stay', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = Buffer.concat([sample.files.get(BETS)!, Buffer.alloc(TORN_BYTES + 1, '1,Ana\r\n')]);
  const disk = FaultDisk.holding(changed(sample, { [BETS]: bets }));
  await assert.rejects(open(disk), {
    code: 'DAMAGED',
    message: /the journal has lost its end; nothing was changed/,
  });
  assert.equal(disk.changes, 0);
});

test('bets.csv that was converted, cut, emptied or grown in its middle is refused with its place', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = sample.files.get(BETS)!;
  const edits = [
    text(bets).replaceAll('\r\n', '\n'),
    `\ufeff${text(bets)}`,
    text(bets.subarray(0, sample.ends[1]!.bets)), // the end of a row, and of a commit
    text(bets.subarray(0, bets.lastIndexOf('\n', bets.length - 2) + 1)), // the end of a row
    '',
    text(bets).replace('\r\n', '\r\n\r\n'),
    text(bets).replace('1999', '2000'),
  ];
  for (const edited of edits) {
    const disk = FaultDisk.holding(changed(sample, { [BETS]: Buffer.from(edited) }));
    await assert.rejects(open(disk), { code: 'DAMAGED', message: /^\/draw\/bets\.csv, byte \d+: / });
    assert.equal(disk.changes, 0);
  }
});

const withLf = (bytes: Buffer): string => text(bytes).replaceAll('\r\n', '\n');

/** Every field, comma and row's end on its own. */
const byToken = (bets: Buffer, change: (token: string) => string): string =>
  text(bets).replace(/"(?:[^"]|"")*"|[^,\r\n"]+|,|\r\n/g, change);

/** What a program does to bets.csv that opens and saves it, and how that is told. */
const SAVED: readonly [what: string, save: (bets: Buffer) => string | Buffer, sign: RegExp | undefined][] = [
  ['with LF', withLf, /: another program has saved the file, its lines end in LF, the store's in CR LF/],
  ['with CR', (b) => text(b).replaceAll('\r\n', '\r'), /its lines end in CR, the store's/],
  ['with a byte order mark', (b) => `\ufeff${text(b)}`, /it begins with a byte order mark/],
  ['with both', (b) => `\ufeff${withLf(b)}`, /a byte order mark, its lines end in LF/],
  ['without its last line end', (b) => b.subarray(0, -2), undefined],
  ['without its last line feed', (b) => b.subarray(0, -1), undefined],
  ['with LF, without the last one', (b) => withLf(b).slice(0, -1), /its lines end in LF/],
  ['as UTF-16', (b) => Buffer.from(`\ufeff${text(b)}`, 'utf16le'), /it is UTF-16/],
  ['as UTF-16 without a mark', (b) => Buffer.from(text(b), 'utf16le'), /it is UTF-16/],
  ['as Windows-1252', (b) => Buffer.from(text(b), 'latin1'), undefined],
  ['with semicolons', (b) => byToken(b, (t) => (t === ',' ? ';' : t)), /its separator is ";"/],
  ['with tabs', (b) => byToken(b, (t) => (t === ',' ? '\t' : t)), /its separator is a tab/],
  ['all in quotes', (b) => byToken(b, (t) => (/^\w/.test(t) ? `"${t}"` : t)), /its numbers are in quotes/],
  ['with a header', (b) => `agency,first,last,document,birthdate,number\r\n${text(b)}`, /begins with no row/],
  ['with a blank line at its end', (b) => `${withLf(b)}\n`, /its lines end in LF/],
  ['with a blank line in it', (b) => text(b).replace('\r\n', '\r\n\r\n'), undefined],
  ['with empty columns', (b) => byToken(b, (t) => (t === '\r\n' ? `,,${t}` : t)), undefined],
];

for (const [what, save, sign] of SAVED) {
  test(`bets.csv saved ${what} is told as such, and is what it was after recover, also once the draw is over`, async () => {
    for (const groups of [COLLECTING, [...COLLECTING, ...DRAWN]]) {
      const sample = await makeSample(groups);
      const files = changed(sample, { [BETS]: Buffer.from(save(sample.files.get(BETS)!)) });
      const disk = FaultDisk.holding(files);
      const message = sign ?? /^/;
      await assert.rejects(verifyDraw(DIR, disk), { code: 'DAMAGED', message });
      await assert.rejects(open(disk), { code: 'DAMAGED', message });
      const options = { dir: DIR, disk, now: () => NOON };
      const { isMended, lines } = await recoverFolder({ ...options, force: false });
      assert.equal(isMended, false);
      assert.match(lines[0]!, message);
      assert.deepEqual(lines.slice(1), [
        'its rows, written again as the store writes them, are those of the journal',
        `kept: ${groups.length} commits, bets.csv up to byte ${sample.ends.at(-1)?.bets}`,
        'given up: nothing',
        'nothing was changed. To do it: quiniela recover --force /draw',
      ]);
      assert.equal(disk.changes, 0);
      assert.equal((await recoverFolder({ ...options, force: true })).isMended, true);
      for (const path of [BETS, JOURNAL]) {
        assert.deepEqual(disk.read(path), sample.files.get(path));
        assert.deepEqual(disk.read(path.replace(DIR, `${DIR}/replaced-1`)), files.get(path));
      }
    }
  });
}

test('bets.csv saved with LF whose row was changed too is kept up to there, in the form of the store', async () => {
  const sample = await makeSample(COLLECTING);
  const bets = sample.files.get(BETS)!;
  const end = sample.ends[2]!.bets;
  const edited = withLf(bets.subarray(0, end)) + withLf(bets.subarray(end)).replace('1999', '2000');
  const disk = FaultDisk.holding(changed(sample, { [BETS]: Buffer.from(edited) }));
  const { lines: told } = await recoverFolder({ dir: DIR, disk, now: () => NOON, force: true });
  assert.ok(told.includes(`kept: 2 commits, bets.csv up to byte ${end}`), told.join('\n'));
  assert.deepEqual(disk.read(BETS), bets.subarray(0, end));
  await verifyDraw(DIR, disk);
});

test('bets.csv that holds nothing is damaged, and no other program is said to have saved it', async () => {
  const sample = await makeSample(COLLECTING);
  const disk = FaultDisk.holding(changed(sample, { [BETS]: Buffer.alloc(0) }));
  for (const look of [verifyDraw(DIR, disk), open(disk)])
    await assert.rejects(look, { code: 'DAMAGED', message: /^(?!.*another program)/ });
});

test('bets.csv that was sorted is told as such: nothing says how its rows stood', async () => {
  const sample = await makeSample(COLLECTING);
  const rows = text(sample.files.get(BETS)!).match(/(?:"(?:[^"]|"")*"|[^"\r\n])+\r\n/g) ?? [];
  const sorted = rows.sort().join('');
  const disk = FaultDisk.holding(changed(sample, { [BETS]: Buffer.from(sorted) }));
  const { lines: told } = await recoverFolder({ dir: DIR, disk, now: () => NOON, force: false });
  assert.ok(told.includes('its rows are sorted: only a copy says how they stood'), told.join('\n'));
});
