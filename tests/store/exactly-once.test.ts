import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/vocabulary/store.ts';
import type { Commit } from '../../src/store/commit.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { FaultDisk } from '../crash/fault-disk.ts';
import { batch, brief, DIR, finish, open, rowsOf, single } from './helpers.ts';

const WINNERS = new Map([[1, ['10000012']]]);

/** Stores all in one group. @returns outcomes, also in short, what bets.csv then holds, and the commit's line */
async function decideAll(requests: readonly StoreRequest[], disk = new FaultDisk()) {
  const { store } = await open(disk);
  const outcomes = await store.commit(requests);
  await store.close();
  const lines = disk.read(`${DIR}/journal.ndjson`).toString().trimEnd().split('\n').slice(1);
  const commit: Partial<Commit> | undefined = lines.length > 0 ? JSON.parse(lines.at(-1)!) : undefined;
  const rows = disk.read(`${DIR}/bets.csv`).toString();
  return { outcomes, briefs: outcomes.map(brief), rows, commit, commits: lines.length, disk };
}

test('a batch that was stored is answered and not stored again, also a hundred times in one group', async () => {
  const { briefs, rows } = await decideAll([
    batch(1, 0, 3),
    ...Array(100).fill(batch(1, 0, 3)),
    batch(1, 1, 2),
  ]);
  assert.deepEqual(briefs, ['stored 3 +3', ...Array(101).fill('stored 3 +0')]);
  assert.equal(rows, rowsOf(1, 0, 3).toString());
});

test('of a batch that overlaps, only the new bets are stored', async () => {
  const { briefs, rows } = await decideAll([batch(1, 0, 3), batch(1, 1, 5), batch(2, 0, 1)]);
  assert.deepEqual(briefs, ['stored 3 +3', 'stored 5 +2', 'stored 1 +1']);
  assert.equal(rows, rowsOf(1, 0, 5).toString() + rowsOf(2, 0, 1).toString());
});

test('a gap is refused, with the next bet in the text', async () => {
  const { outcomes } = await decideAll([batch(1, 0, 3), batch(1, 4, 5)]);
  const text = 'batch at offset 4 of agency 1: the next bet is 3';
  assert.deepEqual(outcomes[1], { kind: 'refused', fault: 'GAP', text });
});

test('DONE is compared with what is stored, and may be said ten times', async () => {
  const wrong: StoreRequest = { ...(finish(1, 3) as StoreRequest & { kind: 'finish' }), crc: 7 };
  const many = Array(10).fill(finish(1, 3));
  const { briefs, outcomes, commit } = await decideAll([batch(1, 0, 3), finish(1, 2), wrong, ...many, wrong]);
  assert.deepEqual(briefs, [
    'stored 3 +3',
    'refused COUNT',
    'refused CRC',
    ...Array(10).fill('finished 3'),
    'refused CRC',
  ]);
  const [, count, crc] = outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.text : ''));
  assert.equal(count, 'agency 1 says 2 bets, 3 are stored');
  assert.match(crc!, /^agency 1 says CRC 7, its stored bets have \d+$/);
  assert.deepEqual(commit?.done, [1]);
});

test('after DONE repeats are answered and new bets refused', async () => {
  const group = [
    batch(1, 0, 3),
    single(1, 'a', 50),
    finish(1, 3),
    batch(1, 0, 3),
    batch(1, 2, 4),
    batch(1, 3, 4),
    batch(1, 9, 10),
    single(1, 'a', 50),
    single(1, 'b', 51),
    { kind: 'open', agency: 1 } as const,
  ];
  const { briefs, rows, commit } = await decideAll(group);
  assert.deepEqual(briefs.slice(3), [
    'stored 3 +0',
    'refused FINISHED',
    'refused FINISHED',
    'refused FINISHED',
    'bet a known',
    'refused FINISHED',
    'opened 3 finished',
  ]);
  assert.equal(rows, rowsOf(1, 0, 3).toString() + rowsOf(1, 50, 51));
  assert.equal(commit?.ids?.length, 1);
});

test('a single bet is known by its id, and does not move the upload', async () => {
  const other = { ...(single(1, 'a', 51) as StoreRequest & { kind: 'bet' }) };
  const group = [
    single(1, 'a', 50),
    single(1, 'a', 50),
    other,
    single(2, 'a', 50),
    batch(1, 0, 2),
    finish(1, 2),
  ];
  const { briefs } = await decideAll(group);
  assert.deepEqual(briefs, [
    'bet a fresh',
    'bet a known',
    'refused BET_ID',
    'refused BET_ID',
    'stored 2 +2',
    'finished 2',
  ]);
});

test('the draw takes place once; after it nothing is added', async () => {
  const { briefs, commit } = await decideAll([
    { kind: 'told', agency: 1 },
    { kind: 'close' },
    batch(1, 0, 13),
    finish(1, 13),
    { kind: 'draw', winners: WINNERS },
    { kind: 'draw', winners: new Map(WINNERS) },
    { kind: 'draw', winners: new Map() },
    batch(1, 0, 13),
    batch(2, 0, 1),
    single(2, 'a', 1),
    finish(1, 13),
    finish(2, 0),
    { kind: 'open', agency: 1 },
    { kind: 'told', agency: 1 },
    { kind: 'told', agency: 1 },
    { kind: 'close' },
    { kind: 'close' },
  ]);
  assert.deepEqual(briefs, [
    'refused OUT_OF_ORDER',
    'refused OUT_OF_ORDER',
    'stored 13 +13',
    'finished 13',
    'drawn',
    'drawn',
    'refused OUT_OF_ORDER',
    'stored 13 +0',
    'refused FINISHED',
    'refused FINISHED',
    'finished 13',
    'refused FINISHED',
    'opened 13 finished',
    ...Array(4).fill('recorded'),
  ]);
  const { draw, told, closed } = commit!;
  assert.deepEqual({ draw, told, closed }, { draw: { 1: ['10000012'] }, told: [1], closed: true });
});

test('what writes nothing is no commit', async () => {
  const { disk } = await decideAll([batch(1, 0, 3)]);
  const { commits } = await decideAll([{ kind: 'open', agency: 1 }, batch(1, 0, 3), batch(1, 8, 9)], disk);
  assert.equal(commits, 1);
});

test('an agency that brings no bets can finish', async () => {
  const { briefs, commit } = await decideAll([finish(3, 0)]);
  assert.deepEqual(briefs, ['finished 0']);
  assert.deepEqual(commit?.done, [3]);
});

test('a DONE without bets holds until the agency comes again, also over a restart, and no draw takes place meanwhile', async () => {
  const disk = new FaultDisk();
  const says = async (...requests: StoreRequest[]) => {
    const { store, recovered } = await open(disk);
    const outcomes = await store.commit(requests);
    await store.close();
    return [recovered.finished, outcomes.map(brief)];
  };
  const [come, empty, draw]: StoreRequest[] = [
    { kind: 'open', agency: 1 },
    finish(1, 0),
    { kind: 'draw', winners: new Map() },
  ];
  assert.deepEqual(await says(empty!, batch(1, 0, 1)), [[], ['finished 0', 'refused FINISHED']]);
  assert.deepEqual(await says(come!, draw!, empty!), [[1], ['opened 0', 'postponed', 'finished 0']]);
  assert.deepEqual(await says(come!, single(1, 'id', 1), empty!, come!), [
    [1],
    ['opened 0', 'bet id fresh', 'finished 0', 'opened 0'],
  ]);
  assert.deepEqual(await says(come!, empty!, come!, batch(1, 0, 2)), [
    [1],
    ['opened 0', 'finished 0', 'opened 0', 'stored 2 +2'],
  ]);
  assert.deepEqual(await says(come!, finish(1, 2), come!, batch(1, 2, 3), draw!), [
    [],
    ['opened 2', 'finished 2', 'opened 2 finished', 'refused FINISHED', 'drawn'],
  ]);
  const { agencies } = await verifyDraw(DIR, disk);
  assert.partialDeepStrictEqual(agencies.get(1), { stored: 2, singles: 1, finished: true });
});

test('a DONE without bets holds once the draw took place', async () => {
  const { briefs } = await decideAll([
    finish(1, 0),
    { kind: 'draw', winners: new Map() },
    { kind: 'open', agency: 1 },
    batch(1, 0, 1),
  ]);
  assert.deepEqual(briefs, ['finished 0', 'drawn', 'opened 0 finished', 'refused FINISHED']);
});
