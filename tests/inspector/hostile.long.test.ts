import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { until } from '../support/system.ts';
import { openBrowser, openPage, seesText, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';
import { NO_EVENTS, ODD_EVENTS } from './odd-events.ts';
import { actorEvent, post, snapshotEvent } from './posts.ts';

/** Scrolls the tree to an actor, as only the rows in sight are in the page. */
const scrollTo = (page: Page, id: string): Promise<void> =>
  until(async () => {
    if ((await page.locator(`#tree [data-actor="${id}"]`).count()) > 0) return true;
    await page.$eval('#tree', (tree) => {
      const isAtEnd = tree.scrollTop + tree.clientHeight >= tree.scrollHeight - 1;
      tree.scrollTop = isAtEnd ? 0 : tree.scrollTop + tree.clientHeight / 2;
    });
    return false;
  }, `${id} is in the tree`);

test('whatever is posted, the page shows all honest actors', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const honest = { 'quiniela-process': 'honest' };
  await post(url, [actorEvent('honest.0')], honest);
  for (const line of NO_EVENTS) await post(url, [line]);
  await post(url, ODD_EVENTS);
  const first = { ...honest, 'quiniela-first': '1' };
  await post(url, [snapshotEvent('honest.0', { transitions: ['constructor'] })], first);
  const page = await openPage(t, await openBrowser(t), url);
  await scrollTo(page, 'honest.0');
  for (const id of ['__proto__', 'constructor', 'honest.0', 'long.2']) {
    await scrollTo(page, id);
    await page.click(`#tree [data-actor="${id}"] .name`);
    await page.waitForSelector(`[data-actor="${id}"][aria-selected="true"]`);
  }
  await seesText(page, '#event-count', `${NO_EVENTS.length} that were none`);
  await post(url, [actorEvent('later.0')]);
  await scrollTo(page, 'later.0');
  const many = Array.from({ length: 3_000 }, (_, index) =>
    actorEvent(`many.${index}`, { name: '\u202eleft' }),
  );
  await post(url, many);
  const listed = async () => Number(await page.locator('#tree .actor').first().getAttribute('aria-setsize'));
  await until(async () => (await listed()) > many.length, 'all of them are listed');
  assert.ok((await page.locator('#tree .actor').count()) < 200, 'and only those in sight are in the page');
  assert.equal(await page.textContent('#notice'), '');
});
