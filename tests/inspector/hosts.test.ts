/** The hub speaks to this machine and to whom its operator named, and to no web page of anybody else's. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import { CHROMIUM, startInspector, withoutBrowser } from './helpers.ts';
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

test('a browser whose name server is lied to reads nothing', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const { port } = new URL(url);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP evil.test 127.0.0.1'],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const opened = await page.goto(`http://evil.test:${port}/picture`);
  assert.equal(opened!.status(), 403);
  // A page of the same name and port is of the same origin: nothing but the name tells.
  const tried = await page.evaluate(async () => {
    const statusOf = (path: string, options = {}) => fetch(path, options).then(({ status }) => status);
    const headers = { 'quiniela-process': 'evil' };
    return [
      await statusOf('/picture'),
      await statusOf('/events', { method: 'POST', headers, body: '{}' }),
      await statusOf('/stream'),
    ];
  });
  assert.deepEqual(tried, [403, 403, 403]);
  const elsewhere = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>elsewhere');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  t.after(() => elsewhere.close().closeAllConnections());
  await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
  const read = await page.evaluate(
    (address) =>
      fetch(`${address}picture`).then(
        () => 'read',
        () => 'refused',
      ),
    url,
  );
  assert.equal(read, 'refused');
});
