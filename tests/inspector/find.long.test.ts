/** Actors are found among many, by name and state, in a real browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/system.ts';
import { openBrowser, openPage, seesText, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

test('an actor is found by the words of its name and state', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  const names = () => page.locator('#tree .actor .name').allTextContents();
  await until(async () => (await names()).includes('store'), 'all of them');
  const all = await names();
  await page.keyboard.press('f');
  await page.keyboard.type('STORE clos');
  // With whom it is inside of.
  await until(async () => (await names()).join() === 'server,store', 'the store and its server');
  await page.fill('#find-actor', 'agency 2 finished');
  await until(async () => (await names()).join() === 'agency 2', 'one agency');
  await page.fill('#find-actor', 'xyzzy');
  await seesText(page, '#more-actors', 'matches “xyzzy”');
  assert.deepEqual(await names(), []);
  await page.fill('#find-actor', '');
  await until(async () => (await names()).join() === all.join(), 'all again');
});
