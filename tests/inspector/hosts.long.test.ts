import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openBrowser, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';

test('a browser whose name server is lied to reads nothing', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const { port } = new URL(url);
  const browser = await openBrowser(t, '--host-resolver-rules=MAP evil.test 127.0.0.1');
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
