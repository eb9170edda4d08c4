/** Engines that ask who we are, in each of the ways that nats-server has besides JWT. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import { withoutEngine } from '../support/engine.ts';
import { launch, refusal, startNode } from '../support/one-node.ts';
import type { Program } from '../support/program.ts';
import { freePort, temporaryFolder } from '../support/system.ts';

const user = nkeys.createUser();
const seed = Buffer.from(user.getSeed()).toString();

const KINDS: readonly { what: string; good: string; bad: string; config: (config: string) => string }[] = [
  {
    what: 'a user and a password',
    good: 'me:s3cret:/@,',
    bad: 'me:s3cret',
    config: (config) =>
      config
        .replace('users: [{ user: quiniela, password: "" }]', 'users: [{ user: me, password: "s3cret:/@," }]')
        .replace(/^no_auth_user.*/m, ''),
  },
  {
    what: 'an NKey',
    good: seed,
    bad: Buffer.from(nkeys.createUser().getSeed()).toString(),
    config: (config) =>
      config
        .replace(
          'users: [{ user: quiniela, password: "" }]',
          `users: [{ nkey: ${user.getPublicKey()} }, { user: me, password: x }]`,
        )
        .replace(/^no_auth_user.*/m, ''),
  },
  {
    what: 'a token',
    good: 's3cret',
    bad: 's3cr3t',
    config: (config) => config.replace(/^accounts \{.*/ms, 'authorization { token: "s3cret" }'),
  },
];

const toldNobody = (server: Program, secret: string) =>
  assert.ok(!`${server.lines.join('\n')}${server.stderr}`.includes(secret));

async function startLet(t: TestContext, url: string, STORE_CREDS: string): Promise<Program> {
  const server = launch(t, url, { STORE_CREDS });
  await server.line('action: config | result: success | port');
  server.signal('SIGTERM');
  await server.expectExit(0);
  return server;
}

for (const { what, good, bad, config } of KINDS) {
  test(`${what} in the file of STORE_CREDS lets a server in; another is one line, and no secret is shown`, {
    skip: withoutEngine,
  }, async (t) => {
    const { url } = await startNode(t, config);
    const creds = join(temporaryFolder(t), 'creds');
    writeFileSync(creds, `${good}\n`);
    toldNobody(await startLet(t, url, creds), good);

    writeFileSync(creds, `${bad}\n`);
    for (const more of [{ STORE_CREDS: creds }, {}]) {
      const refused = launch(t, url, more);
      assert.match(
        await refusal(refused),
        /cannot connect to the engine of STORE_URL: .*; STORE_CREDS must be credentials that it knows/,
      );
      toldNobody(refused, bad);
    }
  });
}

test('a password in STORE_URL is refused with the place that it belongs to, and is shown to nobody', async (t) => {
  const refused = launch(t, 'nats://me:s3cret@127.0.0.1:4222');
  const line = await refusal(refused);
  assert.match(line, /STORE_URL is "nats:\/\/\*\*\*@127\.0\.0\.1:4222".*a file that STORE_CREDS names says/);
  toldNobody(refused, 's3cret');
});

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

test('an engine on IPv6 is called by its address in brackets', {
  skip: withoutEngine || (!hasIPv6 && 'this machine has no ::1'),
}, async (t) => {
  const port = await freePort();
  await startNode(t, (config) => config.replace('listen: $NATS_LISTEN', `listen: "[::1]:${port}"`));
  const server = launch(t, `nats://[::1]:${port}`);
  await server.line('action: config | result: success | port');
});
