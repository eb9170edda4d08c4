/** How a watched process begins and ends: nobody who is not watched loads a client, and the end waits for the hub so long. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { END_MS, HUB_MS } from '../../src/inspector/limits.ts';
import { Outbox } from '../../src/inspector/probe/outbox.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { blackHole, untilCalled } from '../support/fake-server.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';

const outboxTo = (port: number): Outbox =>
  new Outbox({ url: new URL(`http://127.0.0.1:${port}/`), process: 'p', onStranger: () => {} });

test('without INSPECT_URL no HTTP client is loaded', async (t) => {
  const data = temporaryFolder(t);
  writeAgencyFile(data, 1, makeBets(1, 50));
  const env = {
    NODE_OPTIONS: `--import ${new URL('../support/without-undici.ts', import.meta.url).href}`,
    INSPECT_FILE: `${data}/run.ndjson`,
  };
  const { program, port } = await startServer(t, { agencies: 1, env });
  await startAgency(t, { port, data, env }).expectExit(0);
  await program.expectExit(0);
});

test('the end waits for the answer to what was told last', async (t) => {
  const told: string[] = [];
  let isAnswered = false;
  const hub = createServer(async (request, response) => {
    for await (const piece of request) told.push(String(piece));
    isAnswered = true;
    response.writeHead(204, { 'quiniela-hub': 'hub' }).end();
  });
  t.after(() => hub.close().closeAllConnections());
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  const outbox = outboxTo((hub.address() as AddressInfo).port);
  outbox.write('{"last":1}');
  await outbox.end();
  assert.deepEqual([told, isAnswered], [['{"last":1}'], true]);
});

test('the end waits no longer than its bound for a hub that takes all and answers nothing', async (t) => {
  const silent = createTcpServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  t.after(() => silent.close());
  await once(silent, 'listening');
  const closed = once(silent, 'connection').then(([socket]) => once(socket, 'close'));
  const outbox = outboxTo((silent.address() as AddressInfo).port);
  outbox.write('{"last":1}');
  await import('undici/lib/dispatcher/client.js');
  const before = performance.now();
  await outbox.end();
  const took = performance.now() - before;
  assert.ok(took >= END_MS - 5 && took < HUB_MS / 2, `${took} ms`);
  await closed;
});

test('the end does not wait for a connection to a hub whose host has gone', async (t) => {
  const port = await blackHole(t);
  const outbox = outboxTo(port);
  outbox.write('{"last":1}');
  const ended = outbox.end();
  await untilCalled(port);
  await ended;
  const before = performance.now();
  await until(() => !process.getActiveResourcesInfo().includes('ConnectWrap'), 'the call is given up');
  const took = performance.now() - before;
  assert.ok(took < HUB_MS / 2, `${took} ms`);
});
