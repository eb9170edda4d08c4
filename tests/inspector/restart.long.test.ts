/** An inspector that goes, and comes back, under a page that stays open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import { createActor, createMachine } from 'xstate';
import { freePort, startServer, until } from '../support/system.ts';
import { nextFrame, openBrowser, openPage, rowsOf, seesText, textOf, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';
import { lamp } from './lamp.ts';

test('a lost inspector is unmistakable; the next one goes on, and what was before is marked', {
  skip: withoutBrowser,
}, async (t) => {
  const port = await freePort();
  const first = await startInspector(t, { port });
  const page = await openPage(t, await openBrowser(t), first.url);
  await startServer(t, { env: { INSPECT_URL: first.url } });
  await seesText(page, '#barrier', '0 of 5 have finished');
  // The last that happens before somebody calls.
  await until(
    async () => (await rowsOf(page)).some(({ value }) => value.includes('listening')),
    'it listens',
  );
  assert.equal(await page.locator('#outage').isVisible(), false);
  const rows = await rowsOf(page);
  const count = Number(/[\d,]+/.exec(await textOf(page, '#event-count'))![0].replaceAll(',', ''));

  await first.program.kill();
  await page.locator('#outage').waitFor({ state: 'visible' });
  await seesText(page, '#outage', 'The inspector does not answer.');
  // It is drawn anew with the next frame.
  await page.waitForSelector('#live[aria-pressed="false"]');
  await seesText(page, '#live', 'End');
  const since = await textOf(page, '#outage-seconds');
  await until(async () => (await textOf(page, '#outage-seconds')) !== since, 'it says for how long');
  assert.deepEqual(await rowsOf(page), rows, 'all is still to be seen');

  // Nothing happens in the server meanwhile.
  await startInspector(t, { port });
  await page.locator('#outage').waitFor({ state: 'hidden' });
  await seesText(page, '#notice', 'The inspector was restarted');
  await until(async () => {
    const now = await rowsOf(page);
    return now.length === rows.length && now.every(({ value }, index) => value === rows[index]!.value);
  }, 'it has its actors again');
  const kept = Number(/[\d,]+/.exec(await textOf(page, '#event-count'))![0].replaceAll(',', ''));
  assert.ok(kept >= count, `${kept} of ${count}`);
  assert.ok((await page.locator('#rows .event.earlier').count()) > 0, 'older events are marked');
  await seesText(page, '#live', 'Live');
  await page.locator('body').press('Home');
  await page.waitForSelector('[data-live="false"]');
  await page.locator('body').press('End');
  await page.waitForSelector('[data-live="true"]');
});

test('at the next inspector a program that is started again is looked at in the place of what it was; a link is to its moment', {
  skip: withoutBrowser,
}, async (t) => {
  const port = await freePort();
  const first = await startInspector(t, { port });
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, first.url);
  const door = createMachine({ id: 'door', initial: 'shut', states: { shut: {} } });
  const program = () => {
    const inspector = createWebSocketInspector({ url: first.url.replace('http', 'ws') });
    t.after(() => inspector.stop());
    createActor(door, { inspect: inspector.inspect }).start();
    return { inspector, actor: createActor(lamp, { inspect: inspector.inspect }).start() };
  };
  const before = program();
  await page.locator('#tree [data-actor]', { hasText: 'lamp' }).locator('.name').click();
  await seesText(page, '#chart-title', 'lamp');
  // Another visitor looks back, at whom the page has chosen.
  const back = await openPage(t, browser, first.url);
  await back.locator('#rows .event').last().click();
  await seesText(back, '#chart-state', 'shut');

  before.inspector.stop();
  await seesText(page, '#chart-state', '(gone)');
  await first.program.kill();
  await page.locator('#outage').waitFor({ state: 'visible' });
  await startInspector(t, { port });
  await page.locator('#outage').waitFor({ state: 'hidden' });
  const { actor } = program();
  await page.locator('#tree [aria-selected="true"]', { hasText: 'lamp' }).waitFor();
  await seesText(page, '#chart-title', 'lamp');
  await seesText(back, '#notice', 'The inspector was restarted');
  await seesText(back, '#event-count', '4 events');
  await nextFrame(back);
  assert.equal(await textOf(back, '#chart-state'), 'shut');

  for (const _ of [1, 2]) actor.send({ type: 'press' });
  await page.locator('#rows .event:not(.earlier)', { hasText: 'press' }).nth(1).waitFor();
  await page.locator('#rows .event:not(.earlier)', { hasText: 'press' }).first().click();
  await page.locator('#live[aria-pressed="false"]').waitFor();
  await until(() => /actor=.*&at=/.test(page.url()), 'the address is a link');
  const other = await openPage(t, browser, page.url());
  await other.locator('#event-count', { hasText: /[1-9]/ }).waitFor();
  // What is on its way to it is shown as it comes.
  for (const part of ['#chart-state', '#rows .event.current .type'])
    await until(
      async () => (await textOf(other, part)) === (await textOf(page, part)),
      `${part} is the same`,
    );
});
