/** What a step costs the browser, counted: a time would depend on the machine. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextFrame, openBrowser, openPage, seesText, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

const STEPS = 40;

test('the page is laid out at most twice for a step', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const layouts = async (): Promise<number> => {
    const { metrics } = await client.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? Number.NaN;
  };
  const step = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    await nextFrame(page);
    await nextFrame(page);
  };
  await page.click('#live');
  await step('[');
  const before = await layouts();
  for (let count = 0; count < STEPS; count += 1) await step(',');
  const each = ((await layouts()) - before) / STEPS;
  // One for the rows that come into sight, one for what the scroll brings.
  assert.ok(each > 0 && each <= 2, `${each} layouts a step`);
});

test('rows that stay in sight are not made again by a step', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  await page.locator('#rows .current').waitFor();
  const rows = (await page.evaluate(`(async () => {
    const numbers = () => new Map([...document.querySelectorAll('#rows .event')].map((row) => [row, row.dataset.number]));
    const frame = () => new Promise(requestAnimationFrame);
    const sequence = document.getElementById('sequence');
    sequence.scrollTop -= 10 * 34;
    await frame(); await frame();
    const before = numbers();
    sequence.scrollTop -= 2 * 34;
    await frame(); await frame();
    const after = numbers();
    const kept = [...before].filter(([row, number]) => after.get(row) === number).length;
    const order = [...after.values()].map(Number);
    return { all: before.size, kept, isInOrder: order.every((number, index) => index === 0 || number > order[index - 1]) };
  })()`)) as { all: number; kept: number; isInOrder: boolean };
  assert.deepEqual(rows, { all: rows.all, kept: rows.all - 2, isInOrder: true });
});
