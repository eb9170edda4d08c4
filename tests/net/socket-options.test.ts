/** What is asked of the kernel for each socket, whoever calls and whoever accepts. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createActor } from 'xstate';
import { AgencyCertificates } from '../../src/identity/agency-certificates.ts';
import { KEEP_ALIVE_MS } from '../../src/limits.ts';
import { tcp } from '../../src/net/connector.ts';
import { listener } from '../../src/net/listener.ts';
import { tlsCalls } from '../../src/net/tls-call.ts';
import { certificates } from '../support/certificates.ts';

type Handle = { setNoDelay(on: boolean): void; setKeepAlive(on: boolean, seconds: number): void };

/** What has been asked since the last time; Node's handle sees it last, whatever kind of socket stands before it. */
const watched = (t: TestContext, socket: Socket) => {
  const handle: Handle = Object.getPrototypeOf(Reflect.get(socket, '_handle'));
  const noDelay = t.mock.method(handle, 'setNoDelay');
  const keepAlive = t.mock.method(handle, 'setKeepAlive');
  return () => {
    const asked = {
      noDelay: new Set(noDelay.mock.calls.map(({ arguments: [on] }) => on)),
      keepAlive: new Set(keepAlive.mock.calls.map(({ arguments: [on, seconds] }) => on && seconds)),
    };
    for (const { mock } of [noDelay, keepAlive]) mock.resetCalls();
    return asked;
  };
};

const ASKED = { noDelay: new Set([true]), keepAlive: new Set([KEEP_ALIVE_MS / 1_000]) };

test('no small message is held back, and a peer that vanishes is noticed: of each side, with TLS and without', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}).unref()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const place = { host: '127.0.0.1', port: (server.address() as { port: number }).port };
  const plain = tcp([place])(1, 1);
  t.after(() => plain.destroy());
  const asked = watched(t, plain);
  await once(plain, 'connect');
  assert.deepEqual(asked(), ASKED, 'an agency that calls');

  const dir = await certificates(t, [1]);
  const path = (name: string) => join(dir, name);
  const files = { cert: path('agency-1.pem'), key: path('agency-1.key'), ca: path('ca.pem') };
  const secured = tlsCalls([place], new AgencyCertificates(files, [1], false)).call(1, 1);
  t.after(() => secured.destroy());
  await once(secured, 'connect');
  assert.deepEqual(asked(), ASKED, 'an agency that calls over TLS');

  // Nobody may wait to be greeted: who is accepted is reset, so the caller sees that it was.
  const options = {
    host: '127.0.0.1',
    port: 0,
    backlog: 1,
    room: { arrivals: 0, sockets: 9 },
    onClosed: () => {},
  };
  const bound = Promise.withResolvers<number>();
  const accepting = createActor(listener({ ...options, onBound: bound.resolve })).start();
  t.after(() => accepting.stop());
  const ended = Promise.withResolvers<void>();
  connect(await bound.promise, options.host)
    .on('error', () => {})
    .on('close', () => ended.resolve());
  await ended.promise;
  assert.deepEqual(asked(), ASKED, 'a server that accepts');
});
