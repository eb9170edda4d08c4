/** A stranger at the metrics' port disturbs nobody: who asks properly is answered, and everything has a bound. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { METRICS_CALL_MS, METRICS_CALLS_OF_ADDRESS, METRICS_HEAD_BYTES } from '../../src/limits.ts';
import { type Answering, Door } from '../../src/metrics/door.ts';
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
