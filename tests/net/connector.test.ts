import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
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

test('with TLS an agency that ends takes its call back, and the next one begins', async (t) => {
  const callers: Socket[] = [];
  const server = createServer((socket) => callers.push(socket.on('error', () => {}).resume()));
  server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connector({
    call: () => connectTls({ port, host: '127.0.0.1' }),
    secured: { queue: new CallQueue(1), judge: () => undefined },
    idleMs: 60_000,
  });
  const machine = setup({ actors: { socket } }).createMachine({
    invoke: { src: 'socket', input: { agency: 1, call: 0, dialect: 'quiniela' } },
  });
  const [calling, waiting, last] = [1, 2, 3].map(() => createActor(machine).start());
  t.after(() => last?.stop());
  await until(() => callers.length === 1, 'a call');
  const ended = once(callers[0]!, 'close');
  waiting?.stop();
  calling?.stop();
  await ended;
  await until(() => callers.length === 2, 'the call of the last');
});

test('with TLS a call says how it goes: shaking hands, connected, closed, or why to try again would not help', async (t) => {
  const sockets: Socket[] = [];
  const secured = {
    queue: new CallQueue(1),
    judge: (error: unknown) => ((error as Error).message === 'for ever' ? 'it is for ever' : undefined),
  };
  const call = () => {
    const socket = new Socket();
    sockets.push(socket);
    return socket;
  };
  const [first, second, third] = [1, 2, 3].map(() => hear(t, call, secured)) as [Heard[], Heard[], Heard[]];
  const closed = async (heard: Heard[]) => {
    await until(() => /closed|failed/.test(heard.at(-1)?.type ?? ''), 'its end');
    return heard;
  };
  sockets[0]?.emit('connect');
  assert.deepEqual([first, sockets.length], [[{ type: 'handshake.begun' }], 1]);
  // Whoever has shaken hands makes room for the next.
  sockets[0]?.emit('secureConnect');
  assert.deepEqual([first.slice(1), sockets.length], [[{ type: 'socket.connected' }], 2]);
  sockets[0]?.destroy(new Error('broken'));
  assert.deepEqual((await closed(first)).slice(2), [{ type: 'socket.closed', reason: 'broken' }]);

  const begun = [{ type: 'call.queued' }, { type: 'call.begun' }];
  sockets[1]?.destroy(new Error('for ever'));
  assert.deepEqual(await closed(second), [...begun, { type: 'handshake.failed', reason: 'it is for ever' }]);
  sockets[2]?.destroy(new Error('passing'));
  assert.deepEqual(await closed(third), [...begun, { type: 'socket.failed', reason: 'passing' }]);
});

test('a call is for its agency and its turn; of acknowledgements that came together the last is heard, and one that goes back', async (t) => {
  const socket = new Socket();
  const calls: unknown[] = [];
  const logic = connector({
    call: (...asked) => {
      calls.push(asked);
      return socket;
    },
    idleMs: 60_000,
  });
  const heard: unknown[] = [];
  const machine = setup({ actors: { logic } }).createMachine({
    invoke: { src: 'logic', input: { agency: 7, call: 3, dialect: 'quiniela' } },
    on: { 'server.stored': { actions: ({ event }) => heard.push(event.next) } },
  });
  const agency = createActor(machine).start();
  t.after(() => agency.stop());
  assert.deepEqual(calls, [[7, 3]]);
  socket.push(Buffer.from('STORED:2\nSTORED:4\nSTORED:4\nSTORED:3\n'));
  await until(() => heard.length >= 2, 'acknowledgements');
  assert.deepEqual(heard, [4, 3]);
});
