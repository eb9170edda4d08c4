/** The demo with all agencies in one process. */
import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { mostApart } from '../../src/config/fleet-rule.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { demoFolder, LONG, makeData, processesOf, runDemo, startDemo, steady } from './helpers.ts';

/** A fleet of three in the middle of its upload. */
async function midRun() {
  const folder = demoFolder();
  await makeData(join(folder.path, 'own'), 3, LONG);
  const demo = startDemo(
    folder.path,
    '--agencies',
    '3',
    '--fleet',
    'yes',
    '--data',
    join(folder.path, 'own'),
  );
  await demo.said(/^agency \d: \d+ %/m);
  return { folder, ...demo };
}

const agencyProcesses = (folder: string) => processesOf(folder).filter(({ who }) => who === 'agency');

describe('a fleet', () => {
  test('of nine agencies and more: the same table, one process', async () => {
    using folder = demoFolder();
    const { code, out, err } = await runDemo(
      folder.path,
      '--agencies',
      '9',
      '--bets',
      '30',
      '--fleet',
      'yes',
    );
    assert.deepEqual([err, code], ['', 0]);
    const said = steady(out).split('\n');
    assert.deepEqual(said.slice(0, 7), [
      'Making    9 files of 30 bets in .data',
      'Data      270 bets in .data/agency-1.csv to agency-9.csv, just made',
      'Server    on port P, stores in .data/demo',
      'Agencies  9, all in one process',
      '',
      '  agency   bets sent   bets stored   winners',
      '  ------   ---------   -----------   -------',
    ]);
    assert.equal(out.match(/^ {7}\d +30 +30 +\d$/gm)?.length, 9);
    assert.equal(out.match(/^agency \d: 30 bets sent, \d winners?$/gm)?.length, 9);
    assert.deepEqual(processesOf(folder.path), []);
  });

  test('by itself, where agencies are many; not where there are five, nor where it is not wanted', async () => {
    const many = String(mostApart() + 1);
    for (const [line, ...args] of [
      [`Agencies  ${many}, all in one process`, '--agencies', many],
      ['Agencies  5, each a process of its own', '--agencies', '5'],
      ['Agencies  9, each a process of its own', '--agencies', '9', '--fleet', 'no'],
    ] as const) {
      using folder = demoFolder();
      const { code, out } = await runDemo(folder.path, '--bets', '3', ...args);
      assert.equal(code, 0);
      assert.ok(out.includes(`\n${line}\n`), out);
    }
  });

  test('rows without a valid bet are counted for their agency', async () => {
    using folder = demoFolder();
    const own = join(folder.path, 'own');
    await makeData(own, 2, 10);
    appendFileSync(join(own, 'agency-2.csv'), 'a,b\r\n');
    const { code, out } = await runDemo(folder.path, '--agencies', '2', '--fleet', 'yes', '--data', own);
    assert.equal(code, 0);
    assert.match(
      out,
      /^Without a valid bet, and skipped: 1 row of agency 2, such as\n {2}action: read_bet .*line: 11/m,
    );
  });
});

describe('a fleet that fails', () => {
  for (const [who, signal, text] of [
    ['agency', 'SIGKILL', /^quiniela: the agencies' process was ended by SIGKILL\n$/],
    ['agency', 'SIGTERM', /^quiniela: the agencies' process ended before all knew their winners\n$/],
    ['server', 'SIGKILL', /^quiniela: the server was ended by SIGKILL\n$/],
  ] as const) {
    test(`${who}, ${signal}: said, everything else stopped, exit code 1`, async () => {
      const { folder, outcome } = await midRun();
      using _ = folder;
      const victim = processesOf(folder.path).find((process) => process.who === who)!;
      process.kill(victim.pid, signal);
      const { code, err } = await outcome;
      assert.match(err, text);
      assert.equal(code, 1);
      assert.deepEqual(processesOf(folder.path), []);
    });
  }

  test('one of its agencies fails: named with its reason, nobody waits for a draw that does not come', async () => {
    using folder = demoFolder();
    const own = join(folder.path, 'own');
    await makeData(own, 3, 10);
    const demo = startDemo(folder.path, '--agencies', '3', '--fleet', 'yes', '--data', own);
    // Its rows are counted, and its process does not run yet.
    await demo.said(/^Data /m);
    rmSync(join(own, 'agency-3.csv'));
    const { code, err } = await demo.outcome;
    assert.equal(code, 1);
    assert.match(
      err,
      /^quiniela: agency 3 failed\n {2}action: open_file .*it does not exist.*\n {2}action: run .*\n$/,
    );
    assert.deepEqual(processesOf(folder.path), []);
  });
});

test('SIGINT stops a fleet and its server, says what is stored, and does not exit 0', async () => {
  const { folder, child, outcome } = await midRun();
  using _ = folder;
  assert.equal(agencyProcesses(folder.path).length, 1);
  child.kill('SIGINT');
  const { code, out, err } = await outcome;
  assert.deepEqual([err, code], ['', 130]);
  const { bets } = await verifyDraw(join(folder.path, '.data', 'demo'), nodeDisk());
  assert.match(out, /^SIGINT: stopping all, once more kills them$/m);
  assert.ok(
    out.includes(`\nStopped: ${bets.toLocaleString('en')} bets stored in .data/demo/bets.csv\n`),
    out,
  );
  assert.deepEqual(processesOf(folder.path), []);
});
