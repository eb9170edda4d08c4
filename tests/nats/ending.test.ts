/** What ends of ours: we know it, however little the engine gets to say of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { connectEngine, Link } from '../../src/nats/connection.ts';
import { endedOf, endingSoon, firstEnd } from '../../src/nats/ending.ts';
import { certificates, certify, EXPIRED } from '../support/certificates.ts';
import { Accounts } from '../support/nats-accounts.ts';
import { temporaryFolder, until } from '../support/system.ts';

const DAY_S = 24 * 60 * 60;
const daysUntil = (at: Date | undefined): number => (Number(at) - Date.now()) / 1_000 / DAY_S;
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

const INFO = {
  server_id: 'x',
  version: '2.10.27',
  proto: 1,
  max_payload: 1_048_576,
  headers: true,
  nonce: 'x',
};

/** A node that lets the first one in who calls, and who calls while it `welcomes`; to others its last words are these. */
async function startNode(t: TestContext, last: string, welcomes = () => false) {
  const sockets = new Set<Socket>();
  let calls = 0;
  const node = createServer((socket) => {
    sockets.add(socket);
    const isLetIn = ++calls === 1 || welcomes();
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.on('data', (said) => {
      if (!isLetIn) socket.end(last);
      else if (said.includes('PING')) socket.write('PONG\r\n');
    });
    socket.write(`INFO ${JSON.stringify(INFO)}\r\n`);
  });
  node.listen(0, '127.0.0.1');
  t.after(() => {
    node.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(node, 'listening');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    servers: [`nats://127.0.0.1:${(node.address() as AddressInfo).port}`],
    cutAll,
    calls: () => calls,
  };
}

function credsFile(t: TestContext) {
  const path = join(temporaryFolder(t), 'own.creds');
  const accounts = new Accounts();
  const write = (until?: number) => writeFileSync(path, accounts.creds(until));
  return { path, write };
}

/** Connects with credentials; what is said of the connection from now on. */
async function link(t: TestContext, servers: string[], creds: string): Promise<LogEntry[]> {
  const address = { servers, files: { creds } };
  const told: LogEntry[] = [];
  const notice = (entry: LogEntry) => told.push(entry);
  const connection = await connectEngine(address, { notice, signal: t.signal });
  t.after(() => connection.close());
  new Link(connection, address, notice);
  return told;
}

for (const [what, last] of [
  ['calls us unknown', "-ERR 'Authorization Violation'\r\n"],
  ['says nothing', ''],
] as const) {
  test(`credentials that end while we are connected are named, although the engine ${what}`, async (t) => {
    const { path, write } = credsFile(t);
    write();
    const { servers, cutAll, calls } = await startNode(t, last);
    const told = await link(t, servers, path);
    write(inSeconds(-60));
    cutAll();
    await until(() => calls() >= 2, 'a vain call');
    const [entry, ...more] = told;
    assert.deepEqual(more, []);
    assert.match(String(entry?.details?.error), /^cannot use STORE_CREDS ".*own\.creds": it ended on \d{4}-/);
  });
}

test('an engine that lets us in and out again in the second in which credentials end is not said to be back', async (t) => {
  const { path, write } = credsFile(t);
  write();
  let isRenewed = false;
  const last = "PONG\r\n-ERR 'User Authentication Expired'\r\n";
  const { servers, cutAll, calls } = await startNode(t, last, () => isRenewed);
  const told = await link(t, servers, path);
  write(inSeconds(0));
  cutAll();
  await until(() => calls() >= 4, 'three calls');
  write();
  isRenewed = true;
  await until(() => told.some(({ result }) => result === 'success'), 'the engine again');
  assert.deepEqual(
    told.map(({ result }) => result),
    ['in_progress', 'success'],
  );
});

test('credentials that have ended are refused before the engine is called', async (t) => {
  const { path, write } = credsFile(t);
  write(inSeconds(-1));
  const address = { servers: ['nats://127.0.0.1:9'], files: { creds: path } };
  const patience = { notice: () => assert.fail('nothing to wait for'), signal: t.signal };
  await assert.rejects(connectEngine(address, patience), {
    code: 'STORE_CREDS',
    message: /it ended on \d{4}-/,
  });
});

test('what ends before long has ended for an engine whose clock is ahead, and not for us', (t) => {
  const { path, write } = credsFile(t);
  write(inSeconds(DAY_S));
  assert.equal(endedOf({ creds: path }), undefined);
  assert.equal(endedOf({ creds: path }, (DAY_S - 3_600) * 1_000), undefined);
  assert.match(endedOf({ creds: path }, (DAY_S + 1) * 1_000)?.message ?? '', /^cannot use STORE_CREDS /);
});

test('what ends within 30 days is warned of by its name, a certificate and its authority too', async (t) => {
  const { path, write } = credsFile(t);
  const warned = () => endingSoon({ creds: path });
  write();
  assert.deepEqual(warned(), []);
  write(inSeconds(32 * DAY_S));
  assert.deepEqual(warned(), []);
  write(inSeconds(29 * DAY_S));
  assert.match(warned().join(), /^STORE_CREDS ".*own\.creds" ends on \d{4}-\d\d-\d\d at \d\d:\d\d:\d\d UTC$/);
  const certs = await certificates(t);
  await certify(certs, 'ended', {
    name: 'ended',
    role: 'client',
    names: [{ type: 'dns', value: 'ended' }],
    validity: EXPIRED,
  });
  const [ca, cert] = [join(certs, 'ca.pem'), join(certs, 'ended.pem')];
  assert.deepEqual(endingSoon({ ca, cert: join(certs, 'agency-1.pem') }), []);
  assert.ok(daysUntil(firstEnd({ ca, creds: path, cert })) < 0);
  assert.ok(daysUntil(firstEnd({ ca, creds: path })) < 29, 'the credentials are over before the authority');
  assert.match(endedOf({ ca, cert })?.message ?? '', /^cannot use STORE_CERT ".*ended\.pem": it ended on/);
});

test('files that are away, or no credentials, end nothing: others say what is wrong with them', (t) => {
  const { path } = credsFile(t);
  assert.equal(endedOf({ creds: path, ca: path, cert: path }), undefined);
  for (const text of ['', 'a.b.c\n', `x.${Buffer.from('7').toString('base64url')}.y`, 'x.bnVsbA.y']) {
    writeFileSync(path, text);
    assert.equal(endedOf({ creds: path, ca: path, cert: path }), undefined, text);
    assert.equal(firstEnd({ creds: path }), undefined, text);
  }
});
