/** A thousand handshakes of strangers, begun, ended or neither, beside five honest uploads: who uploads is not disturbed. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { certificates, connectAs, identityIn } from '../support/certificates.ts';
import { Peer } from '../support/peer.ts';
import { whileHonestAgenciesWork } from './honest.ts';

const STRANGERS = 1_000;
const AT_ONCE = 100;
const TRIES = 20;

/** What a TLS client says first. */
const clientHello = async (): Promise<Buffer> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connectTls({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', () => {});
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  for (const one of [socket, client]) one.destroy();
  server.close();
  return bytes;
};

/** `STRANGERS` of them, so many at once. */
const flood = async (one: () => Promise<unknown>): Promise<void> => {
  let left = STRANGERS;
  const next = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
};

/** All handshakes of the flood are this process's work: one that was too slow for the server is begun again. */
const handshake = async <T>(connect: () => Promise<T>): Promise<T> => {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await connect();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
};

test('a thousand that show a certificate of another authority', async (t) => {
  const [dir, other] = [await certificates(t, [1, 2, 3, 4, 5, 6]), await certificates(t, [1])];
  const { cert: ca } = identityIn(dir, 'ca');
  await whileHonestAgenciesWork(t, { agencies: 6, certificates: dir }, async ({ program, port }) => {
    let refused = 0;
    await flood(async () => {
      const peer = new Peer(await handshake(() => connectAs(port, other, 'agency-1', { ca })));
      peer.send('HELLO:1\n');
      const lines = await peer.linesToEnd();
      if (/^ERROR:IDENTITY:/.test(lines[0] ?? '')) refused += 1;
    });
    assert.equal(refused, STRANGERS);
    assert.equal(program.count('SUPERSEDED'), 0);
  });
});

test('a thousand that begin a handshake and leave, and some that stay', async (t) => {
  const dir = await certificates(t, [1, 2, 3, 4, 5, 6]);
  const hello = await clientHello();
  await whileHonestAgenciesWork(t, { agencies: 6, certificates: dir }, async ({ port }) => {
    const staying: Socket[] = [];
    await flood(async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.write(hello);
      if (staying.length < AT_ONCE) staying.push(socket);
      else {
        await once(socket, 'data');
        socket.resetAndDestroy();
      }
    });
    for (const socket of staying) socket.destroy();
  });
});
