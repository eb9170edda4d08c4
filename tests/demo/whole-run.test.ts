import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import {
  demoFolder,
  hasRealData,
  makeData,
  processesOf,
  REAL_DATA,
  runDemo,
  runFromSources,
  steady,
} from './helpers.ts';

test('from an empty folder to the winners: data, processes, table', async () => {
  using folder = demoFolder();
  const { code, out, err } = await runFromSources(folder.path, '--bets', '2000');
  assert.equal(err, '');
  assert.equal(code, 0);
  assert.equal(
    steady(out),
    `Making    5 files of 2,000 bets in .data
Data      10,000 bets in .data/agency-1.csv to agency-5.csv, just made
Server    on port P, stores in .data/demo
Agencies  5, each a process of its own

  agency   bets sent   bets stored   winners
  ------   ---------   -----------   -------
       1       2,000         2,000         0
       2       2,000         2,000         1
       3       2,000         2,000         0
       4       2,000         2,000         0
       5       2,000         2,000         0
  ------   ---------   -----------   -------
   total      10,000        10,000         1

Took S s from the agencies' start to the last winner: N bets/s
All bets are in .data/demo/bets.csv, as CSV

Next:
  program verify .data/demo        check every byte of it once more
  program demo --inspect           watch its state machines in a browser
  program demo --agencies 20       more agencies
  program compose compose.yaml 5   for Docker
`,
  );
  // Acknowledgements may come so many at a time that a quarter is passed.
  assert.match(out, /^agency 2: 100 %, 2,000 bets\n(.*\n)*agency 2: 2,000 bets sent, 1 winner$/m);
  assert.equal(readFileSync(join(folder.path, '.data/demo/bets.csv'), 'utf8').split('\r\n').length, 10_001);
  assert.deepEqual(processesOf(folder.path), []);
  assert.equal(stripVTControlCharacters(out), out);
});

test('--json: standard output is one object, also of a run without a draw', async () => {
  using folder = demoFolder();
  const { code, out, err } = await runDemo(folder.path, '--agencies', '2', '--bets', '500', '--json');
  assert.equal(code, 0);
  const { milliseconds, agencies, ...rest } = JSON.parse(out);
  assert.deepEqual(rest, { exitCode: 0, isDrawn: true, isPaced: false, differences: [] });
  assert.ok(milliseconds > 0);
  assert.deepEqual(
    agencies.map(({ winners, ...agency }: { winners: number }) => agency),
    [1, 2].map((agency) => ({ agency, rows: 500, sent: 500, skipped: 0, stored: 500 })),
  );
  assert.match(err, /Agencies {2}2, each a process of its own/);

  const failed = await runDemo(folder.path, '--data', 'nowhere', '--json');
  assert.equal(failed.code, 2);
  assert.deepEqual(JSON.parse(failed.out), {
    ...{ exitCode: 2, isDrawn: false, milliseconds: null, isPaced: false, agencies: [], differences: [] },
  });
});

test('files that are there stay as they are, and the user is told how to make others', async () => {
  using folder = demoFolder();
  mkdirSync(join(folder.path, '.data'));
  const file = join(folder.path, '.data', 'agency-1.csv');
  const row = 'Ana,Pérez,30904465,1999-03-17,7574\r\n';
  writeFileSync(file, row);
  const { code, out } = await runDemo(folder.path, '--agencies', '2', '--bets', '100');
  assert.equal(code, 0);
  assert.equal(readFileSync(file, 'utf8'), row);
  assert.match(
    out,
    /^Data {6}101 bets in .*, 1 made and 1 that were there\n +Files that are there stay .*: .* data --agencies 2 --bets 100$/m,
  );
  assert.match(out, /^ {7}1 +1 +1 +1\n {7}2 +100 +100 +\d+$/m);
  // The store begins empty each time.
  const again = await runDemo(folder.path, '--agencies', '1', '--bets', '1');
  assert.match(again.out, /^ {3}total +1 +1 +1$/m);
});

test('rows without a valid bet are skipped, and one of them is shown', async () => {
  using folder = demoFolder();
  await makeData(join(folder.path, 'own'), 1, 10);
  writeFileSync(join(folder.path, 'own', 'agency-1.csv'), 'a,b\r\nAna,Pérez,123,1999-03-17,1\r\n', {
    flag: 'a',
  });
  const { code, out } = await runDemo(folder.path, '--agencies', '1', '--data', 'own');
  assert.equal(code, 0);
  assert.match(out, /^ {3}total +10 +10 +\d+$/m);
  assert.match(
    out,
    /^Without a valid bet, and skipped: 2 rows of agency 1, such as\n {2}action: read_bet .*line: 12/m,
  );
});

test('more agencies than bars: one line for all at each quarter', async () => {
  using folder = demoFolder();
  const { code, out, err } = await runDemo(folder.path, '--agencies', '21', '--bets', '200', '--fleet', 'no');
  assert.deepEqual([code, err], [0, '']);
  assert.doesNotMatch(out, /^agency/m);
  assert.match(out, /^all 21 agencies: 100 %, 4,200 bets$/m);
  assert.match(out, /^ {3}total +4,200 +4,200 +\d+$/m);
});

test('the real files', { skip: !hasRealData && 'they are not at hand' }, async () => {
  using folder = demoFolder();
  const { code, out } = await runDemo(folder.path, '--data', REAL_DATA);
  assert.equal(code, 0);
  const rows = [...out.matchAll(/^ +(\d|total) +([\d,]+) +([\d,]+) +(\d+)$/gm)].map(([, ...cells]) =>
    cells.join(' '),
  );
  assert.deepEqual(rows, [
    '1 26,936 26,936 2',
    '2 25,518 25,518 3',
    '3 16,014 16,014 3',
    '4 9,238 9,238 2',
    '5 991 991 0',
    'total 78,697 78,697 10',
  ]);
});
