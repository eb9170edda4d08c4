/** An engine that asks who we are, and shows a certificate: what operators set, and what they get wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startServers } from '../cluster/servers.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { certificates, certify, EXPIRED } from '../support/certificates.ts';
import { withoutEngine } from '../support/engine.ts';
import { Accounts } from '../support/nats-accounts.ts';
import { launch, refusal as refused } from '../support/one-node.ts';
import { type Environment, Program } from '../support/program.ts';
import { mutual, ours, securedEngine } from '../support/secured-engine.ts';
import { agencyEnvironment, temporaryFolder, until } from '../support/system.ts';

/** A whole draw by one server and one agency. */
async function draw(t: TestContext, url: string, env: Environment): Promise<void> {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 300, 2));
  const [server] = await startServers(t, 1, { url, draw: 'x', agencies: 1, env });
  assert.ok(server);
  const agency = new Program(['agency'], agencyEnvironment({ port: server.port, id: 1, data }));
  t.after(() => agency.kill());
  await agency.expectExit(0);
  await server.program.expectExit(0);
}

const refusal = (t: TestContext, { STORE_URL = '', ...env }: Environment): Promise<string> =>
  refused(launch(t, STORE_URL, env));

test('a draw over an engine with certificates and credentials, its export, and what is refused in one line', {
  skip: withoutEngine,
}, async (t) => {
  const { url, certs, file, good } = await securedEngine(t);
  await draw(t, url, { ...good, STORE_REPLICAS: '1' });

  const dir = join(temporaryFolder(t), 'draw');
  const { STORE_CREDS, STORE_CA } = good;
  const from = ['export', '--from', url, '--draw', 'x'];
  const exported = new Program([...from, '--creds', STORE_CREDS, '--ca', STORE_CA, dir]);
  await exported.expectExit(0);
  const verified = new Program(['verify', dir]);
  await verified.expectExit(0);

  const refused = (change: Environment) => refusal(t, { STORE_URL: url, ...good, ...change });
  const cannot = 'cannot connect to the engine of STORE_URL: ';
  assert.match(
    await refused({ STORE_CREDS: file('other.creds', new Accounts().creds()) }),
    new RegExp(`${cannot}Authorization Violation; STORE_CREDS must be credentials that it knows`),
  );
  assert.match(
    await refusal(t, { STORE_URL: url, STORE_CA }),
    new RegExp(`${cannot}Authorization Violation; STORE_CREDS must be`),
  );
  assert.match(
    await refused({ STORE_CREDS: '/nowhere' }),
    /cannot use STORE_CREDS "\/nowhere": it does not exist/,
  );
  assert.match(
    await refused({ STORE_CREDS: join(certs, 'ca.pem') }),
    /cannot use STORE_CREDS ".*ca\.pem": .*; it must hold a JWT and the seed of its key/,
  );
  const authority = "the engine's certificate is of no authority that is known here";
  const other = await certificates(t);
  assert.match(
    await refused({ STORE_CA: join(other, 'ca.pem') }),
    new RegExp(`${cannot}${authority} \\([A-Z_]+\\); STORE_CA names the certificate of its authority`),
  );
  assert.match(await refusal(t, { STORE_URL: url, STORE_CREDS }), new RegExp(cannot + authority));
  assert.match(
    await refused({ STORE_CA: STORE_CREDS }),
    /cannot use STORE_CA ".*good\.creds": it is no certificate in PEM/,
  );

  const unknown = new Program([...from, '--creds', STORE_CREDS, '--ca', join(other, 'ca.pem'), `${dir}-2`]);
  assert.deepEqual((await unknown.exited).code, 2);
  assert.match(unknown.stderr, new RegExp(`^quiniela: ${cannot}${authority}`));
});

test('an engine that asks for a certificate is shown ours; each mistake with it is one line, exit code 2', {
  skip: withoutEngine,
}, async (t) => {
  const { url, certs, file, good } = await securedEngine(t, mutual);
  await draw(t, url, { ...good, ...ours(certs), STORE_REPLICAS: '1' });

  const dir = join(temporaryFolder(t), 'draw');
  const from = ['export', '--from', url, '--draw', 'x', '--creds', good.STORE_CREDS, '--ca', good.STORE_CA];
  const exported = (...args: string[]) => new Program([...from, ...args, dir]);
  const [cert, key] = [join(certs, 'agency-1.pem'), join(certs, 'agency-1.key')];
  await exported('--cert', cert, '--key', key).expectExit(0);
  const half = exported('--key', key);
  assert.deepEqual((await half.exited).code, 2);
  assert.match(half.stderr, /^quiniela: cannot export: --cert is missing: --cert and --key go together\n$/);

  await certify(certs, 'ended', {
    name: 'ended',
    role: 'client',
    names: [{ type: 'dns', value: 'ended' }],
    validity: EXPIRED,
  });
  const other = await certificates(t);
  const refused = (change: Environment) => refusal(t, { STORE_URL: url, ...good, ...change });
  const cannot = 'cannot connect to the engine of STORE_URL: ';
  assert.match(
    await refused({}),
    new RegExp(`${cannot}it asks for a certificate; STORE_CERT and STORE_KEY name ours`),
  );
  // Of an authority that it does not know; made for servers.
  for (const own of [ours(other), ours(certs, 'server')]) {
    assert.match(
      await refused(own),
      new RegExp(
        `${cannot}it does not take the certificate of STORE_CERT \\(.*\\); it must be of an authority`,
      ),
    );
  }
  assert.match(
    await refused({ STORE_CERT: cert }),
    /STORE_KEY is missing: STORE_CERT, STORE_KEY go together/,
  );
  assert.match(await refused({ STORE_KEY: key }), /STORE_CERT is missing: STORE_CERT, STORE_KEY go together/);
  assert.match(
    await refused(ours('/nowhere')),
    /cannot use STORE_CERT "\/nowhere\/agency-1\.pem": it does not exist/,
  );
  assert.match(
    await refused({ ...ours(certs), STORE_KEY: join(certs, 'agency-2.key') }),
    /cannot use STORE_KEY ".*agency-2\.key": it is not the key of ".*agency-1\.pem"/,
  );
  assert.match(
    await refused({ ...ours(certs), STORE_KEY: file('half.key', '-----BEGIN PRIVATE KEY-----\n') }),
    /cannot use STORE_KEY ".*half\.key": it ends in the middle/,
  );
  assert.match(
    await refused(ours(certs, 'ended')),
    /cannot use STORE_CERT ".*ended\.pem": it ended on \d{4}-\d\d-\d\d/,
  );
});

test('an engine that begins with the handshake lets us in, and says of our certificate and credentials what another says', {
  skip: withoutEngine,
}, async (t) => {
  const first = (certs: string) => `${mutual(certs)}; handshake_first: true`;
  const { url, certs, file, good } = await securedEngine(t, first);
  await draw(t, url, { ...good, ...ours(certs), STORE_REPLICAS: '1' });
  const refused = (change: Environment) => refusal(t, { STORE_URL: url, ...good, ...ours(certs), ...change });
  assert.match(
    await refused(ours(await certificates(t))),
    /engine of STORE_URL: it does not take the certificate of STORE_CERT/,
  );
  assert.match(
    await refused({ STORE_CREDS: file('other.creds', new Accounts().creds()) }),
    /engine of STORE_URL: Authorization Violation; STORE_CREDS must be credentials/,
  );
});

test('credentials and a certificate that end while a server runs are said once, and taken anew once they are renewed', {
  skip: withoutEngine,
}, async (t) => {
  const { url, node, certs, accounts, file, good } = await securedEngine(t, mutual);
  const { STORE_CA } = good;
  const renew = (dir: string) => {
    for (const end of ['pem', 'key']) file(`own.${end}`, readFileSync(join(dir, `agency-1.${end}`), 'utf8'));
  };
  const STORE_CREDS = file('own.creds', accounts.creds());
  const own = { STORE_CERT: file('own.pem', ''), STORE_KEY: join(STORE_CREDS, '../own.key') };
  renew(certs);
  const env = { STORE_CA, STORE_CREDS, ...own, STORE_REPLICAS: '1' };
  const [server] = await startServers(t, 1, { url, draw: 'x', agencies: 1, env });
  assert.ok(server);
  const { program } = server;
  const said = (what: string) =>
    program.lines.filter((line) => line.includes(`action: connect_engine | ${what}`));
  // Whether it is let in once more before they end is the machine's to say; that they have ended is not.
  file('own.creds', accounts.creds(Math.floor(Date.now() / 1_000) + 4));
  await node.again();
  await program.line('connect_engine | result: in_progress');
  assert.match(
    said('result: in_progress').join(),
    /cannot use STORE_CREDS ".*own\.creds": it ended on \d{4}-\d\d-\d\d at \d\d:\d\d:\d\d UTC$/,
  );
  file('own.creds', accounts.creds());
  await program.line('connect_engine | result: success');

  renew(await certificates(t));
  await node.again();
  await until(() => said('result: in_progress').length === 2, 'the line about the certificate');
  assert.match(said('result: in_progress')[1] ?? '', /does not take the certificate of STORE_CERT/);
  renew(certs);
  await until(() => said('result: success').length === 2, 'the engine again');

  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 300, 2));
  const agency = new Program(['agency'], agencyEnvironment({ port: server.port, id: 1, data }));
  t.after(() => agency.kill());
  await agency.expectExit(0);
  await program.expectExit(0);
  assert.deepEqual([said('result: in_progress').length, said('result: success').length], [2, 2]);
});

test('tls:// to an engine that does not speak TLS is refused', async (t) => {
  const info = { server_id: 'x', version: '2.10.27', proto: 1, max_payload: 1_048_576, headers: true };
  const node = createServer((call) => call.on('error', () => {}).write(`INFO ${JSON.stringify(info)}\r\n`));
  t.after(() => node.close());
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
  const { port } = node.address() as AddressInfo;
  assert.match(
    await refusal(t, { STORE_URL: `tls://localhost:${port}` }),
    /STORE_URL: it does not speak TLS/,
  );
});
