/**
 * Beside 100 connections that send without an end a stranger's line is handled after a few messages of theirs, not after
 * a few of each. Counted in messages: how fast the machine is does not matter.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TURN_PIECES } from '../../src/limits.ts';
import { channels } from '../../src/net/accepted-socket.ts';
import { Room, StrangersPlace } from '../../src/net/places.ts';

const FLOOD = 100;
const ROOM = new Room(0);
const LINES = Buffer.from('hola\n'.repeat(13_000));

/** Echoes what strangers say, and counts the messages: of the flood, and those of it between the arrival of an honest
 * stranger's line and its turn. */
const echoServer = async (t: TestContext) => {
  const heard = { flood: 0, flooding: new Set<Socket>(), between: [] as number[] };
  const places = ROOM.places();
  const channelOf = channels({
    ...{ room: ROOM, rules: undefined, tp0: true },
    ...{ frameMs: 60_000, idleMs: 60_000, unwrittenBytes: 1024 * 1024 },
  });
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    let arrived: number | undefined;
    const channel = channelOf(socket, new StrangersPlace(places, socket.remoteAddress), (event) => {
      if (event.type === 'socket.ended') channel.command({ type: 'socket.end' });
      if (event.type !== 'client.echo') return;
      if (arrived === undefined) {
        heard.flood += 1;
        heard.flooding.add(socket);
      } else heard.between.push(heard.flood - arrived);
      channel.command({ type: 'socket.say', message: { kind: 'echo', line: event.line } });
    });
    socket.once('data', (chunk: Buffer) => {
      if (chunk.toString('utf8', 0, 6) === 'honest') arrived = heard.flood;
    });
    channel.start();
    t.after(() => channel.destroy());
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, heard };
};

const flood = (t: TestContext, port: number) => {
  const socket = connect(port, '127.0.0.1');
  const write = () => {
    while (socket.writable && socket.write(LINES));
  };
  socket.on('drain', write).on('data', () => {});
  write();
  t.after(() => socket.destroy());
};

test('a line is handled after a few messages of 100 floods', async (t) => {
  const { port, heard } = await echoServer(t);
  for (let i = 0; i < FLOOD; i++) flood(t, port);
  while (heard.flooding.size < FLOOD) await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 5; i++) {
    const honest = connect(port, '127.0.0.1');
    honest.write('honest\n');
    await once(honest, 'data');
    honest.destroy();
  }
  assert.equal(heard.between.length, 5);
  const most = Math.max(...heard.between);
  assert.ok(most <= 2 * TURN_PIECES, `after ${most} of theirs`);
});
