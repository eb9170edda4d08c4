/** A server that waits for its engine, and is told to stop meanwhile. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openLogStore } from '../../src/cluster/log-store.ts';
import { STANDARD_RULES } from '../../src/lottery/rules.ts';
import { Program } from '../support/program.ts';
import { freePort } from '../support/system.ts';
import { TroubledLog } from './troubled-log.ts';

function startServer(t: TestContext, port: number): Program {
  const env = { STORE_URL: `nats://127.0.0.1:${port}`, DRAW_NAME: 'x', SERVER_PORT: '0', AGENCIES: '2' };
  const server = new Program(['server'], env);
  t.after(() => server.kill());
  return server;
}

async function stopsWell(server: Program): Promise<void> {
  server.signal('SIGTERM');
  await server.expectExit(0);
  assert.equal(server.count('action: shutdown'), 0, 'it needed no deadline');
}

test('stopped while no node is there, it ends well and without its deadline', async (t) => {
  const server = startServer(t, await freePort());
  await server.line('action: connect_engine | result: in_progress');
  await stopsWell(server);
});

test('stopped while a node takes its call and says nothing, it ends well and without its deadline', async (t) => {
  const calls: Socket[] = [];
  const node = createServer((call) => void calls.push(call.on('error', () => {})));
  t.after(() => {
    for (const call of calls) call.destroy();
    node.close();
  });
  node.listen(0, '127.0.0.1');
  await once(node, 'listening');
  const server = startServer(t, (node.address() as AddressInfo).port);
  await Promise.race([once(node, 'connection'), server.exited]);
  assert.equal(server.stderr, '');
  await stopsWell(server);
});

test('a log that is waited for is given up', async () => {
  const log = new TroubledLog();
  log.trouble.isAway = true;
  const lines: string[] = [];
  const failures: unknown[] = [];
  const unwanted = new AbortController();
  const opening = openLogStore(
    {
      ...{ log: log.port(), draw: '1', agencies: 2, agenciesFrom: 1, rules: STANDARD_RULES, clock: log.time },
      find: async () => undefined,
      newId: () => 'id',
      notice: ({ action }) => lines.push(action),
    },
    { news: () => {}, failed: (error) => failures.push(error), signal: unwanted.signal },
  );
  await log.pass(1_000);
  assert.deepEqual(lines, ['wait_for_log']);
  unwanted.abort();
  await assert.rejects(opening, { name: 'AbortError' });
  assert.deepEqual(failures, [], 'who opens it has heard already');
  assert.equal(log.time.step(), false, 'nothing is asked any more');
});
