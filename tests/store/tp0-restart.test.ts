import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreRequest } from '../../machines/events.ts';
import { Changes, type Commit } from '../../src/store/commit.ts';
import { Ledger } from '../../src/store/ledger.ts';
import { batch, brief, tp0Batch, tp0Bet } from './helpers.ts';

const open: StoreRequest = { kind: 'open', agency: 1 };
const done: StoreRequest = { kind: 'finish', agency: 1, count: undefined, crc: undefined };

/** Decides each request in a group of its own; `restart` puts a ledger built from the commits in its place. */
function play(steps: readonly (StoreRequest | 'restart')[]): string[] {
  let ledger = new Ledger();
  const commits: Commit[] = [];
  const briefs: string[] = [];
  for (const step of steps) {
    if (step === 'restart') {
      ledger = new Ledger();
      for (const commit of commits) ledger.apply(commit, '');
      continue;
    }
    const changes = new Changes();
    briefs.push(brief(ledger.decide(step, changes)));
    commits.push({ n: commits.length + 1, at: '', ...changes.fields() });
  }
  return briefs;
}

const upload = [open, tp0Batch(1, 0, 3), tp0Batch(1, 3, 6), tp0Batch(1, 6, 8)];

for (const restart of [[], ['restart']] as const) {
  const server = restart.length ? 'a server that was restarted' : 'a server that lives on';

  test(`a client that starts again repeats, then goes on where it had stopped: ${server}`, () => {
    const again = [...upload, tp0Batch(1, 8, 9), done];
    assert.deepEqual(play([...upload, ...restart, ...again]).slice(4), [
      'opened 8',
      'stored 8 +0',
      'stored 8 +0',
      'stored 8 +0',
      'stored 9 +1',
      'finished 9',
    ]);
  });

  test(`another first batch continues the upload: ${server}`, () => {
    const later = [open, tp0Batch(1, 8, 10), tp0Batch(1, 0, 3)];
    assert.deepEqual(play([...upload, ...restart, ...later]).slice(5), ['stored 10 +2', 'stored 13 +3']);
  });

  test(`a repeat that becomes another upload is refused: ${server}`, () => {
    const other = [open, tp0Batch(1, 0, 3), tp0Batch(1, 4, 7), tp0Batch(1, 3, 6)];
    assert.deepEqual(play([...upload, ...restart, ...other]).slice(5), [
      'stored 8 +0',
      'refused CRC',
      'stored 8 +0',
    ]);
  });
}

test('a client with a connection for each batch starts again', () => {
  const each = upload.slice(1).flatMap((request) => [open, request]);
  assert.deepEqual(
    play([...each, ...each, open, tp0Batch(1, 8, 9)]).filter((text) => text.startsWith('stored')),
    ['stored 3 +3', 'stored 6 +3', 'stored 8 +2', 'stored 8 +0', 'stored 8 +0', 'stored 8 +0', 'stored 9 +1'],
  );
});

test('a restart is recognised again and again, also when it was broken off', () => {
  const steps = [...upload, ...upload.slice(0, 3), ...upload.slice(0, 2), ...upload, open, tp0Batch(1, 0, 3)];
  assert.ok(
    play(steps)
      .slice(4)
      .every((text) => text === 'opened 8' || text === 'stored 8 +0'),
  );
});

test('within one session the same batch twice is two batches', () => {
  assert.deepEqual(play([open, tp0Batch(1, 0, 3), tp0Batch(1, 0, 3)]).slice(1), [
    'stored 3 +3',
    'stored 6 +3',
  ]);
});

test('after DONE a client that starts again is answered, and can add nothing', () => {
  const steps = [...upload, done, 'restart', ...upload, done, tp0Batch(1, 8, 9)] as const;
  assert.deepEqual(play(steps).slice(5), [
    'opened 8 finished',
    'stored 8 +0',
    'stored 8 +0',
    'stored 8 +0',
    'finished 8',
    'refused FINISHED',
  ]);
});

test("TP0's words neither add to an upload that has offsets nor end it, also after a restart of the server", () => {
  const words = [tp0Batch(1, 0, 3), tp0Batch(1, 5, 6), tp0Bet(1, 5), done] as const;
  const refused = Array(words.length).fill('refused DIALECT');
  for (const first of [batch(1, 0, 3), tp0Batch(1, 0, 3)]) {
    const said: Parameters<typeof play>[0] = [
      open,
      first,
      batch(1, 3, 5),
      open,
      ...words,
      'restart',
      open,
      ...words,
    ];
    assert.deepEqual(play(said).slice(1), [
      'stored 3 +3',
      'stored 5 +2',
      'opened 5',
      ...refused,
      'opened 5',
      ...refused,
    ]);
  }
});

test("exercise 5's client says its one bet in each of its connections: it is stored once", () => {
  assert.deepEqual(play([open, tp0Bet(1, 0), open, tp0Bet(1, 0), 'restart', open, tp0Bet(1, 0)]), [
    'opened 0',
    'bet  fresh',
    'opened 1',
    'bet  known',
    'opened 1',
    'bet  known',
  ]);
});

test('an empty batch changes nothing', () => {
  assert.deepEqual(play([open, tp0Batch(1, 0, 0), ...upload]).slice(1, 4), [
    'stored 0 +0',
    'opened 0',
    'stored 3 +3',
  ]);
});
