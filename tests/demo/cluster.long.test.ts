/** A demo of several servers, with an engine of its own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../../src/demo/engine.ts';
import { withoutEngine } from '../support/engine.ts';
import { mutual, ours, securedEngine } from '../support/secured-engine.ts';
import { demoFolder, MAIN, startDemoAt, startDemoOfClone } from './helpers.ts';

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
  assert.ok(!existsSync(join(folder.path, '.data', 'demo-engine')), 'nor what they kept');
});

test('the engine of a demo keeps a draw on each of its three nodes, and has gone once it was stopped', {
  skip: withoutEngine,
}, async (t) => {
  using folder = demoFolder();
  const place = join(folder.path, 'engine');
  const { cluster, stop } = await startEngine(place, 2, 'demo-1');
  t.after(stop);
  assert.equal(cluster.url.split(',').length, 3);
  assert.equal(cluster.replicas, 3);
  assert.equal(nodesOf(folder.path).length, 3);
  await stop();
  assert.deepEqual(nodesOf(folder.path), []);
  assert.ok(!existsSync(place));
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

test('a demo at an engine of NATS_URL is let in as a server is; what is missing is one line, before a server starts', {
  skip: withoutEngine,
}, async (t) => {
  using folder = demoFolder();
  const { url, certs, good } = await securedEngine(t, mutual);
  const engine = { NATS_URL: url, STORE_REPLICAS: '1', ...good, ...ours(certs) };
  const args = ['--servers', '2', '--agencies', '2', '--bets', '200'];
  const { code, out, err } = await startDemoAt(folder.path, engine, ...args).outcome;
  assert.equal(err, '');
  assert.equal(code, 0, out);
  assert.match(out, /total +400 +400 /);

  const refused: readonly [string[], RegExp][] = [
    [['STORE_CREDS'], /Authorization Violation; STORE_CREDS must be/],
    [['STORE_CA'], /certificate is of no authority that is known here .*; STORE_CA names/],
    [['STORE_CERT', 'STORE_KEY'], /it asks for a certificate; STORE_CERT and STORE_KEY/],
    [['STORE_REPLICAS'], /replicas > 1 not supported in non-clustered mode; STORE_REPLICAS is 3/],
  ];
  for (const [missing, why] of refused) {
    const given = Object.entries(engine).filter(([name]) => !missing.includes(name));
    const failed = await startDemoAt(folder.path, Object.fromEntries(given), ...args).outcome;
    assert.equal(failed.code, 2, failed.err);
    assert.match(failed.err, /^quiniela: cannot run the demo: [^\n]* of NATS_URL: [^\n]*\n$/);
    assert.match(failed.err, why);
    assert.equal(failed.out, '');
  }
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
