import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createActor, setup } from 'xstate';
import { type ConnectorOptions, connector } from '../../src/net/connector.ts';
import { until } from '../support/system.ts';

type Heard = { type: string; reason?: string | undefined };

/** What an agency hears of its socket. */
const hear = (t: TestContext, call: ConnectorOptions['call']): Heard[] => {
  const heard: Heard[] = [];
  const socket = connector({ call, idleMs: 60_000 });
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
