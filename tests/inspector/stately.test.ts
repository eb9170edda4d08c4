/**
 * Stately's own clients of @statelyai/inspect, against our hub; of Stately's page, which is on the internet, only
 * what it says and hears is played here by the package's own receiver.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  createInspector,
  createWebSocketInspector,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from '@statelyai/inspect';
import { createActor, createMachine } from 'xstate';
import { History } from '../../src/inspector/hub/history.ts';
import { Hub } from '../../src/inspector/hub/hub.ts';
import { createObserver } from '../../src/inspector/probe/observer.ts';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { until } from '../support/system.ts';
import { askHub, openBrowser, seesText, startInspector, withoutBrowser } from './helpers.ts';

const lamp = createMachine({
  id: 'lamp',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
});

test("the events have the fields of Stately's own client", async () => {
  const own: Record<string, unknown>[] = [];
  const theirs: Record<string, unknown>[] = [];
  const inspector = createInspector({ send: (event) => theirs.push({ ...event }) });
  for (const inspect of [createObserver('p', (line) => own.push(JSON.parse(line))), inspector.inspect]) {
    const actor = createActor(lamp, { inspect });
    actor.start();
    actor.send({ type: 'press' });
    actor.stop();
  }
  await until(() => theirs.length >= own.length, 'theirs come later');
  const typesOf = (events: Record<string, unknown>[]) => events.map(({ type }) => type);
  assert.deepEqual(typesOf(own), typesOf(theirs));
  for (const [index, event] of theirs.entries()) {
    // JSON has no undefined.
    const wanted = Object.keys(event).filter((key) => event[key] !== undefined);
    const extra = new Set(Object.keys(own[index]!)).difference(new Set(wanted));
    assert.deepEqual(new Set(wanted).difference(new Set(Object.keys(own[index]!))), new Set());
    assert.deepEqual(extra.difference(new Set(['machine', 'transitions', 'rootId'])), new Set());
    assert.equal(typeof own[index]!.createdAt, typeof event.createdAt);
  }
});

test('a WebSocket inspector is heard, and a WebSocket receiver hears', async (t) => {
  const { url } = await startInspector(t);
  const address = url.replace('http', 'ws');
  const heard: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: address }).subscribe((event) => {
    heard.push(event);
  });
  const inspector = createWebSocketInspector({ url: address });
  t.after(() => inspector.stop());
  const actor = createActor(lamp, { inspect: inspector.inspect });
  actor.start();
  actor.send({ type: 'press' });
  await until(async () => [...(await askHub(url)).actors.values()].some(({ value }) => value === 'on'), 'on');
  const [shown] = [...(await askHub(url)).actors.values()];
  assert.equal(shown!.machine, 'lamp');
  await until(() => heard.some(({ type }) => type === '@xstate.snapshot'), 'the receiver hears');
  const known = heard.find((event) => event.type === '@xstate.actor')!;
  assert.equal(JSON.parse((known as { definition: string }).definition).id, 'lamp');
});

test('a socket from a page elsewhere is refused', async (t) => {
  const { url } = await startInspector(t);
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url.replace('http', 'ws'), { origin: 'https://example.com' });
  const [code] = await new Promise<[number | undefined]>((resolve) => {
    socket.on('unexpected-response', (_, response) => resolve([response.statusCode]));
    socket.on('open', () => resolve([undefined]));
    socket.on('error', () => {});
  });
  assert.equal(code, 401);
});

test('the bridge passes everything on to the page that it frames', { skip: withoutBrowser }, async (t) => {
  // Stately's address is part of the built page; here a page is built with another one.
  const assets = new Map(await buildAssets(await pretendStately(t)));
  const hub = new Hub({ host: '127.0.0.1', port: 0, history: new History(), isReplay: false, assets });
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
  await seesText(page, '#told', 'events passed on');
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
