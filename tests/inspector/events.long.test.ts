/** The events of a recorded run, filtered, stepped through and opened in a real browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/system.ts';
import { filterEvents, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { eventsIn, RUN, startInspector } from './helpers.ts';

test('events are found, stepped through and opened', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  const sent = eventsIn(RUN).filter((event) => event.type === '@xstate.event');
  const batches = sent.filter(({ event }) => event.type === 'client.batch');
  assert.ok(batches.length > 1);
  await seesText(page, '#event-count', `${sent.length} events`);
  const current = () => textOf(page, '#rows .current .type');

  await t.test('the count says what is shown, while the filter is typed', async () => {
    await page.fill('#filter', 'type:"client.batch"');
    await seesText(page, '#event-count', `${batches.length} of ${sent.length} events`);
    await page.fill('#filter', 'xyzzy');
    await seesText(page, '#event-count', `0 of ${sent.length} events`);
    await seesText(page, '#no-events', `No event of ${sent.length} matches “xyzzy”`);
    await page.click('#clear-filter');
    await seesText(page, '#event-count', `${sent.length} events`);
    assert.equal(await page.inputValue('#filter'), '');
  });

  await t.test('an event that is clicked is the one that is shown', async () => {
    await filterEvents(page, 'type:"client.batch"');
    for (const index of [1, 0]) {
      await page.click(`#rows .event:nth-child(${index + 1})`);
      const { offset } = batches[index]!.event;
      await until(
        async () =>
          (await page.locator('#event-payload .field', { hasText: 'offset' }).allTextContents()).includes(
            `offset${offset}`,
          ),
        `the batch from ${offset}`,
      );
    }
    assert.match(await textOf(page, '#event-effect'), /client\.batch .* in /);
    await page.click('#event-close');
    assert.equal(await page.isVisible('#event'), false);
  });

  await t.test('a step is one row of those that are shown', async () => {
    await filterEvents(page, 'type:"client.batch"');
    await page.click('#rows .event:nth-child(1)');
    for (const index of batches.keys()) {
      const expected = `event ${index + 1} of ${batches.length}`;
      await until(async () => (await textOf(page, '#moment')).includes(expected), expected);
      assert.equal(await current(), 'client.batch');
      await page.click('#step-on');
    }
    await filterEvents(page, '');
    await page.focus('#sequence');
    await page.keyboard.press('Home');
    await until(async () => /event 1 of/.test(await textOf(page, '#moment')), 'the first row');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await until(async () => /event 3 of/.test(await textOf(page, '#moment')), 'two rows on');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#event:not([hidden])');
    assert.equal(await textOf(page, '#event-title').then((text) => text.split(' ')[0]), await current());
    await page.focus('#event-close');
    await page.keyboard.press('Escape');
    assert.equal(await page.isVisible('#event'), false);
  });

  await t.test('what an event changed in a context is told, and nothing else', async () => {
    await filterEvents(page, 'type:"agency.finished" to:server');
    await page.click('#rows .event:nth-child(1)');
    await seesText(page, '#event-changes', 'finished');
    assert.doesNotMatch(await textOf(page, '#event-changes'), /agencies/);
  });
});
