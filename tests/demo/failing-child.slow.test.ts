import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { demoFolder, LONG, makeData, nobodyLeft, processesOf, ROOT, startDemo } from './helpers.ts';

async function afterSignal(who: 'server' | 'agency', signal: NodeJS.Signals) {
  using folder = demoFolder();
  await makeData(join(folder.path, 'own'), 3, LONG);
  const demo = startDemo(folder.path, '--agencies', '3', '--data', join(folder.path, 'own'));
  // Each of them is at work: a process that is still starting dies of any signal.
  for (const agency of [1, 2, 3]) await demo.said(new RegExp(`^agency ${agency}: \\d+ %`, 'm'));
  const victim = processesOf(folder.path).find((process) => process.who === who)!;
  process.kill(victim.pid, signal);
  const outcome = await demo.outcome;
  return { ...outcome, left: processesOf(folder.path) };
}

describe('a process that fails', () => {
  for (const [who, signal, text] of [
    ['agency', 'SIGKILL', /^quiniela: agency \d was ended by SIGKILL\n$/],
    ['agency', 'SIGTERM', /^quiniela: agency \d ended before it knew its winners\n$/],
    ['server', 'SIGKILL', /^quiniela: the server was ended by SIGKILL\n$/],
    [
      'server',
      'SIGTERM',
      /^quiniela: the server ended before the draw\n( {2}action: session .*SHUTTING_DOWN.*\n)+$/,
    ],
  ] as const) {
    test(`${who}, ${signal}: said, everything else stopped, exit code 1`, async () => {
      const { code, err, left } = await afterSignal(who, signal);
      assert.match(err, text);
      assert.equal(code, 1);
      assert.deepEqual(left, []);
    });
  }

  test('the demo breaks: it leaves nobody behind', async () => {
    using folder = demoFolder();
    const script = `
      import { createActor } from 'xstate';
      import { childProcess } from './src/demo/process.ts';
      const launch = () => ({ command: process.execPath, env: {}, args: ['-e', 'setInterval(() => {}, 1000)', ...process.argv.slice(1)] });
      createActor(childProcess(launch), { input: { who: 'server', agencies: 1, port: 0 } }).start();
      setTimeout(() => { throw new Error('a defect'); }, 500);`;
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, `${folder.path}/x`, 'server'],
      {
        cwd: ROOT,
        stdio: 'ignore',
      },
    );
    const [code] = await once(child, 'exit');
    assert.equal(code, 1);
    await nobodyLeft(folder.path);
  });
});
