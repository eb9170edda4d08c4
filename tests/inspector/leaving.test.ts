/** Whoever leaves a hub, and however: it costs the others nothing, and the hub goes on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Body } from '../../src/inspector/hub/body.ts';
import { History } from '../../src/inspector/hub/history.ts';
import { Hub } from '../../src/inspector/hub/hub.ts';
import { Lab } from '../../src/inspector/hub/lab.ts';
import { BODIES_BYTES, BODY_BYTES, CLIENTS, DELIVER_MS, PAGE_MS, PAGES } from '../../src/inspector/limits.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { until } from '../support/system.ts';
import { askHub } from './helpers.ts';
import { actorEvent, ask, post, sentEvent } from './posts.ts';

async function startHub(t: TestContext, lab?: Lab) {
  const history = new History();
  const hub = new Hub({ host: '127.0.0.1', port: 0, history, assets: new Map(), lab });
  t.after(() => hub.close());
  const url = await hub.listen();
  const port = Number(new URL(url).port);
  const open = async (text: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.on('error', () => {}).write(text);
    await once(socket, 'connect');
    return socket;
  };
  return { history, hub, url, open };
}

const HOST = 'host: 127.0.0.1';
const STREAM = `GET /stream HTTP/1.1\r\n${HOST}\r\n\r\n`;
const posted = (process: string, body: string, bytes = body.length, first = 0) =>
  `POST /events HTTP/1.1\r\n${HOST}\r\nquiniela-process: ${process}\r\nquiniela-first: ${first}\r\ncontent-length: ${bytes}\r\n\r\n${body}`;

const firstText = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

test('a page that leaves makes room for another one', async (t) => {
  const { open } = await startHub(t);
  const pages: Socket[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const socket = await open(STREAM);
    assert.match(await firstText(socket), /event: picture/);
    pages.push(socket);
  }
  assert.match(await firstText(await open(STREAM)), /event: full/);
  for (const socket of pages) socket.destroy();
  let answer = '';
  await until(async () => {
    answer = await firstText(await open(STREAM));
    return /event: picture/.test(answer);
  }, 'room for a page');
});

test('a page that takes nothing for long is cut; one that has all there is stays, however long nothing is new', async (t) => {
  const { history, open, url } = await startHub(t);
  let ahead = 0;
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + ahead);
  const idle = await open(STREAM);
  let heard = '';
  idle.on('data', (text) => {
    heard += text;
  });
  await until(() => heard.includes('event: picture'), 'the picture');
  await sleep(5 * DELIVER_MS);
  ahead += 2 * PAGE_MS;
  await sleep(5 * DELIVER_MS);
  assert.ok(!idle.destroyed);
  await post(url, [actorEvent('late.0')]);
  await until(() => heard.includes('late.0'), 'what is new');
  idle.destroy();

  const silent = await open(STREAM);
  const large = { event: { type: 'large', text: 'x'.repeat(60_000) } };
  for (let count = 0; count < 300; count += 1) history.add(readEvent(sentEvent('late.0', large))!);
  // It reads nothing, so only by writing does it learn that it was cut.
  await until(async () => {
    await sleep(2 * DELIVER_MS);
    ahead += 2 * PAGE_MS;
    silent.write('\r\n');
    return silent.destroyed;
  }, 'that it is cut');
});

test('of a post that is cut off, the line that is half there is taken when it is sent again, and its process has left', async (t) => {
  const { url, open } = await startHub(t);
  const line = JSON.stringify(actorEvent('cut.1'));
  const body = `${JSON.stringify(actorEvent('cut.0'))}\n${line}`;
  const socket = await open(posted('cut', body.slice(0, -20), body.length));
  const actor = async (id: string) => (await askHub(url)).actors.get(id);
  await until(async () => (await actor('cut.0'))?.status === 'active', 'the line that is whole');
  socket.destroy();
  await until(async () => (await actor('cut.0'))?.status !== 'active', 'its process has left');
  await post(url, [line], { 'quiniela-process': 'cut', 'quiniela-first': '1' });
  await until(async () => (await actor('cut.1')) !== undefined, 'the line that was cut');
});

test('who is cut off in the middle of whatever it asks ends no hub', async (t) => {
  const { url, open } = await startHub(t);
  const line = JSON.stringify(actorEvent('a.0'));
  const upgrade = `GET / HTTP/1.1\r\n${HOST}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  const asked = [
    STREAM,
    `GET /picture HTTP/1.1\r\n${HOST}\r\n\r\n`,
    `GET /nothing HTTP/1.1\r\n${HOST}\r\n\r\n`,
    posted('whole', line),
    posted('half', line, 2 * line.length),
    posted('no name', line, 2 * line.length),
    upgrade,
    // Nothing that a client may send: the library gives up on it.
    `${upgrade}\xff\xff\xff`,
  ];
  for (const text of asked) {
    for (const ms of [0, 1, 20]) {
      const socket = await open(text);
      await sleep(ms);
      socket.resetAndDestroy();
      const closed = await open(text);
      await sleep(ms);
      closed.destroy();
    }
  }
  await sleep(5 * DELIVER_MS);
  assert.equal((await ask(`${url}picture`)).status, 200);
});

test('an order of the lab that is cut off ends no hub, and reaches no process', async (t) => {
  const asked: unknown[] = [];
  const lab = new Lab(async (wish) => {
    asked.push(wish);
    return {};
  });
  const { url, open } = await startHub(t, lab);
  const entered = await ask(`${url}${lab.entrance}`);
  const cookie = String(entered.headers['set-cookie']).split(';')[0];
  const origin = new URL(url).origin;
  const head = `POST /lab/orders HTTP/1.1\r\nhost: ${new URL(url).host}\r\norigin: ${origin}\r\ncookie: ${cookie}\r\n`;
  const order = JSON.stringify({ do: 'restart', who: 'server' });
  const socket = await open(`${head}content-type: application/json\r\ncontent-length: 99\r\n\r\n${order}`);
  await sleep(20);
  socket.destroy();
  await sleep(20);
  assert.equal((await ask(`${url}picture`)).status, 200);
  assert.deepEqual(asked, []);
});

test('what a WebSocket client says of the hub’s own facts is no event: it makes nobody forgotten', async (t) => {
  const { url } = await startHub(t);
  await post(url, [actorEvent('shown.0')], { 'quiniela-process': 'shown' });
  const client = new WebSocket(url.replace('http', 'ws'));
  t.after(() => client.terminate());
  await once(client, 'open');
  const createdAt = Date.now().toFixed(3);
  for (const fact of [
    { type: '@quiniela.forgotten', ids: ['shown.0'] },
    { type: '@quiniela.left', process: 'shown' },
    { type: '@quiniela.refused', refused: 1_000 },
  ])
    client.send(JSON.stringify({ ...fact, createdAt }));
  await until(async () => (await askHub(url)).refused > 0, 'they are counted');
  await sleep(5 * DELIVER_MS);
  const { actors, refused } = await askHub(url);
  assert.equal(refused, 3);
  assert.ok(actors.has('shown.0'));
});

test('a page hears that programs are turned away, and that there is room again once one leaves', async (t) => {
  const { url, open } = await startHub(t);
  const page = await open(STREAM);
  let heard = '';
  page.on('data', (text) => {
    heard += text;
  });
  const program = () => {
    const client = new WebSocket(url.replace('http', 'ws'));
    t.after(() => client.terminate());
    return client.on('error', () => {});
  };
  const programs = Array.from({ length: CLIENTS }, program);
  await Promise.all(programs.map((client) => once(client, 'open')));
  program();
  await until(() => heard.includes(`event: crowd\ndata: {"limit":${CLIENTS}}`), 'that it is full');
  programs[0]!.terminate();
  await until(() => heard.includes('event: crowd\ndata: {}'), 'that there is room');
});

test('a hub that closes waits for nobody who keeps a connection', async (t) => {
  const { hub, open } = await startHub(t);
  const line = JSON.stringify(actorEvent('a.0'));
  const idle = await open(posted('idle', line));
  await firstText(idle);
  const busy = await open(posted('busy', line, 2 * line.length));
  const page = await open(STREAM);
  await firstText(page);
  const sockets = [idle, busy, page].map((socket) => socket.resume());
  hub.close();
  await until(() => sockets.every(({ destroyed }) => destroyed), 'that all are closed');
});

test('what was dropped of a body holds no other body up', async () => {
  const begin = () => {
    const request = new PassThrough() as unknown as IncomingMessage & PassThrough;
    return { request, body: new Body(request) };
  };
  const isHeldUp = async () => {
    const { request, body } = begin();
    request.write('a');
    await sleep(0);
    const isPaused = request.isPaused();
    body.drop();
    return isPaused;
  };
  const piece = Buffer.alloc(BODY_BYTES);
  const many = Array.from({ length: 1 + BODIES_BYTES / BODY_BYTES }, begin);
  for (const { request } of many) request.write(piece);
  await sleep(0);
  assert.ok(await isHeldUp(), 'all together are too much');
  for (const { body } of many) body.drop();
  assert.ok(!(await isHeldUp()));
});
