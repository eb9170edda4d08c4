/**
 * The bridge to Stately's page, in a real browser; of that page, which is on the internet, only what it says and
 * hears is played here by the package's own receiver.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import { createActor } from 'xstate';
import { History } from '../../src/inspector/hub/history.ts';
import { Hub } from '../../src/inspector/hub/hub.ts';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { until } from '../support/system.ts';
import { openBrowser, seesText, withoutBrowser } from './browser.ts';
import { askHub, startInspector } from './helpers.ts';
import { lamp } from './lamp.ts';

test('the bridge passes everything on to the page that it frames', { skip: withoutBrowser }, async (t) => {
  // Stately's address is part of the built page; here a page is built with another one.
  const assets = new Map(await buildAssets(await pretendStately(t)));
  const hub = new Hub({ host: '127.0.0.1', port: 0, history: new History(), assets });
  const url = await hub.listen();
  t.after(() => hub.close());
  const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
  t.after(() => inspector.stop());
  const actor = createActor(lamp, { inspect: inspector.inspect });
  actor.start();
  await until(async () => (await askHub(url)).actors.size === 1, 'the hub knows the lamp');

  const browser = await openBrowser(t);
  const page = await browser.newPage();
  await page.goto(`${url}stately`);
  // Of a lamp that has long been there it is one event.
  await seesText(page, '#told', 'passed on');
  actor.send({ type: 'press' });
  const frame = page.frameLocator('#inspector');
  await frame.locator('li', { hasText: '@xstate.actor lamp' }).waitFor();
  await frame.locator('li', { hasText: '@xstate.snapshot on' }).waitFor();
});

test('a link cannot send the run to another page', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const elsewhere = await pretendStately(t);
  const page = await (await openBrowser(t)).newPage();
  const response = await page.goto(`${url}stately?url=${encodeURIComponent(elsewhere)}`);
  assert.match(
    response!.headers()['content-security-policy']!,
    /; frame-src https:\/\/stately\.ai$/,
    'the browser itself loads nothing else',
  );
  await seesText(page, '#told', 'It has not answered yet.');
  const framed = await page.locator('#inspector').getAttribute('src');
  assert.equal(framed, 'https://stately.ai/inspect');
});

/** A page that says and hears what Stately's does: `createBrowserReceiver` in the package's source. */
async function pretendStately(t: { after(end: () => void): void }): Promise<string> {
  const source = readFileSync(new URL(import.meta.resolve('@statelyai/inspect')), 'utf8');
  assert.match(source, /postMessage\(\{ type: CONNECTION_EVENT \}, "\*"\)/, 'it still says so');
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<ol></ol><script>
      addEventListener('message', ({ data }) => {
        if (typeof data?._version !== 'string') return;
        const item = document.createElement('li');
        item.textContent = [data.type, data.name ?? '', data.snapshot?.value ?? ''].filter(Boolean).join(' ');
        document.querySelector('ol').append(item);
      });
      parent.postMessage({ type: '@statelyai.connected' }, '*');
    </script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
