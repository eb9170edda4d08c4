/** An engine that asks who we are, and shows a certificate: what operators set, and what they get wrong. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startServers } from '../cluster/servers.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { certificates } from '../support/certificates.ts';
import { ENGINE_CONFIG, EngineNodes, withoutEngine } from '../support/engine.ts';
import { Accounts } from '../support/nats-accounts.ts';
import { type Environment, Program } from '../support/program.ts';
import { agencyEnvironment, temporaryFolder } from '../support/system.ts';

/** One node with certificates of `quiniela certs` and with accounts; and what reaches it. */
async function securedEngine(t: TestContext) {
  const certs = await certificates(t);
  const accounts = new Accounts();
  const folder = temporaryFolder(t);
  // Alone, and with accounts of another kind.
  const [before = ''] = ENGINE_CONFIG.replace(/^cluster \{.*?^\}/ms, '').split('\naccounts {');
  const tls = `tls { cert_file: "${certs}/server.pem", key_file: "${certs}/server.key" }`;
  const config = join(folder, 'nats.conf');
  writeFileSync(config, [before, tls, accounts.config].join('\n'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const creds = file('good.creds', accounts.creds());
  const { nodes } = await EngineNodes.start(t, { nodes: 1, config });
  const url = `tls://localhost:${nodes[0]?.ports.client}`;
  return { url, certs, file, good: { STORE_CREDS: creds, STORE_CA: join(certs, 'ca.pem') } };
}

/** The one line that a server says which ends with exit code 2. */
async function refusal(t: TestContext, env: Environment): Promise<string> {
  const server = new Program(['server'], { SERVER_PORT: '0', DRAW_NAME: 'x', AGENCIES: '1', ...env });
  t.after(() => server.kill());
  assert.deepEqual(await server.exited, { code: 2, signal: null }, server.lines.join('\n'));
  const [line = '', ...more] = [...server.lines, ...server.stderr.trim().split('\n')].filter((said) =>
    /CRITICAL|result: fail|^quiniela: |^ +at /.test(said),
  );
  assert.deepEqual(more, []);
  return line;
}

test('a draw over an engine with certificates and credentials, its export, and what is refused in one line', {
  skip: withoutEngine,
}, async (t) => {
  const { url, certs, file, good } = await securedEngine(t);
  const data = temporaryFolder(t);
  const rows = makeBets(1, 300, 2);
  writeAgencyFile(data, 1, rows);
  const env = { ...good, STORE_REPLICAS: '1' };
  const [server] = await startServers(t, 1, { url, draw: 'x', agencies: 1, env });
  assert.ok(server);
  const agency = new Program(['agency'], agencyEnvironment({ port: server.port, id: 1, data }));
  t.after(() => agency.kill());
  await agency.expectExit(0);
  await server.program.expectExit(0);

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
    /cannot read STORE_CREDS "\/nowhere": it does not exist/,
  );
  assert.match(
    await refused({ STORE_CREDS: join(certs, 'ca.pem') }),
    /cannot use the file of STORE_CREDS: .*; it must hold a JWT and the seed of its key/,
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
    /cannot use the file of STORE_CA: .*; it must hold a certificate as PEM/,
  );

  const unknown = new Program([...from, '--creds', STORE_CREDS, '--ca', join(other, 'ca.pem'), dir]);
  assert.deepEqual((await unknown.exited).code, 2);
  assert.match(unknown.stderr, new RegExp(`^quiniela: ${cannot}${authority}`));
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
