/** A link names its run: a page never shows something else in its place without a word. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Page } from 'playwright-core';
import { createActor } from 'xstate';
import { History } from '../../src/inspector/hub/history.ts';
import { Hub } from '../../src/inspector/hub/hub.ts';
import { buildAssets } from '../../tools/inspector-assets.ts';
import { freePort, until } from '../support/system.ts';
import { nextFrame, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';
import { lamp } from './lamp.ts';
import { actorEvent, post, sentEvent } from './posts.ts';

/** Starts a program that an inspector watches. */
function program(t: TestContext, url: string) {
  const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
  t.after(() => inspector.stop());
  return createActor(lamp, { inspect: inspector.inspect }).start();
}

/** The address once it is a link to what has been done last. */
async function linkOf(page: Page, link: RegExp): Promise<string> {
  await until(() => link.test(page.url()), 'the address is a link');
  return page.url();
}

/** Opens a link, and waits until all of the run is there and shown. */
async function opened(page: Page, link: string): Promise<Page> {
  await page.goto(link);
  await seesText(page, '#connection', '● connected');
  await nextFrame(page);
  return page;
}

test('a link to the run that is there says nothing; one to another run says which, and shows the run that is there', {
  skip: withoutBrowser,
}, async (t) => {
  const port = await freePort();
  const first = await startInspector(t, { port });
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, first.url);
  const before = program(t, first.url);
  for (const _ of [1, 2]) before.send({ type: 'press' });
  await page.locator('#tree [data-actor] .name').click();
  await page.locator('#rows .event', { hasText: 'press' }).first().click();
  const link = await linkOf(page, /run=.*&actor=.*&at=/);
  const other = await openPage(t, browser, link);
  await seesText(other, '#rows .event.current', 'press');
  for (const part of ['#chart-state', '#moment']) await seesText(other, part, await textOf(page, part));
  assert.equal(await textOf(other, '#notice'), '');
  await page.close();
  await other.close();

  await first.program.kill();
  const second = await startInspector(t, { port });
  const now = program(t, second.url);
  for (const _ of [1, 2, 3]) now.send({ type: 'press' });
  const late = await opened(await openPage(t, browser, 'about:blank'), link);
  await seesText(late, '#notice', 'The link is to another run, which began');
  await seesText(late, '#chart-state', 'on');
  assert.equal(await late.getAttribute('body', 'data-live'), 'true');

  await t.test(
    'also if it is opened in a page that is open; the next one that is good ends that',
    async () => {
      const hash = () => late.evaluate<string>('location.hash');
      const follow = (address: string) =>
        late.evaluate(`location.hash = ${JSON.stringify(new URL(address).hash)}`);
      await until(() => late.url() !== link, 'the address is no more the link that was opened');
      await late.locator('#rows .event', { hasText: 'press' }).first().click();
      const good = await linkOf(late, /run=.*&at=/);
      await follow(link);
      await seesText(late, '#notice', 'The link is to another run, which began');
      await until(async () => (await hash()) === new URL(good).hash, 'the address is that of what is seen');
      await late.click('#live');
      await until(async () => (await hash()) !== new URL(good).hash, 'the address is another one');
      await follow(good);
      await late.locator('[data-live="false"]').waitFor();
      assert.equal(await textOf(late, '#notice'), '');
    },
  );

  await t.test('an actor that the run does not know is named', async () => {
    const page = await opened(await openPage(t, browser, 'about:blank'), `${second.url}#actor=nobody.7`);
    await seesText(page, '#no-chart', 'nobody.7 is not in this run: it is still to come, or kept no longer.');
  });
});

test('a link to a moment that is kept no longer says so', { skip: withoutBrowser }, async (t) => {
  const assets = new Map(await buildAssets());
  const hub = new Hub({ host: '127.0.0.1', port: 0, history: new History(10), assets });
  t.after(() => hub.close());
  const url = await hub.listen();
  const sent = Array.from({ length: 1_100 }, () => sentEvent('p.0'));
  await post(url, [actorEvent('p.0'), ...sent], { 'quiniela-process': 'p' });
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  await until(async () => {
    await page.goto('about:blank');
    await opened(page, `${url}#at=3`);
    return (await textOf(page, '#notice')).startsWith('The moment that was asked for is kept no longer');
  }, 'it is said');
  assert.equal(await page.getAttribute('body', 'data-live'), 'false');
});

test('a link to a run of a file is good at an inspector that replays it', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, url);
  await page.setInputFiles('#open-run', RUN);
  await seesText(page, '#connection', '▶ run.ndjson');
  await page.fill('#slider', '400');
  await page.click('#tree .actor:has-text("store") .name');
  const { hash } = new URL(await linkOf(page, /run=.*&actor=.*&at=400/));
  const replay = await startInspector(t, { args: ['--replay', RUN] });
  const other = await openPage(t, browser, `${replay.url}${hash}`);
  for (const part of ['#chart-title', '#chart-state', '#moment'])
    await seesText(other, part, await textOf(page, part));
  assert.equal(await textOf(other, '#notice'), '');
  // The hub that the file was opened at knows nothing of it.
  const again = await opened(await openPage(t, browser, 'about:blank'), `${url}${hash}`);
  await seesText(again, '#notice', 'The link is to another run, which began');
});
