/** Engines as strangers to NATS set them up, and what others do to a stream: one line each, and nothing is lost. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, jetstreamManager } from '../../src/nats/packages.ts';
import { withExport } from '../cluster/exported.ts';
import { startServers } from '../cluster/servers.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { withoutEngine } from '../support/engine.ts';
import { launch, refusal, startNode } from '../support/one-node.ts';
import { Program } from '../support/program.ts';
import { agencyEnvironment, temporaryFolder } from '../support/system.ts';

const options = { skip: withoutEngine };

const env = { STORE_REPLICAS: '1' };

const uploadTo = (t: TestContext, port: number, bets: number) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, bets, 2));
  const agency = new Program(['agency'], agencyEnvironment({ port, id: 1, data }));
  t.after(() => agency.kill());
  return { agency, file: join(data, 'agency-1.csv') };
};

const start = async (t: TestContext, url: string) => {
  const [server] = await startServers(t, 1, { url, draw: 'x', agencies: 1, env });
  assert.ok(server);
  return server;
};

test(
  'an account without JetStream is refused; an engine without it is waited for, with what is missing',
  options,
  async (t) => {
    const account = await startNode(t, (config) => config.replace('jetstream: enabled', ''));
    const refused = launch(t, account.url);
    assert.equal((await refused.exited).code, 2);
    assert.match(
      refused.lines.join('\n'),
      /STORE_URL: stream QUINIELA-x cannot be made: JetStream not enabled for account/,
    );

    const without = (config: string) =>
      config.replace(/^jetstream \{.*?^\}/ms, '').replace('jetstream: enabled', '');
    const { url } = await startNode(t, without);
    const waiting = launch(t, url);
    const line = await waiting.line('action: open_engine | result: in_progress');
    assert.match(
      line,
      /jetstream is not enabled: nodes that are to keep draws need jetstream in their configuration/,
    );
    waiting.signal('SIGTERM');
    await waiting.expectExit(0);
  },
);

test('a user who lacks a permission is told which, at the start with exit code 2', options, async (t) => {
  const without = (subject: string) => (config: string) =>
    config.replace('password: ""', `password: "", permissions: { publish: { deny: ["${subject}"] } }`);
  const making = await startNode(t, without('$JS.API.STREAM.CREATE.>'));
  const refused = launch(t, making.url);
  assert.equal((await refused.exited).code, 2);
  assert.match(
    refused.lines.join('\n'),
    /error: cannot use the engine of STORE_URL: Permissions Violation for Publish to "\$JS\.API\.STREAM\.CREATE\.QUINIELA-x"/,
  );
  const listing = await startNode(t, without('$JS.API.STREAM.NAMES'));
  const exporting = new Program([
    'export',
    '--from',
    listing.url,
    '--draw',
    'x',
    join(temporaryFolder(t), 'x'),
  ]);
  assert.equal((await exporting.exited).code, 2);
  assert.match(
    exporting.stderr,
    /^quiniela: cannot use the engine of STORE_URL: Permissions Violation [^\n]*\n$/,
  );

  for (const subject of [
    'quiniela.>',
    '$JS.API.STREAM.NAMES',
    '$JS.API.STREAM.INFO.>',
    '$JS.API.CONSUMER.CREATE.>',
    '$JS.API.CONSUMER.MSG.NEXT.>',
  ]) {
    const { url } = await startNode(t, without(subject));
    const said = await refusal(launch(t, url));
    const start = subject.replace('>', '');
    assert.ok(
      said.includes(`cannot use the engine of STORE_URL: Permissions Violation for Publish to "${start}`),
      said,
    );
    assert.match(said, /; its user must be allowed to$/);
  }
  const deaf = await startNode(t, (config) =>
    config.replace('password: ""', 'password: "", permissions: { subscribe: { deny: ["_INBOX.>"] } }'),
  );
  assert.match(await refusal(launch(t, deaf.url)), /Permissions Violation for Subscription to "_INBOX\./);
});

test(
  'to try what a server may leaves nothing in the log, and a second server serves it as well',
  options,
  async (t) => {
    const { url } = await startNode(t);
    for (let servers = 0; servers < 3; servers++) await start(t, url);
    const operator = await connect({ servers: url });
    t.after(() => operator.close());
    const { state } = await (await jetstreamManager(operator)).streams.info('QUINIELA-x');
    // The draw's beginning, which the first one has written.
    assert.equal(state.messages, 1);
    assert.equal(state.consumer_count, 3);
  },
);

test(
  'limits of an account that no draw fits into are one line, exit code 2; those that pass are waited for',
  options,
  async (t) => {
    const limited = (limits: string) => (config: string) =>
      config.replace('jetstream: enabled', `jetstream: { max_mem: 64MB, max_file: 1GB, ${limits} }`);
    const bound = await startNode(t, limited('max_bytes_required: true'));
    assert.match(
      await refusal(launch(t, bound.url)),
      /stream QUINIELA-x cannot be made: account requires .*; .* must not have max_bytes_required/,
    );

    const { url } = await startNode(t, limited('max_streams: 1, max_consumers: 2'));
    await start(t, url);
    assert.match(
      await refusal(launch(t, url, { DRAW_NAME: 'y' })),
      /stream QUINIELA-y cannot be made: maximum number of streams reached; .*max_streams is used up: nats stream rm/,
    );
    await start(t, url);
    const third = launch(t, url);
    const waiting = await third.line('action: open_engine | result: in_progress');
    assert.match(
      waiting,
      /maximum consumers limit reached: the account's max_consumers; each server needs two/,
    );
    third.signal('SIGTERM');
    await third.expectExit(0);
  },
);

test(
  'what somebody publishes to the subject of a draw by mistake ends no server, and is in no export',
  options,
  async (t) => {
    const { url } = await startNode(t);
    const { program, port } = await start(t, url);
    const stranger = await connect({ servers: url });
    t.after(() => stranger.close());
    const strange = async () => {
      stranger.publish('quiniela.x', Buffer.from('hello?'));
      await stranger.flush();
    };
    await strange();
    const { agency, file } = uploadTo(t, port, 2_000);
    await agency.line('apuesta_enviada');
    await strange();
    await agency.expectExit(0);
    await program.expectExit(0);
    await withExport(url, 'x', async (dir) => {
      await new Program(['verify', dir]).expectExit(0);
      const stored = readFileSync(join(dir, 'bets.csv'), 'utf8');
      assert.equal(stored.split('\n').length, readFileSync(file, 'utf8').split('\n').length);
    });
  },
);

test(
  'an engine that is full is waited for with a line that says so; once it has room the upload goes on',
  options,
  async (t) => {
    const { node, url, rewrite } = await startNode(t, (config) => config.replace('$NATS_DISK', '1MB'));
    const { program, port } = await start(t, url);
    const { agency } = uploadTo(t, port, 60_000);
    const line = await program.line('action: wait_for_log | result: in_progress');
    assert.match(
      line,
      /takes nothing for stream QUINIELA-x: insufficient resources: max_file_store of its nodes, .* is full/,
    );
    rewrite();
    await node.again();
    await agency.expectExit(0);
    await program.expectExit(0);
    await withExport(url, 'x', async (dir) => {
      await new Program(['verify', dir]).expectExit(0);
      assert.equal(readFileSync(join(dir, 'bets.csv'), 'utf8').split('\n').length, 60_001);
    });
  },
);

test('a stream that is removed while a server runs is waited for by its name', options, async (t) => {
  const { url } = await startNode(t);
  const { program } = await start(t, url);
  const operator = await connect({ servers: url });
  t.after(() => operator.close());
  await (await jetstreamManager(operator)).streams.delete('QUINIELA-x');
  const line = await program.line('action: wait_for_log | result: in_progress');
  assert.match(line, /stream QUINIELA-x/);
  program.signal('SIGTERM');
  await program.expectExit(0);
});

test('an export to what is no folder is one line, exit code 2, and writes nothing', options, async (t) => {
  const { url } = await startNode(t);
  await start(t, url);
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, 'mine');
  for (const dir of [file, join(file, 'x'), '']) {
    const exporting = new Program(['export', '--from', url, '--draw', 'x', dir]);
    assert.equal((await exporting.exited).code, 2);
    assert.match(exporting.stderr, /^quiniela: cannot export to "[^\n]*": [^\n]*\n$/);
  }
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.ok(!existsSync('bets.csv'));
});
