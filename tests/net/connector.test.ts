import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createActor, setup } from 'xstate';
import { CallQueue } from '../../src/net/call-queue.ts';
import { type ConnectorOptions, connector } from '../../src/net/connector.ts';
import { until } from '../support/system.ts';

type Heard = { type: string; reason?: string | undefined };

/** What an agency hears of its socket. */
const hear = (
  t: TestContext,
  call: ConnectorOptions['call'],
  secured?: ConnectorOptions['secured'],
): Heard[] => {
  const heard: Heard[] = [];
  const socket = connector({ call, ...(secured && { secured }), idleMs: 60_000 });
  const machine = setup({ actors: { socket } }).createMachine({
    invoke: { src: 'socket', input: { agency: 1, call: 0, dialect: 'quiniela' } },
    on: { '*': { actions: ({ event }) => heard.push(event as Heard) } },
  });
  const agency = createActor(machine).start();
  t.after(() => agency.stop());
  return heard;
};

test('a call that comes to nothing has failed, with the reason; a connection that ends is closed', async (t) => {
  const server = createServer((socket) => socket.end().resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const met = hear(t, () => connect(port, '127.0.0.1'));
  await until(() => met.some(({ type }) => type === 'socket.ended'), 'the server ends');
  assert.deepEqual(met[0], { type: 'socket.connected' });

  server.close();
  await once(server, 'close');
  const unmet = hear(t, () => connect(port, '127.0.0.1'));
  await until(() => unmet.length > 0, 'the call comes to something');
  assert.equal(unmet[0]?.type, 'socket.failed');
  assert.match(unmet[0]?.reason ?? '', /ECONNREFUSED/);

  // A socket that is given up before it was connected.
  const lost = hear(t, () => connect(port, '127.0.0.1').destroy());
  await until(() => lost.length > 0, 'the call comes to something');
  assert.deepEqual(lost, [{ type: 'socket.failed', reason: 'closed' }]);
});

test('with TLS one waits until the handshakes of others are over, whatever they came to, or their agencies have gone', async (t) => {
  const callers: Socket[] = [];
  const server = createServer((socket) => callers.push(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    for (const caller of callers) caller.destroy();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const secured = { queue: new CallQueue(1), judge: () => undefined };
  const call = () => connectTls({ port, host: '127.0.0.1' });
  const [first, second, third] = [1, 2, 3].map(() => hear(t, call, secured)) as [Heard[], Heard[], Heard[]];
  await until(() => callers.length === 1, 'a call');
  const types = (heard: Heard[]) => heard.map(({ type }) => type);
  assert.deepEqual([types(second), types(third)], [['call.queued'], ['call.queued']]);

  callers[0]?.destroy();
  await until(() => callers.length === 2, 'the call of the next');
  await until(() => types(second).includes('handshake.begun'), 'the second one shakes hands');
  assert.deepEqual([types(first).at(0), types(first).at(-1)], ['handshake.begun', 'socket.failed']);
  assert.deepEqual(types(second), ['call.queued', 'call.begun', 'handshake.begun']);
  assert.deepEqual([types(third), callers.length], [['call.queued'], 2]);
});
