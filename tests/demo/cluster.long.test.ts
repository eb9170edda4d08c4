/** A demo of several servers, with an engine of its own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutEngine } from '../support/engine.ts';
import { demoFolder, MAIN, startDemoOfClone } from './helpers.ts';

const nodesOf = (folder: string): string[] =>
  execFileSync('ps', ['-A', '-ww', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith('nats-server') && line.includes(`${folder}/`));

/** They keep no folder by which they could be told from others. */
const serversOf = (demo: number | undefined): number[] =>
  execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent] = /^\s*(\d+)\s+(\d+) .* server$/.exec(line.trimEnd()) ?? [];
      return Number(parent) === demo ? Number(pid) : [];
    });

test('three servers, one draw: the table agrees, and no node is left behind', {
  skip: withoutEngine,
}, async () => {
  using folder = demoFolder();
  const { outcome } = startDemoOfClone(folder.path, '--servers', '3', '--agencies', '4', '--bets', '500');
  const { code, out, err } = await outcome;
  assert.equal(err, '');
  assert.equal(code, 0, out);
  assert.match(out, /Servers {3}on ports \d+, \d+, \d+: one draw/);
  assert.match(out, /total +2,000 +2,000 /);
  assert.ok(existsSync(join(folder.path, '.data', 'demo', 'bets.csv')));
  assert.deepEqual(nodesOf(folder.path), []);
});

test('a demo of several servers that is killed takes its nodes with it', {
  skip: withoutEngine,
}, async () => {
  using folder = demoFolder();
  const { child, outcome, said } = startDemoOfClone(folder.path, '--servers', '2', '--bets', '500');
  await said(/Servers/);
  assert.equal(nodesOf(folder.path).length, 3);
  const servers = serversOf(child.pid);
  assert.equal(servers.length, 2);
  child.kill('SIGKILL');
  for (const server of servers) process.kill(server, 'SIGKILL');
  await outcome;
  while (nodesOf(folder.path).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
});

test('without nats-server one line says what is missing, and how to get it', () => {
  using folder = demoFolder();
  const options = { cwd: folder.path, env: { PATH: '/nowhere' }, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'demo', '--servers', '3'], options);
  assert.equal(status, 2);
  const line =
    /^quiniela: cannot run the demo with 3 servers: there is no nats-server on the PATH.*2\.10\.27.*\n$/;
  assert.match(stderr, line);
});
