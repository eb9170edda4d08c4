import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/system.ts';
import { openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';

/** A draw of two agencies, recorded with INSPECT_FILE. */
const RUN = new URL('run.ndjson', import.meta.url).pathname;

test('a recorded run is shown with a slider', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
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
