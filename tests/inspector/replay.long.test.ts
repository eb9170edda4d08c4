import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { History } from '../../src/inspector/hub/history.ts';
import { Hub } from '../../src/inspector/hub/hub.ts';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { Relay } from '../support/relay.ts';
import { temporaryFolder, until } from '../support/system.ts';
import { openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { eventsIn, RUN, startInspector } from './helpers.ts';
import { actorEvent, sentEvent, snapshotEvent } from './posts.ts';

test('a recorded run is shown with a slider', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  const { promise: isAsked, resolve } = Promise.withResolvers<void>();
  await page.route('**/stream', async (route) => {
    await isAsked;
    await route.continue();
  });
  await page.goto(url);
  await page.locator('#no-actors').waitFor();
  assert.deepEqual(
    await page.$$eval('footer button', (buttons) =>
      buttons.map((button) => (button as unknown as { disabled: boolean }).disabled),
    ),
    [true, true, true, true],
    'before a run is there, nobody can go to its end, only to be led back to its beginning',
  );
  resolve();
  await seesText(page, '#connection', 'recorded run');
  // At its beginning, until somebody wants to see it.
  await seesText(page, '#play', 'Play');
  assert.equal(await page.inputValue('#slider'), '0');
  await page.click('#live');
  await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
  await page.fill('#slider', '1');
  await until(async () => (await page.locator('#tree .actor').count()) <= 1, 'the beginning');
  await page.selectOption('#speed', '1');
  await page.locator('#play').click();
  await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
  await until(async () => (await textOf(page, '#play')) === 'Play', 'it has stopped at the end');
});

test('who looks at the end of a recorded run does so after an outage, too', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const port = Number(new URL(url).port);
  const network = await Relay.to(t, port);
  const page = await openPage(t, await openBrowser(t), `http://127.0.0.1:${network.port}/`);
  await seesText(page, '#connection', '▶ recorded run');
  await page.click('#live');
  await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
  const end = await page.inputValue('#slider');
  network.cut();
  await seesText(page, '#connection', 'not connected');
  network.mend(port);
  await seesText(page, '#connection', '▶ recorded run');
  await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
  assert.equal(await page.inputValue('#slider'), end);
});

test('steps of one millisecond are told apart in the chart', { skip: withoutBrowser }, async (t) => {
  const createdAt = '1000.000';
  const definition = JSON.stringify({
    id: 'lamp',
    initial: 'off',
    states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
  });
  const events = [
    actorEvent('a.0', { createdAt, definition, machine: undefined }),
    ...['on', 'off', 'on'].flatMap((value) => [
      sentEvent('a.0', { createdAt }),
      snapshotEvent('a.0', {
        createdAt,
        transitions: [],
        snapshot: { status: 'active', value, context: {} },
      }),
    ]),
  ];
  const file = join(temporaryFolder(t), 'run.ndjson');
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const { url } = await startInspector(t, { args: ['--replay', file] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  const isLit = (state: string) =>
    page.locator(`#canvas .state.atomic.active[data-state="lamp.${state}"]`).waitFor();
  await isLit('on');
  for (const state of ['off', 'on', 'off']) {
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await isLit(state);
  }
});

test('a recording is shown while it is read, in the order of its times', {
  skip: withoutBrowser,
}, async (t) => {
  const history = new History(Number.POSITIVE_INFINITY);
  const soFar = { share: 0.25, run: 'run' };
  const assets = new Map(await buildAssets());
  const hub = new Hub({ host: '127.0.0.1', port: 0, history, replay: soFar, assets });
  t.after(() => hub.close());
  const events = eventsIn(RUN);
  const half = Math.floor(events.length / 2);
  for (const event of events.slice(0, half)) history.add(event);
  history.settleHalf();
  const page = await openPage(t, await openBrowser(t), await hub.listen());
  await seesText(page, '#connection', `reading the file: 25 %, ${history.next} events`);
  await page.locator('#canvas .chart').waitFor();
  assert.equal(await page.inputValue('#slider'), '0');
  assert.ok(history.next < half, 'the hub itself puts nothing in order: what comes may be older');

  for (const event of events.slice(half)) history.add(event);
  history.settle(Number.POSITIVE_INFINITY);
  soFar.share = 1;
  await seesText(page, '#connection', 'recorded run');
  assert.equal(await page.getAttribute('#slider', 'max'), `${history.next}`);
  assert.equal(await page.inputValue('#slider'), '0', 'it stays where it was looked at');
});
