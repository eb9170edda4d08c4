/** A page outlives its hub: the next one may be of another version, or be none. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { temporaryFolder } from '../support/system.ts';
import { openBrowser, openPage, rowsOf, seesText, withoutBrowser } from './browser.ts';
import { eventsIn, pictureOf } from './helpers.ts';
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

/** @param answer what is asked for the run is told of it */
async function startOther(t: TestContext, answer: (response: ServerResponse) => void): Promise<string> {
  const assets = new Map(await buildAssets());
  const hub = createServer(({ url = '/' }, response) => {
    const asset = assets.get(url);
    if (asset) response.writeHead(200, { 'content-type': asset.type }).end(asset.body);
    else if (url === '/stream') answer(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  t.after(() => hub.close().closeAllConnections());
  return `http://127.0.0.1:${(hub.address() as AddressInfo).port}/`;
}

test('a page shows what it can of what another hub says', { skip: withoutBrowser }, async (t) => {
  const url = await startOther(t, (response) => response.write(STREAM.join('')));
  const page = await (await openBrowser(t)).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url);
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

test('a run that is downloaded after another hub went on with it holds all actors that the page shows', {
  skip: withoutBrowser,
}, async (t) => {
  const isOn = { status: 'active', value: 'on', context: {} };
  const picture = (hub: string, first: number) =>
    message('picture', { isReplay: false, hub, base: {}, first, next: first + 1 });
  const hubs = [
    [picture('a', 0), message('events', { first: 0, events: [actorEvent('a.0')] })],
    [
      picture('b', 7),
      message('actors', [...pictureOf([readEvent(actorEvent('b.0', { snapshot: isOn }))!]).actors.values()]),
      message('events', { first: 7, events: [actorEvent('b.1')] }),
    ],
  ];
  const url = await startOther(t, (response) => {
    const told = hubs.shift();
    if (hubs.length > 0) response.end(`retry: 10\n\n${told?.join('')}`);
    else response.write(told?.join('') ?? '');
  });
  const page = await openPage(t, await openBrowser(t), url);
  await page.locator('#tree [data-actor="b.1"]').waitFor();
  const shown = await rowsOf(page);
  assert.deepEqual(
    shown.map(({ id, value }) => [id, value]),
    [
      ['b.0', '"on"'],
      ['b.1', '"off"'],
    ],
  );
  await page.click('#share');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#share-run')]);
  const file = join(temporaryFolder(t), 'run.ndjson');
  await download.saveAs(file);
  const actors = [...pictureOf(eventsIn(file)).actors.values()];
  assert.deepEqual(
    actors.map(({ id, status, value }) => [id, status, value]),
    [
      ['a.0', 'gone', 'off'],
      ['b.0', 'active', 'on'],
      ['b.1', 'active', 'off'],
    ],
  );
});
