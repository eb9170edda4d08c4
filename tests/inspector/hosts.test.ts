/** The hub speaks to this machine and to whom its operator named, and to no web page of anybody else's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { startInspector } from './helpers.ts';
import { actorEvent, ask } from './posts.ts';

/** How a WebSocket was received: 101, or the status that refused it. */
const openSocket = (url: string, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('error', () => {});
  });

const event = JSON.stringify(actorEvent('x.0'));
const PATHS = ['', 'picture', 'stream', 'stately', 'charts.json'];

test('a host that the hub does not know is refused, on every path and for WebSockets', async (t) => {
  const { url } = await startInspector(t, { args: ['--allow-host', 'inspector', 'Other.Example'] });
  const { host, port } = new URL(url);
  for (const foreign of [
    'evil.test',
    `evil.test:${port}`,
    '127.0.0.1.evil.test',
    '10.9.8.7',
    'localhost@evil.test',
  ]) {
    for (const path of PATHS)
      assert.equal(
        (await ask(`${url}${path}`, { headers: { host: foreign } })).status,
        403,
        `${foreign} /${path}`,
      );
    const headers = { host: foreign, 'quiniela-process': 'evil' };
    assert.equal((await ask(`${url}events`, { method: 'POST', headers, body: event })).status, 403);
    assert.equal(await openSocket(url, { host: foreign }), 403);
    assert.equal(await openSocket(url, { host: foreign, origin: `http://${foreign}` }), 403);
  }
  for (const own of [host, 'localhost', `LOCALHOST:${port}`, '[::1]:9', 'inspector:8080', 'other.example']) {
    assert.equal((await ask(`${url}picture`, { headers: { host: own } })).status, 200, own);
    assert.equal(await openSocket(url, { host: own }), 101, own);
  }
});

test('a page from elsewhere may neither read nor post, one of this machine may open a socket', async (t) => {
  const { url } = await startInspector(t);
  const { origin, host } = new URL(url);
  for (const foreign of ['https://evil.test', 'null', 'http://localhost:1', `https://${host}`, 'file://']) {
    for (const path of PATHS)
      assert.equal(
        (await ask(`${url}${path}`, { headers: { origin: foreign } })).status,
        403,
        `${foreign} /${path}`,
      );
    const headers = { origin: foreign, 'quiniela-process': 'evil' };
    assert.equal((await ask(`${url}events`, { method: 'POST', headers, body: event })).status, 403);
  }
  const crossSite = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
  assert.equal((await ask(`${url}picture`, { headers: crossSite })).status, 403);
  assert.equal((await ask(`${url}picture`, { headers: { origin } })).status, 200);
  for (const foreign of ['https://evil.test', 'null', 'file://', 'nonsense'])
    assert.equal(await openSocket(url, { origin: foreign }), 401, foreign);
  for (const own of [origin, 'http://localhost:5173', 'http://[::1]:1'])
    assert.equal(await openSocket(url, { origin: own }), 101, own);
});
