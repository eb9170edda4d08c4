import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { batch, brief, finish, NOON, open, parseCsv, rowsOf, single, tp0Batch } from './helpers.ts';
import { run, said, temporaryFolder } from './temporary.ts';

test('on the computer’s own disk: stored, closed, opened again, drawn, archived', async (context) => {
  const folder = join(await temporaryFolder(context), 'new', 'folder');
  const disk = nodeDisk();
  const first = await open(disk, folder);
  await first.store.commit([batch(1, 0, 20), tp0Batch(2, 0, 10), single(1, 'a', 30)]);
  await assert.rejects(open(disk, folder), { code: 'LOCKED' });
  await first.store.close();
  await assert.rejects(first.store.commit([]), { code: 'CLOSED' });
  assert.deepEqual((await readdir(folder)).sort(), ['bets.csv', 'journal.ndjson']);

  const second = await open(disk, folder);
  assert.deepEqual(second.recovered, {
    draw: '1',
    finished: [],
    withOffsets: [1],
    winners: undefined,
    head: undefined,
    told: [],
  });
  const outcomes = await second.store.commit([batch(1, 10, 26), finish(1, 26), finish(2, 10)]);
  assert.deepEqual(outcomes.map(brief), ['stored 26 +6', 'finished 26', 'finished 10']);
  const winners = await second.store.findWinners();
  assert.deepEqual([...winners], [[1, ['10000012', '10000025']]]);
  await second.store.commit([
    { kind: 'draw', winners },
    { kind: 'told', agency: 2 },
  ]);
  await second.store.close();

  const third = await open(disk, folder);
  const { head = '', ...recovered } = third.recovered;
  assert.deepEqual(recovered, { draw: '1', finished: [1, 2], withOffsets: [1], winners, told: [2] });
  assert.match(head, /^[0-9a-f]{64}$/);
  await third.store.commit([{ kind: 'told', agency: 1 }, { kind: 'close' }]);
  await third.store.close();
  assert.equal((await verifyDraw(folder, disk)).state, 'closed');

  const fourth = await open(disk, folder);
  assert.deepEqual(
    fourth.notices.map(({ action }) => action),
    ['archive_draw'],
  );
  await fourth.store.close();
  assert.equal((await verifyDraw(join(folder, 'draw-0001'), disk)).bets, 37);
  assert.equal((await verifyDraw(folder, disk)).bets, 0);
});

test('the journal is readable: a header, then a line for each commit', async (context) => {
  const folder = await temporaryFolder(context);
  const { store } = await open(nodeDisk({ sync: false }), folder);
  await store.commit([{ kind: 'open', agency: 1 }, batch(1, 0, 2), single(3, 'x', 5)]);
  await store.commit([batch(1, 0, 2)]);
  await store.commit([finish(1, 2), tp0Batch(2, 0, 1), tp0Batch(2, 1, 2)]);
  await store.close();
  const lines = (await readFile(join(folder, 'journal.ndjson'), 'utf8')).trimEnd().split('\n');
  const [header, first, second] = lines.map((line) => JSON.parse(line));
  const at = new Date(NOON).toISOString();
  const crc = (finish(1, 2) as { crc: number }).crc;
  assert.deepEqual(header, {
    format: 'quiniela-journal',
    version: 2,
    draw: '1',
    agencies: 5,
    from: 1,
    at,
    prev: '',
    hash: header.hash,
  });
  const size = rowsOf(1, 0, 2).length + rowsOf(3, 5, 6).length;
  assert.equal(lines.length, 3);
  assert.deepEqual(Object.keys(first), ['n', 'at', 'range', 'sha', 'agencies', 'ids', 'prev', 'hash']);
  assert.deepEqual([first.n, first.range, first.agencies], [1, [0, size], [[1, 2, crc]]]);
  assert.deepEqual(
    first.ids.map((id: unknown[]) => id.slice(0, 2)),
    [['x', 3]],
  );
  assert.equal(first.prev, header.hash);
  assert.deepEqual([second.n, second.done, second.tp0.length, second.prev], [2, [1], 1, first.hash]);
});

test('bets.csv is what Python’s csv module writes and reads', async (context) => {
  if (spawnSync('python3', ['--version']).error) return context.skip('no python3');
  const folder = await temporaryFolder(context);
  const { store } = await open(nodeDisk({ sync: false }), folder);
  await store.commit([batch(1, 0, 50), batch(2, 0, 50), single(3, 'x', 7)]);
  await store.close();
  const script = `
import csv, io, json, sys
path = sys.argv[1]
rows = list(csv.reader(open(path, newline='', encoding='utf-8')))
again = io.StringIO(newline='')
csv.writer(again, quoting=csv.QUOTE_MINIMAL).writerows(rows)
same = again.getvalue().encode() == open(path, 'rb').read()
json.dump({'rows': rows, 'same': same}, sys.stdout)`;
  const path = join(folder, 'bets.csv');
  const { rows, same } = JSON.parse(spawnSync('python3', ['-c', script, path]).stdout.toString());
  assert.ok(same);
  assert.equal(rows.length, 101);
  assert.deepEqual(rows, parseCsv(await readFile(path)));
});

test('only the rights to its folder are needed', async (context) => {
  const folder = await temporaryFolder(context);
  const sources = join(import.meta.dirname, '../..');
  const nodeOptions = [
    '--permission',
    '--allow-net',
    `--allow-fs-read=${sources}`,
    // It may be a link out of them.
    `--allow-fs-read=${realpathSync(join(sources, 'node_modules'))}/`,
    `--allow-fs-read=${folder}/`,
    `--allow-fs-write=${folder}/`,
    '--disable-warning=ExperimentalWarning',
  ];
  for (const stored of [3, 6]) {
    const child = run(context, '../crash/uploader.ts', [folder, '3', String(stored)], { nodeOptions });
    assert.equal(await said(child), String(stored));
    assert.equal(await child.exited, 0);
  }
  assert.equal((await verifyDraw(folder, nodeDisk())).bets, 6);
});

test('two commits at once are a defect, and said to be one', async (context) => {
  const { store } = await open(nodeDisk({ sync: false }), await temporaryFolder(context));
  const first = store.commit([batch(1, 0, 2)]);
  await assert.rejects(store.commit([batch(1, 2, 4)]), /before the one under way was done/);
  assert.deepEqual((await first).map(brief), ['stored 2 +2']);
  assert.deepEqual((await store.commit([batch(1, 2, 4)])).map(brief), ['stored 4 +2']);
  await store.close();
  await store.close();
});
