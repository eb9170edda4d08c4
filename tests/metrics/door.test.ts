/** A stranger at the metrics' port disturbs nobody: who asks properly is answered, and everything has a bound. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  METRICS_ARRIVALS,
  METRICS_CALL_MS,
  METRICS_CALLS_OF_ADDRESS,
  METRICS_HEAD_BYTES,
} from '../../src/limits.ts';
import { type Answering, Door } from '../../src/metrics/door.ts';
import { turns } from '../../src/net/turns.ts';
import { until } from '../support/system.ts';
import { ask } from './helpers.ts';

const open = async (
  t: TestContext,
  answer: Answering = () => ({ status: 200, type: 'text/plain', body: 'yes' }),
) => {
  const door = new Door(answer);
  const port = await door.listen('127.0.0.1', 0);
  t.after(() => door.close());
  return { door, port };
};

/** A connection, and whether the other side has let it go. */
const call = async (t: TestContext, port: number): Promise<Socket & { isGone?: boolean }> => {
  const socket: Socket & { isGone?: boolean } = connect(port, '127.0.0.1');
  socket
    .on('error', () => {})
    .on('close', () => {
      socket.isGone = true;
    });
  socket.resume();
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};

test('beside hundreds of connections that say nothing, whoever asks is answered', async (t) => {
  const { port } = await open(t);
  const silent = await Promise.all(Array.from({ length: 300 }, () => call(t, port)));
  assert.deepEqual(await ask(port, '/'), { status: 200, text: 'yes' });
  await until(() => silent.filter(({ isGone }) => !isGone).length <= METRICS_CALLS_OF_ADDRESS, 'few places');
});

test('a question that drips is cut after its time, though a byte comes again and again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { port } = await open(t);
  const slow = await call(t, port);
  slow.write('GET /metrics HTTP/1.1\r\n');
  // Answered, so the slow one was greeted before.
  await ask(port, '/');
  for (let spent = 0; spent < METRICS_CALL_MS; spent += METRICS_CALL_MS / 5) {
    assert.notEqual(slow.isGone, true);
    slow.write('X-Y: z\r\n');
    t.mock.timers.tick(METRICS_CALL_MS / 5);
  }
  await new Promise((resolve) => (slow.isGone ? resolve(undefined) : slow.once('close', resolve)));
});

test('a connection has one answer, however many questions it has', async (t) => {
  let answers = 0;
  const { port } = await open(t, () => ({ status: 200, type: 'text/plain', body: `${++answers}` }));
  const greedy = await call(t, port);
  greedy.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(10_000));
  await new Promise((resolve) => greedy.once('close', resolve));
  assert.equal(answers, 1);
});

test('who was answered leaves nothing behind: no place that another needs, no timer, no socket', async (t) => {
  const begun = t.mock.method(globalThis, 'setTimeout');
  const ended = t.mock.method(globalThis, 'clearTimeout');
  const { door, port } = await open(t);
  const slow = await call(t, port);
  let said = '';
  slow.on('data', (chunk) => {
    said += chunk;
  });
  slow.write('GET / HTTP/1.1\r\n');
  for (let calls = 0; calls <= METRICS_CALLS_OF_ADDRESS; calls++) await ask(port, '/');
  slow.write('\r\n');
  await new Promise((resolve) => (slow.isGone ? resolve(undefined) : slow.once('close', resolve)));
  assert.match(said, /yes$/);

  const isCleared = (timer: unknown) => ended.mock.calls.some(({ arguments: [one] }) => one === timer);
  const left = () =>
    begun.mock.calls.filter(({ arguments: [, ms], result }) => ms === METRICS_CALL_MS && !isCleared(result));
  await until(() => left().length === 0, 'no timer keeps a program that ends');
  const destroyed = t.mock.method(Socket.prototype, 'destroy');
  door.close();
  assert.equal(destroyed.mock.callCount(), 0);
});

test('who goes on talking after its answer is cut at once, and who breaks off disturbs nobody', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { port } = await open(t);
  const talkative = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  t.after(() => talkative.destroy());
  talkative.on('error', () => {}).write('GET / HTTP/1.1\r\n\r\n');
  await once(talkative, 'end');
  for (let more = 0; more < 10_000 && !talkative.closed; more++) {
    talkative.write('GET / HTTP/1.1\r\n\r\n');
    await new Promise(setImmediate);
  }
  assert.ok(talkative.closed);
  const broken = await call(t, port);
  await ask(port, '/');
  broken.resetAndDestroy();
  assert.equal((await ask(port, '/')).text, 'yes');
});

test('connections wait for their turn, so many at most; those that still wait are closed with the door', async (t) => {
  const knock = t.mock.method(turns, 'knock');
  t.mock.method(turns, 'welcome', () => {});
  const { door, port } = await open(t);
  const waiting: Awaited<ReturnType<typeof call>>[] = [];
  for (let come = 0; come < METRICS_ARRIVALS; come++) waiting.push(await call(t, port));
  await assert.rejects(ask(port, '/'), 'there is no room for one more');
  assert.equal(knock.mock.callCount(), METRICS_ARRIVALS + 1);
  assert.ok(waiting.every(({ isGone }) => !isGone));
  door.close();
  await until(() => waiting.every(({ isGone }) => isGone), 'all are closed');
});

test('a connection that is reset before its turn is closed here too', async (t) => {
  t.mock.method(turns, 'welcome', () => {});
  t.mock.method(turns, 'goesOn', () => true);
  const { door, port } = await open(t);
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const before = sockets();
  const caller = await call(t, port);
  await until(() => sockets() === before + 2, 'both ends');
  caller.resetAndDestroy();
  await until(() => sockets() === before + 1, 'ours');
  assert.equal(door.work(), false);
  await until(() => sockets() === before, 'none');
});

test('a HEAD is told how many bytes the answer has, and has none', async (t) => {
  const { port } = await open(t, () => ({ status: 200, type: 'text/plain', body: 'así' }));
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' });
  assert.equal(response.headers.get('content-length'), '4');
  const socket = await call(t, port);
  const [chunk] = await Promise.all([once(socket, 'data'), socket.write('HEAD / HTTP/1.1\r\n\r\n')]);
  assert.match(String(chunk), /\r\n\r\n$/);
});

test('a question that somebody types is answered: its lines end without CR', async (t) => {
  const { port } = await open(t);
  const socket = await call(t, port);
  socket.setEncoding('utf8').write('GET / HTTP/1.0\nHost: x\n\n');
  assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 200 /);
});

test('what is no question is told so, and bounded', async (t) => {
  const { port } = await open(t, () => assert.fail('nobody asked'));
  const told = async (text: string): Promise<string> => {
    const socket = await call(t, port);
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.write(text);
    await new Promise((resolve) => socket.once('close', resolve));
    return said;
  };
  // Nothing more comes of these, as they wait for an answer: a TLS handshake, programs of other protocols, a stray line.
  for (const text of [
    '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
    '\0',
    'HELLO:1\n',
    '*1\r\n$4\r\nPING\r\n',
    '\r\n',
  ])
    assert.match(await told(text), /^HTTP\/1\.1 400 .*this is no HTTP\n$/s, JSON.stringify(text));
  assert.match(await told('\0\x01\x02\r\n\r\n'), /^HTTP\/1\.1 400 .*this is no HTTP\n$/s);
  assert.match(await told('POST / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 405 .*only GET and HEAD/s);
  assert.match(await told(`GET / HTTP/1.1\r\nX: ${'x'.repeat(METRICS_HEAD_BYTES)}`), /^HTTP\/1\.1 431 /);
});

test('who closes the door closes every connection', async (t) => {
  // None is closed because its time is over.
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { door, port } = await open(t);
  const silent = await call(t, port);
  await ask(port, '/');
  door.close();
  await new Promise((resolve) => (silent.isGone ? resolve(undefined) : silent.once('close', resolve)));
  await assert.rejects(ask(port, '/'));
});
