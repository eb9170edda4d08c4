/** A page outlives its hub: the next one may be of another version, or be none. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { openBrowser, rowsOf, seesText, withoutBrowser } from './browser.ts';
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

const message = (type: string, data: unknown): string =>
  `event: ${type}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** What makes no sense to the page, and among it what does. */
const STREAM = [
  message('events', { first: 0, events: 'none' }),
  message('picture', 'half a line {'),
  message('picture', null),
  message('picture', { isReplay: false, base: { actors: [null, { id: 'old.0' }], ended: 7 }, first: 'x' }),
  message('actors', { not: 'a list' }),
  message('events', { first: 'x', events: [actorEvent('a.0'), null, { type: '@xstate.event' }, 7] }),
  message('unheard', {}),
  message('events', '['),
  message('events', { first: 1e9, events: [snapshotEvent('a.0'), sentEvent('a.0', { event: null })] }),
  message('events', { first: 0, events: [actorEvent('a.1')] }),
];

test('a page shows what it can of what another hub says', { skip: withoutBrowser }, async (t) => {
  const assets = new Map(await buildAssets());
  const hub = createServer(({ url = '/' }, response) => {
    const asset = assets.get(url);
    if (asset) response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
    else if (url === '/stream')
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(STREAM.join(''));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  t.after(() => hub.close().closeAllConnections());
  const page = await (await openBrowser(t)).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`http://127.0.0.1:${(hub.address() as AddressInfo).port}/`);
  await page.locator('#tree [data-actor="a.1"]').waitFor();
  const rows = await rowsOf(page);
  assert.deepEqual(
    rows.map(({ id, value }) => [id, value]),
    [
      ['a.0', '"on"'],
      ['a.1', '"off"'],
    ],
  );
  await seesText(page, '#event-count', '4 that were none');
  assert.equal(await page.textContent('#notice'), '');
  assert.deepEqual(errors, []);
});
