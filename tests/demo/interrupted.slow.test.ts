import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeDisk } from '../../src/store/disk.ts';
import { verifyDraw } from '../../src/store/verify.ts';
import { demoFolder, LONG, makeData, nobodyLeft, processesOf, startDemo } from './helpers.ts';

/** A demo that is in the middle of its upload. */
async function midRun() {
  const folder = demoFolder();
  await makeData(join(folder.path, 'own'), 3, LONG);
  const demo = startDemo(folder.path, '--agencies', '3', '--data', join(folder.path, 'own'));
  await demo.said(/^agency \d: \d+ %/m);
  return { folder, ...demo };
}

describe('interrupted', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} stops all, says what is stored, and does not exit 0`, async () => {
      const { folder, child, outcome } = await midRun();
      using _ = folder;
      child.kill(signal);
      // A terminal that is closed may say so twice.
      if (signal === 'SIGHUP') setTimeout(() => child.kill(signal), 10);
      const { code, out, err } = await outcome;
      assert.equal(err, '');
      assert.equal(code, signal === 'SIGINT' ? 130 : 143);
      const { bets, state } = await verifyDraw(join(folder.path, '.data', 'demo'), nodeDisk());
      assert.equal(state, 'collecting');
      const name = signal === 'SIGHUP' ? 'SIGTERM' : signal;
      const lines = out
        .split('\n')
        .slice(-7, -1)
        .map((line) => line.replace(/node \S+quiniela\.mjs/, 'quiniela'));
      assert.deepEqual(lines, [
        `${name}: stopping all, once more kills them`,
        `Stopped: ${bets.toLocaleString('en')} bets stored in .data/demo/bets.csv`,
        '',
        'Next:',
        '  quiniela demo                begin anew',
        '  quiniela verify .data/demo   check every byte of what is stored',
      ]);
      assert.deepEqual(processesOf(folder.path), []);
    });
  }

  test('a second SIGINT does not wait for those that do not stop', async () => {
    const { folder, child, outcome, said } = await midRun();
    using _ = folder;
    const frozen = processesOf(folder.path).find(({ who }) => who === 'agency')!;
    process.kill(frozen.pid, 'SIGSTOP');
    child.kill('SIGINT');
    await said(/^SIGINT: stopping/m);
    await sleep(300);
    assert.equal(child.exitCode, null);
    child.kill('SIGINT');
    assert.equal((await outcome).code, 130);
    await nobodyLeft(folder.path);
  });

  test('what does not stop is killed in the end, which is a failure', async () => {
    const { folder, child, outcome } = await midRun();
    using _ = folder;
    const frozen = processesOf(folder.path).find(({ who }) => who === 'agency')!;
    process.kill(frozen.pid, 'SIGSTOP');
    child.kill('SIGINT');
    const { code, err } = await outcome;
    assert.equal(code, 1);
    assert.match(err, /^quiniela: killed, as they did not stop within \d+ s: agency \d\n$/);
    await nobodyLeft(folder.path);
  });

  test('before the upload there is nothing to stop', async () => {
    using folder = demoFolder();
    const { child, outcome, said } = startDemo(folder.path, '--agencies', '1', '--bets', '50000000');
    await said(/^Making/);
    await sleep(100);
    child.kill('SIGINT');
    const { code, out } = await outcome;
    assert.equal(code, 130);
    assert.equal(out, 'Making    1 file of 50,000,000 bets in .data\nStopped before any bet was stored\n');
    assert.deepEqual(readdirSync(join(folder.path, '.data')), []);
  });

  test('the demo itself killed: its processes end without it, with the draw', async () => {
    const { folder, child } = await midRun();
    using _ = folder;
    child.kill('SIGKILL');
    await once(child, 'close');
    await nobodyLeft(folder.path, 120_000);
    const { state } = await verifyDraw(join(folder.path, '.data', 'demo'), nodeDisk());
    assert.equal(state, 'closed');
  });
});
