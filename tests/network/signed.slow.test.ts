/** Agencies that have certificates sign what they upload, and anybody with the authority's can check it: real programs. */
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AgencyCertificates } from '../../src/identity/agency-certificates.ts';
import { isSignedWith } from '../../src/identity/proof.ts';
import { tlsCalls } from '../../src/net/tls-call.ts';
import {
  batchLine,
  documentsOfWinners,
  doneLine,
  makeBets,
  winnersLine,
  writeAgencyFile,
} from '../support/bets.ts';
import {
  agencyTls,
  certificates,
  identityIn,
  peerAs,
  serverTls,
  signedDoneLine,
} from '../support/certificates.ts';
import { type Environment, Program } from '../support/program.ts';
import {
  freePort,
  type ServerOptions,
  startAgency,
  startServer,
  temporaryFolder,
  until,
} from '../support/system.ts';

const verify = async (code: number, ...args: string[]): Promise<string> => {
  const program = new Program(['verify', ...args]);
  assert.equal((await program.exited).code, code, program.stderr);
  return program.lines.join('\n') + program.stderr;
};

const secured = (t: TestContext, dir: string, options: ServerOptions) =>
  startServer(t, { ...options, env: { ...serverTls(dir), ...options.env } });

test('a draw of agencies that were killed on the way, and of a server that was, is signed by all of them', async (t) => {
  const dir = await certificates(t, [1, 2, 3]);
  const [data, receipts] = [temporaryFolder(t), join(temporaryFolder(t), 'receipts')];
  for (const id of [1, 2, 3]) writeAgencyFile(data, id, makeBets(id, 3_000, id));
  const port = await freePort();
  const first = await secured(t, dir, { agencies: 3, port });
  const env = { ...agencyTls(dir), CLI_RECEIPTS: receipts, BATCH_MAX_AMOUNT: '10' };
  // Each batch is answered before the next, so there is a middle to be killed in.
  const slow = { ...env, BATCH_WINDOW: '1' };
  const fleet = new Program(['agency', '--id', '2-3'], {
    CLI_SERVER_ADDRESS: `127.0.0.1:${port}`,
    CLI_DATA: data,
    ...env,
  });
  t.after(() => fleet.kill());
  const killed = startAgency(t, { port, id: 1, data, env: slow });
  const stored = () => readFileSync(join(first.dir, 'journal.ndjson'), 'utf8');
  await until(() => /\[1,\d{2,},/.test(stored()), 'some bets of agency 1');
  killed.signal('SIGKILL');
  first.program.signal('SIGKILL');
  await first.program.exited;
  const second = await secured(t, dir, { agencies: 3, port, dir: first.dir });
  const agency = startAgency(t, { port, id: 1, data, env });
  for (const program of [agency, fleet, second.program]) await program.expectExit(0);

  const ca = join(dir, 'ca.pem');
  const receipt = join(receipts, 'agency-1-draw-1.json');
  const checked = await verify(0, first.dir, '--ca', ca, '--receipt', receipt);
  assert.match(checked, /^checked the signatures: 3 agencies have signed their uploads$/m);
  assert.match(readFileSync(receipt, 'utf8'), /"sha":"[0-9a-f]{64}"/);
  assert.match(await verify(0, first.dir), /^not checked: the signatures of 3 agencies/m);
  const other = await certificates(t, []);
  assert.match(await verify(2, first.dir, '--ca', join(other, 'ca.pem')), /is not signed by/);

  const next = await secured(t, dir, { agencies: 3, port, dir: first.dir });
  next.program.signal('SIGTERM');
  await next.program.expectExit(0);
  await verify(0, join(first.dir, 'draw-0001'), '--ca', ca);
});

test('DONE without its signature, or with a wrong one, ends its session and disturbs nobody', async (t) => {
  const dir = await certificates(t);
  const server = await secured(t, dir, { agencies: 2 });
  const { port } = server;
  const [one, two] = [makeBets(1, 5, 1), makeBets(2, 5, 2)];
  const honest = await peerAs(port, dir, 'agency-1');
  honest.send(`HELLO:1\n${batchLine(0, one)}`);
  await honest.expectLines('WELCOME:1:0:0', 'STORED:5');
  const first = await peerAs(port, dir, 'agency-2');
  first.send(`HELLO:2\n${batchLine(0, two)}`);
  await first.expectLines('WELCOME:1:0:0', 'STORED:5');
  first.end();
  await first.expectEnd();
  const ofTwo = signedDoneLine(dir, 2, two);
  const wrong: [line: string, why: RegExp][] = [
    [doneLine(2, two), /DONE of agency 2 is not signed$/],
    [signedDoneLine(dir, 2, two, '2'), /DONE of agency 2: the signature is not its certificate's$/],
    [
      ofTwo.replace(/:[^:]*\n$/, signedDoneLine(dir, 1, two).slice(-90)),
      /the signature is not its certificate's$/,
    ],
    [
      ofTwo.replace(/[0-9a-f]{64}/, 'ab'.repeat(32)),
      /agency 2 signs SHA-256 (?:ab){32}, its stored bets have/,
    ],
  ];
  for (const [line, why] of wrong) {
    const from = server.program.lines.length;
    const peer = await peerAs(port, dir, 'agency-2');
    peer.send('HELLO:2\n');
    await peer.expectLine(/^WELCOME:1:5:\d+$/);
    peer.send(line);
    assert.match(await peer.line(), new RegExp(`^ERROR:IDENTITY:.*${why.source}`));
    await peer.expectEnd();
    await server.program.line('IDENTITY', from);
  }
  const right = await peerAs(port, dir, 'agency-2');
  right.send('HELLO:2\n');
  await right.expectLine(/^WELCOME:1:5:\d+$/);
  right.send(ofTwo);
  honest.send(signedDoneLine(dir, 1, one));
  await honest.expectLine(winnersLine(...documentsOfWinners(one)));
  await right.expectLine(winnersLine(...documentsOfWinners(two)));
  for (const peer of [honest, right]) peer.end();
  await server.program.expectExit(0);
  assert.match(
    await verify(0, server.dir, '--ca', join(dir, 'ca.pem')),
    /checked the signatures: 2 agencies/,
  );
});

test('an upload without TLS, or in the original’s dialect, is taken unsigned, and verify --ca names it', async (t) => {
  const dir = await certificates(t, [1]);
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 5, 1));
  const pairs: [server: Environment, agency: Environment][] = [
    [{}, {}],
    [serverTls(dir), { ...agencyTls(dir), CLI_PROTOCOL: 'tp0' }],
  ];
  for (const [server, agency] of pairs) {
    const { program, port, dir: store } = await startServer(t, { agencies: 1, env: server });
    await startAgency(t, { port, data, env: agency }).expectExit(0);
    await program.expectExit(0);
    assert.doesNotMatch(readFileSync(join(store, 'journal.ndjson'), 'utf8'), /signed/);
    assert.match(
      await verify(2, store, '--ca', join(dir, 'ca.pem')),
      /have said DONE and signed nothing \(TP0 has no place for it\), .*: 1$/m,
    );
  }
});

test('what is said on a connection is signed with the key that was shown there, also if it is renewed meanwhile', async (t) => {
  const [dir, next] = [await certificates(t, [1]), await certificates(t, [1])];
  const { cert } = identityIn(dir, 'agency-1');
  const path = (name: string) => join(dir, name);
  const files = { cert: path('agency-{id}.pem'), key: path('agency-{id}.key'), ca: path('ca.pem') };
  const own = new AgencyCertificates(files, [1], false);
  const { call, signerOf } = tlsCalls([{ host: '127.0.0.1', port: await freePort() }], own);
  const statement = { draw: '1', agency: 1, count: 0, crc: 0, sha: '' };
  const socket = call(1, 0).on('error', () => {});
  for (const name of ['agency-1.pem', 'agency-1.key']) copyFileSync(join(next, name), path(name));
  const signature = signerOf(socket)?.(statement) ?? '';
  assert.ok(isSignedWith(new X509Certificate(cert), statement, signature));
  assert.ok(!new X509Certificate(cert).checkPrivateKey(createPrivateKey(readFileSync(path('agency-1.key')))));
  socket.destroy();
});
