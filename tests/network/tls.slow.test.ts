/** With TLS a peer is who its certificate says, and nobody else: whatever it says, nothing of another is disturbed. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { agencyUri } from '../../src/identity/names.ts';
import {
  batchLine,
  documentsOfWinners,
  makeBets,
  readStored,
  sorted,
  winnersLine,
  wireBet,
  wireBets,
  writeAgencyFile,
} from '../support/bets.ts';
import {
  agencyTls,
  certificates,
  certify,
  connectAs,
  EXPIRED,
  identityIn,
  peerAs,
  serverTls,
  signedDoneLine,
} from '../support/certificates.ts';
import { Peer } from '../support/peer.ts';
import { type RunningServer, startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

const secureServer = async (
  t: TestContext,
  dir: string,
  env: Record<string, string> = {},
): Promise<RunningServer> => startServer(t, { agencies: 2, env: { ...serverTls(dir), ...env } });

const REFUSED = 'action: session | result: fail | ip: 127.0.0.1';

test('agencies of either dialect upload, wait and hear their winners', async (t) => {
  const dir = await certificates(t);
  const { program, port, dir: store } = await secureServer(t, dir);
  const data = temporaryFolder(t);
  const uploads = [1, 2].map((id) => makeBets(id, 300, id));
  const agencies = [1, 2].map((id) => {
    writeAgencyFile(data, id, uploads[id - 1]!);
    const env = { ...agencyTls(dir), ...(id === 2 && { CLI_PROTOCOL: 'tp0' }) };
    return startAgency(t, { port, id, data, env });
  });
  for (const [index, agency] of agencies.entries()) {
    await agency.line(`action: consulta_ganadores | result: success | cant_ganadores: ${index + 1}`);
    await agency.expectExit(0);
  }
  await program.expectExit(0);
  assert.deepEqual(sorted(readStored(store)), sorted(uploads.flat()));
  assert.match(
    await program.line('load_certificates'),
    /result: success \| file: \S+server\.pem \| expires: \d{4}-\d\d-\d\d \| days_left: 36\d$/,
  );
});

test('whose certificate is of another agency is refused, in either dialect, and nobody is disturbed', async (t) => {
  const dir = await certificates(t);
  const { program, port } = await secureServer(t, dir);
  const honest = await peerAs(port, dir, 'agency-1');
  honest.send('HELLO:1\n');
  await honest.expectLine('WELCOME:1:0:0');
  const rows = makeBets(1, 3);
  const of2 = 'the certificate is of agency 2, not of agency 1';
  const cases: [said: string, answers: string[]][] = [
    ['HELLO:1\n', [`ERROR:IDENTITY:${of2}`]],
    // TP0 has no word for it: its batch was not stored, and its winners are not told.
    [`${wireBets(rows)}\n`, ['0']],
    [`${wireBets([rows[0]!])};`, ['0']],
    ['DONE:1\n', []],
  ];
  for (const [said, answers] of cases) {
    const peer = await peerAs(port, dir, 'agency-2');
    peer.send(said);
    await peer.expectLines(...answers);
    await peer.expectEnd();
  }
  const told = () => program.count(`${REFUSED} | error: IDENTITY, ${of2}`) === cases.length;
  await until(told, 'a line for each');

  const nobody = await peerAs(port, dir, 'health');
  nobody.send('HELLO:1\n');
  await nobody.expectLine('ERROR:IDENTITY:the certificate is of no agency, not of agency 1');
  await nobody.expectEnd();

  honest.expectNothingYet();
  honest.send(batchLine(0, rows));
  await honest.expectLine('STORED:3');
});

test('a bet in the name of another agency, or its DONE, ends the session of a certificate', async (t) => {
  const dir = await certificates(t);
  const { program, port } = await secureServer(t, dir);
  const [own, other] = [makeBets(1, 2), makeBets(2, 2)];
  const forged = /^ERROR:IDENTITY:the certificate is of agency 1, the bet of another$/;
  for (const [said, refusal] of [
    [batchLine(0, other), forged],
    [batchLine(0, [own[0]!, other[1]!]), forged],
    [`BET:x1:${wireBet(other[0]!)}\n`, forged],
    ['DONE:2:0:0\n', /^ERROR:IDENTITY:DONE of agency 2 in the session of 1$/],
  ] as const) {
    const peer = await peerAs(port, dir, 'agency-1');
    peer.send(`HELLO:1\n${said}`);
    await peer.expectLine('WELCOME:1:0:0');
    await peer.expectLine(refusal);
    await peer.expectEnd();
  }
  const tp0 = await peerAs(port, dir, 'agency-1');
  tp0.send(`${wireBets(own)}\n`);
  await tp0.expectLine('2');
  tp0.send(`${wireBets(other)}\n`);
  await tp0.expectLine('0');
  await tp0.expectEnd();
  await program.line('IDENTITY, the certificate is of agency 1, the bet of another');
});

test('to be echoed takes a certificate too, of whomever', async (t) => {
  const dir = await certificates(t);
  const { port } = await secureServer(t, dir);
  for (const name of ['health', 'agency-2']) {
    const peer = await peerAs(port, dir, name);
    peer.send('hola\n');
    await peer.expectLine('hola');
    peer.end('sin fin');
    assert.deepEqual(Buffer.concat((await peer.socket.toArray()) as Buffer[]).toString(), 'sin fin');
  }
  const stranger = await peerAs(port, dir, undefined);
  stranger.send('hola\n');
  await stranger.expectLine('ERROR:IDENTITY:no certificate was shown');
  await stranger.expectEnd();
});

test('openssl s_client is echoed with a certificate, and told what is missing without', async (t) => {
  if (spawnSync('openssl', ['version']).error) return t.skip('there is no openssl here');
  const dir = await certificates(t);
  const { port } = await secureServer(t, dir);
  const asks = ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, '-CAfile', join(dir, 'ca.pem')];
  const shows = ['-cert', join(dir, 'health.pem'), '-key', join(dir, 'health.key')];
  for (const [args, answer] of [
    [[...asks, '-verify_return_error', ...shows], 'hola\n'],
    [asks, 'ERROR:IDENTITY:no certificate was shown\n'],
  ] as const) {
    const openssl = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'ignore'] });
    t.after(() => openssl.kill());
    openssl.stdin.write('hola\n');
    const [said] = await once(openssl.stdout, 'data');
    assert.equal(String(said), answer);
  }
});

test('a certificate has to be of an authority of TLS_CA, in time, and made for a client', async (t) => {
  const dir = await certificates(t);
  const other = await certificates(t, [1]);
  const names = [{ type: 'url', value: agencyUri(1) }] as const;
  await certify(dir, 'expired', { name: 'agency-1', role: 'client', names, validity: EXPIRED });
  const { program, port } = await secureServer(t, dir);
  for (const [folder, name, flaw] of [
    [other, 'agency-1', 'the certificate is of no authority that is known here'],
    [dir, 'expired', 'the certificate has expired'],
    [dir, 'server', 'the certificate is made for something else'],
  ] as const) {
    const { cert: ca } = identityIn(dir, 'ca');
    const peer = new Peer(await connectAs(port, folder, name, { ca }));
    peer.send('HELLO:1\n');
    await peer.expectLine(`ERROR:IDENTITY:${flaw}`);
    await peer.expectEnd();
    await program.line(`${REFUSED} | error: IDENTITY, ${flaw}`);
  }
});

test('TLS 1.2 is not spoken, and no session is resumed: each connection proves anew who it is', async (t) => {
  const dir = await certificates(t);
  const { program, port } = await secureServer(t, dir);
  await assert.rejects(connectAs(port, dir, 'agency-1', { maxVersion: 'TLSv1.2' }), /protocol version/);
  await program.line(`${REFUSED} | error: IDENTITY, the other side offers no TLS 1.3`);

  const first = await connectAs(port, dir, 'agency-1');
  assert.equal(first.getCipher().name, 'TLS_AES_128_GCM_SHA256', 'whatever the peer likes best');
  const tickets: Buffer[] = [];
  first.on('session', (ticket) => tickets.push(ticket));
  first.end('hola\n');
  await first.toArray();
  for (const session of tickets) {
    const again = await connectAs(port, dir, 'agency-1', { session });
    assert.equal(again.isSessionReused(), false);
    again.destroy();
  }
});

/** A server of one agency, which has said all at once, ended its side, and been told its winners. */
async function drawnForOne(t: TestContext) {
  const dir = await certificates(t, [1]);
  const { program, port } = await startServer(t, { agencies: 1, env: serverTls(dir) });
  const rows = makeBets(1, 3, 1);
  const peer = await peerAs(port, dir, 'agency-1');
  peer.end(`HELLO:1\n${batchLine(0, rows)}${signedDoneLine(dir, 1, rows)}`);
  await peer.expectLines('WELCOME:1:0:0', 'STORED:3', winnersLine(...documentsOfWinners(rows)));
  return { program, peer };
}

test('a peer that ends its side still gets its answers', async (t) => {
  const { program, peer } = await drawnForOne(t);
  await peer.expectEnd();
  await program.expectExit(0);
});

test('SIGHUP: up to the last moment of a server that ends by itself it changes nothing of its exit code', async (t) => {
  const { program } = await drawnForOne(t);
  // Whoever listened no more would end with the kernel's code for it.
  const ringing = setInterval(() => program.signal('SIGHUP'), 2);
  await program.expectExit(0).finally(() => clearInterval(ringing));
});

test('SIGHUP: new certificates hold from the next connection on, and no session is closed', async (t) => {
  const [dir, next] = [await certificates(t), await certificates(t)];
  const { program, port } = await secureServer(t, dir);
  const peer = await peerAs(port, dir, 'agency-1');
  peer.send('HELLO:1\n');
  await peer.expectLine('WELCOME:1:0:0');

  for (const name of ['server.pem', 'server.key', 'ca.pem']) copyFileSync(join(next, name), join(dir, name));
  const from = program.lines.length;
  program.signal('SIGHUP');
  await program.line('action: load_certificates | result: success', from);

  // Its certificate is of an authority that has gone; the session that it has goes on.
  const { cert: ca } = identityIn(next, 'ca');
  const revoked = new Peer(await connectAs(port, dir, 'agency-2', { ca }));
  revoked.send('HELLO:2\n');
  await revoked.expectLine('ERROR:IDENTITY:the certificate is of no authority that is known here');
  await revoked.expectEnd();
  const renewed = await peerAs(port, next, 'agency-2');
  renewed.send('HELLO:2\n');
  await renewed.expectLine('WELCOME:1:0:0');
  peer.send(batchLine(0, makeBets(1, 2)));
  await peer.expectLine('STORED:2');
});

test('SIGHUP: if the new ones are of no use, those that were there stay, and a line says why', async (t) => {
  const dir = await certificates(t);
  const { program, port } = await secureServer(t, dir);
  const good = readFileSync(join(dir, 'server.key'), 'utf8');
  for (const [file, text, why] of [
    ['server.key', identityIn(dir, 'health').key, 'server.key" for TLS: it is not the key of'],
    ['server.key', 'no key', 'server.key" for TLS: it is no private key in PEM'],
  ] as const) {
    writeFileSync(join(dir, file), text);
    const from = program.lines.length;
    program.signal('SIGHUP');
    const line = await program.line('action: load_certificates | result: fail', from);
    assert.ok(line.includes(why), line);
    assert.match(line, /those that were there stay$/);
    const peer = await peerAs(port, dir, 'health');
    peer.end('hola\n');
    await peer.expectLine('hola');
    writeFileSync(join(dir, file), good);
  }
});

test('a certificate that ends within 30 days is warned of at the start', async (t) => {
  const dir = await certificates(t);
  const notBefore = new Date(Date.now() - 86_400_000);
  const notAfter = new Date(Date.now() + 30.5 * 86_400_000);
  const names = [{ type: 'dns', value: 'server' }] as const;
  await certify(dir, 'soon', { name: 'server', role: 'server', names, validity: { notBefore, notAfter } });
  const { program } = await startServer(t, { env: serverTls(dir, 'soon') });
  assert.match(
    await program.line('load_certificates'),
    /WARNING +action: load_certificates \| result: success \| file: \S+soon\.pem \| expires: \S+ \| days_left: 30$/,
  );
});

test('a shutdown waits for no handshake, nor for who has said nothing', async (t) => {
  const dir = await certificates(t);
  const { program, port } = await secureServer(t, dir, { SERVER_IDENTIFY_TIMEOUT: '1h' });
  const silent = connect(port, '127.0.0.1');
  await once(silent, 'connect');
  // The first bytes of a record that never ends.
  const begun = connect(port, '127.0.0.1', () => begun.write(Buffer.from('160301', 'hex')));
  const peer = await peerAs(port, dir, 'agency-1');
  peer.send('HELLO:1\n');
  await peer.expectLine('WELCOME:1:0:0');
  program.signal('SIGTERM');
  await peer.expectLine(/^ERROR:SHUTTING_DOWN:/);
  await peer.expectEnd();
  await program.expectExit(0);
  for (const socket of [silent, begun]) socket.destroy();
});
