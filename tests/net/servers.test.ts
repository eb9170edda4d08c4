/** Which server a call is for: none is called for ever while another one is there. */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { tcp } from '../../src/net/connector.ts';
import { fromTurn, wayTo } from '../../src/net/servers.ts';

const listening = async (name: string): Promise<Server> => {
  const server = createServer((socket) => socket.end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const placeOf = (server: Server) => ({
  host: '127.0.0.1',
  port: (server.address() as { port: number }).port,
});

test('each call is for the next server of a list', async (t) => {
  const servers = [await listening('one'), await listening('two'), await listening('three')];
  t.after(() => {
    for (const server of servers) server.close();
  });
  const call = tcp(servers.map(placeOf));
  const heard: string[] = [];
  for (let number = 1; number <= 4; number++) {
    const [data] = await once(call(7, number), 'data');
    heard.push(String(data));
  }
  assert.deepEqual(heard, ['two', 'three', 'one', 'two']);
});

test('of one name with several addresses each call begins with the next one, and the others come after it', () => {
  const found = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => ({ address, family: 4 }));
  const order = (turn: number) => fromTurn(found, turn).map(({ address }) => address.at(-1));
  assert.deepEqual(
    [order(0), order(1), order(5)],
    [
      ['1', '2', '3'],
      ['2', '3', '1'],
      ['3', '1', '2'],
    ],
  );
  assert.deepEqual(fromTurn([], 3), []);
  // Who has several name servers, or one that mixes them, is told them in another order each time.
  const mixed = [found.toReversed(), [...found.slice(1), ...found.slice(0, 1)], found];
  assert.deepEqual(
    mixed.map((addresses, turn) => fromTurn(addresses, turn)[0]?.address.at(-1)),
    ['1', '2', '3'],
  );
  // Which family reaches further is the host's to say.
  const both = [{ address: 'fd00::1', family: 6 }, ...found.toReversed(), { address: 'fd00::0', family: 6 }];
  assert.deepEqual(
    fromTurn(both, 0).map(({ address }) => address.at(-1)),
    ['0', '1', '1', '2', '3'],
  );
});

test('of several names with several addresses, calls come to every address', async (t) => {
  const found = ['10.0.0.1', '10.0.0.2'].map((address) => ({ address, family: 4 }));
  t.mock.method(dns, 'lookup', (_host: string, _options: object, done: (error: null, all: object) => void) =>
    done(null, found),
  );
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.reset();
    syncBuiltinESMExports();
  });
  const servers = ['one', 'two'].map((host) => ({ host, port: 1 }));
  const called = new Set<string>();
  for (let call = 0; call < 4; call++) {
    const { host, lookup } = wayTo(servers, call);
    lookup?.(host, {}, (_, address) => called.add(`${host} ${address}`));
  }
  assert.deepEqual([...called].sort(), ['one 10.0.0.1', 'one 10.0.0.2', 'two 10.0.0.1', 'two 10.0.0.2']);
});

test('a name is looked up for each call, and one that is not known is said so', async () => {
  const { lookup } = wayTo([{ host: 'localhost', port: 1 }], 3);
  const ask = (host: string, all: boolean) =>
    new Promise<unknown>((resolve) =>
      lookup?.(host, { all }, (error, found) => resolve(error?.code ?? found)),
    );
  const all = await ask('localhost', true);
  assert.ok(Array.isArray(all) && all.length >= 1);
  assert.equal(typeof (await ask('localhost', false)), 'string');
  // It can be no name, so no name server is asked, which may never answer.
  assert.equal(await ask('a..b', true), 'ENOTFOUND');
});
