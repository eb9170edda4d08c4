/** The health check of an engine's node: one that was never counted begins anew, one that is stuck is started again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { REPOSITORY, temporaryFolder } from './shell.ts';

type Said = { healthz?: string; error?: string; leader?: string; size?: number; streams?: number };
type Patience = { counted: number; led: number; current: number };

const PATIENT: Patience = { counted: 1_000, led: 1_000, current: 1_000 };

const SCRIPT = join(REPOSITORY, 'docker', 'nats', 'healthy.sh');

/** Asks a node that says so of itself, and whose process has just begun. */
async function check(
  t: TestContext,
  { healthz = 'ok', error, leader, size = 3, streams = 0 }: Said,
  { counted, led, current }: Patience,
  folder = temporaryFolder(t),
) {
  const answers: Record<string, string> = {
    '/healthz': JSON.stringify({ status: healthz, error }),
    '/jsz': JSON.stringify({ streams, meta_cluster: { leader, cluster_size: size }, end: 0 }, null, 2),
  };
  const monitor = createServer(({ url = '' }, response) => response.end(answers[url]));
  await new Promise<void>((resolve) => monitor.listen(0, '127.0.0.1', resolve));
  t.after(() => monitor.close());
  const program = join(folder, 'nats-server');
  copyFileSync('/bin/sleep', program);
  const env = {
    PATH: process.env.PATH,
    NATS_NAME: 'nats2',
    NATS_MONITOR: `127.0.0.1:${(monitor.address() as AddressInfo).port}`,
    NATS_ROUTES: '[nats://nats1:6222, nats://nats2:6222, nats://nats3:6222]',
    NATS_STORE: folder,
  };
  const node = spawn(program, ['1000'], { env, stdio: 'ignore' });
  t.after(() => node.kill('SIGKILL'));
  const ended = new Promise((resolve) => {
    node.once('exit', (_, signal) => resolve(signal === 'SIGKILL' ? 'begins anew' : 'goes on'));
  });
  const asked = spawn('bash', [SCRIPT, `${counted}`, `${led}`, `${current}`], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  asked.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise((resolve) => asked.once('close', resolve));
  // Of two signals the earlier one counts.
  node.kill('SIGTERM');
  return { code, next: await ended, said };
}

const GOES_ON = { code: 1, next: 'goes on', said: '' };
const UNCOUNTED = 'the engine counts 2 nodes of 3\n';

test('a node that does not answer is not healthy', async (t) => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, 'close');
  const env = {
    ...{ PATH: process.env.PATH, NATS_NAME: 'nats2', NATS_ROUTES: '[nats://nats1:6222]' },
    ...{ NATS_MONITOR: `127.0.0.1:${port}`, NATS_STORE: temporaryFolder(t) },
  };
  const asked = spawn('bash', [SCRIPT, '0', '0', '0'], { env, stdio: 'ignore' });
  assert.deepEqual(await once(asked, 'close'), [1, null]);
});

test('a node of a whole engine is healthy; one that has not caught up is not, and goes on', async (t) => {
  assert.deepEqual(await check(t, { leader: 'nats1' }, PATIENT), { ...GOES_ON, code: 0 });
  assert.deepEqual(
    await check(t, { leader: 'nats1', healthz: 'unavailable' }, { counted: 0, led: 0, current: 0 }),
    GOES_ON,
  );
});

test('nodes of which the leader counts too few begin anew, but not the leader, not at once, and not with a draw', async (t) => {
  const few: Said = { leader: 'nats1', size: 2 };
  const impatient: Patience = { ...PATIENT, counted: 0 };
  const uncounted = { ...GOES_ON, said: UNCOUNTED };
  assert.deepEqual(await check(t, few, impatient), { ...uncounted, next: 'begins anew' });
  assert.deepEqual(await check(t, few, PATIENT), uncounted);
  assert.deepEqual(await check(t, { ...few, leader: 'nats2' }, impatient), uncounted);
  assert.deepEqual(await check(t, { ...few, streams: 1 }, impatient), uncounted);
});

test('a node that finds no leader begins anew in the end, but not with a draw', async (t) => {
  const alone: Said = { healthz: 'unavailable' };
  const impatient: Patience = { ...PATIENT, led: 0 };
  assert.deepEqual(await check(t, alone, impatient), { ...GOES_ON, next: 'begins anew' });
  assert.deepEqual(await check(t, alone, PATIENT), GOES_ON);
  assert.deepEqual(await check(t, { ...alone, streams: 1 }, impatient), GOES_ON);
});

test('a node that has been behind the engine for long is started again, also with a draw; it forgets how long once it is not', async (t) => {
  const behind: Said = {
    ...{ leader: 'nats1', healthz: 'unavailable', streams: 1 },
    error: 'JetStream is not current with the meta leader',
  };
  const folder = temporaryFolder(t);
  const since = () => readFileSync(join(folder, 'behind-since'), 'utf8').trim();
  assert.deepEqual(await check(t, behind, PATIENT, folder), GOES_ON);
  const first = since();
  assert.match(first, /^\d+$/);
  assert.deepEqual(await check(t, behind, PATIENT, folder), GOES_ON);
  assert.equal(since(), first);
  assert.deepEqual(await check(t, behind, { ...PATIENT, current: 0 }, folder), {
    ...GOES_ON,
    next: 'begins anew',
  });
  assert.equal(since(), '');
  await check(t, behind, PATIENT, folder);
  assert.deepEqual(await check(t, { leader: 'nats1' }, PATIENT, folder), { ...GOES_ON, code: 0 });
  assert.equal(since(), '');
  const leaderless: Said = { healthz: 'unavailable', streams: 1 };
  await check(t, behind, PATIENT, folder);
  const second = since();
  assert.deepEqual(await check(t, leaderless, PATIENT, folder), GOES_ON);
  assert.equal(since(), second, 'also if the leader is lost meanwhile');
  assert.deepEqual(await check(t, leaderless, { ...PATIENT, current: 0 }, folder), {
    ...GOES_ON,
    next: 'begins anew',
  });
  assert.equal(since(), '');
  assert.deepEqual(await check(t, leaderless, { ...PATIENT, current: 0 }, folder), GOES_ON);
  const other = temporaryFolder(t);
  await check(t, { leader: 'nats1' }, PATIENT, other);
  assert.ok(!existsSync(join(other, 'behind-since')), 'one that is well writes nothing');
});

test('a machine that was started again has forgotten since when a node was behind: it has its time anew', async (t) => {
  const behind: Said = {
    ...{ leader: 'nats1', healthz: 'unavailable', streams: 1 },
    error: 'JetStream is not current with the meta leader',
  };
  const folder = temporaryFolder(t);
  const file = join(folder, 'behind-since');
  // In seconds of an uptime that this machine has not reached.
  const before = '999999999';
  writeFileSync(file, `${before}\n`);
  assert.deepEqual(await check(t, behind, PATIENT, folder), GOES_ON);
  assert.ok(Number(readFileSync(file, 'utf8')) < Number(before));
  writeFileSync(file, `${before}\n`);
  assert.deepEqual(await check(t, behind, { ...PATIENT, current: 0 }, folder), {
    ...GOES_ON,
    next: 'begins anew',
  });
});

test('a node begins anew alone: others of this machine go on', async (t) => {
  const few: Said = { leader: 'nats1', size: 2 };
  const other = temporaryFolder(t);
  const program = join(other, 'nats-server');
  copyFileSync('/bin/sleep', program);
  const neighbour = spawn(program, ['1000'], { env: { NATS_STORE: other }, stdio: 'ignore' });
  t.after(() => neighbour.kill('SIGKILL'));
  const ended = once(neighbour, 'exit');
  await once(neighbour, 'spawn');
  assert.equal((await check(t, few, { ...PATIENT, counted: 0 })).next, 'begins anew');
  // Of two signals the earlier one counts.
  neighbour.kill('SIGTERM');
  assert.deepEqual(await ended, [null, 'SIGTERM']);
});
