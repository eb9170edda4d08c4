/** A statechart in a real browser: seen whole, moved, zoomed where one points, and asked. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Page } from 'playwright-core';
import { createActor, createMachine } from 'xstate';
import { until } from '../support/system.ts';
import {
  filterEvents,
  nextFrame,
  openBrowser,
  openPage,
  seesText,
  textOf,
  withoutBrowser,
} from './browser.ts';
import { eventsIn, RUN, startInspector } from './helpers.ts';

const READING = '[data-state="connection.talking.receiving.reading"]';
const BOX = `${READING} .box`;

/** Where something of the chart is in the window. */
async function boxOf(page: Page, selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  assert.ok(box, selector);
  return { ...box, middle: { x: box.x + box.width / 2, y: box.y + box.height / 2 } };
}

/** Whether a chart's frame holds all of it. */
async function isWhole(page: Page): Promise<boolean> {
  const [frame, chart] = [await boxOf(page, '#canvas'), await boxOf(page, '#canvas .chart .box')];
  return (
    chart.x >= frame.x &&
    chart.y >= frame.y &&
    chart.x + chart.width <= frame.x + frame.width &&
    chart.y + chart.height <= frame.y + frame.height
  );
}

/** As large as which the chart is shown. */
const scaleOf = (page: Page) =>
  page.evaluate<number>(
    `new DOMMatrix(getComputedStyle(document.querySelector('#canvas .chart')).transform).a`,
  );

/** Its middle is where it was in the window. */
async function isWhereItWas(page: Page, selector: string, { middle }: Awaited<ReturnType<typeof boxOf>>) {
  const now = await boxOf(page, selector);
  const by = Math.hypot(now.middle.x - middle.x, now.middle.y - middle.y);
  assert.ok(by < 3, `${selector} has moved by ${by} pixels`);
}

test('the largest chart can be read', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  await page.click('#tree .actor:has-text("connection-1") .name');
  await seesText(page, '#chart-title', 'connection-1');
  const frame = await boxOf(page, '#canvas');

  await t.test('fit shows all of it, in a window of another size too', async () => {
    await page.click('#zoom-fit');
    assert.ok(await isWhole(page));
    await page.setViewportSize({ width: 900, height: 700 });
    await until(() => isWhole(page), 'it still fits');
    await page.setViewportSize({ width: 1280, height: 800 });
    await until(() => isWhole(page), 'it fits again');
  });

  await t.test('the wheel with Ctrl enlarges what is under the pointer', async () => {
    const before = await boxOf(page, BOX);
    await page.mouse.move(before.middle.x, before.middle.y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await until(async () => (await boxOf(page, BOX)).width > before.width * 2, 'it is larger');
    const after = await boxOf(page, BOX);
    assert.ok(
      Math.abs(after.middle.x - before.middle.x) < 3 && Math.abs(after.middle.y - before.middle.y) < 3,
    );
  });

  await t.test('it is dragged by the mouse, and the drag asks nothing', async () => {
    const before = await boxOf(page, BOX);
    await page.mouse.move(before.middle.x, before.middle.y);
    await page.mouse.down();
    await page.mouse.move(before.middle.x + 40, before.middle.y + 30, { steps: 4 });
    await page.mouse.up();
    const after = await boxOf(page, BOX);
    assert.ok(Math.abs(after.x - before.x - 40) < 2 && Math.abs(after.y - before.y - 30) < 2);
    assert.equal(await page.isVisible('#state-card'), false);
    assert.equal(await page.getAttribute('#follow', 'aria-pressed'), 'false', 'it stays where it was put');
  });

  await t.test('the arrow keys move it, and not the time', async () => {
    const moment = await textOf(page, '#moment');
    const before = await boxOf(page, BOX);
    await page.focus('#canvas');
    await page.keyboard.press('ArrowRight');
    await until(async () => (await boxOf(page, BOX)).x < before.x - 30, 'it has moved');
    assert.equal(await textOf(page, '#moment'), moment);
  });

  await t.test('each machine is found as it was left', async () => {
    const before = await boxOf(page, BOX);
    const was = await boxOf(page, '#canvas');
    await page.click('#tree .actor:has-text("server") .name');
    await seesText(page, '#chart-title', 'server');
    await page.click('#tree .actor:has-text("connection-1") .name');
    await seesText(page, '#chart-title', 'connection-1');
    const after = await boxOf(page, BOX);
    const now = await boxOf(page, '#canvas');
    assert.equal(after.width, before.width);
    assert.ok(Math.abs(after.x - before.x) < 1);
    // From the middle: the part below the chart may be higher or lower.
    const middles = [before.y - was.middle.y, after.y - now.middle.y] as const;
    assert.ok(Math.abs(middles[0] - middles[1]) < 1);
  });

  await t.test('a state that is pointed at lights its wires and their ends', async () => {
    await page.click('#zoom-fit');
    await page.hover(READING);
    await page.waitForSelector('#canvas .chart.dim');
    const lit = await page.$$eval('#canvas .lit[data-state]', (states) =>
      states.map((state) => state.getAttribute('data-state')),
    );
    assert.ok(lit.includes('connection.talking.receiving.reading'));
    assert.ok(lit.includes('connection.talking.receiving.pausing'));
    assert.equal(lit.includes('connection.closed'), false);
    await page.mouse.move(frame.x - 50, frame.y + 50);
    await page.waitForSelector('#canvas .chart:not(.dim)');
  });

  await t.test('a state that is clicked tells of itself', async () => {
    await page.click(READING);
    await seesText(page, '#state-time', 'Entered');
    assert.equal(await textOf(page, '#state-title'), 'reading');
    assert.match(await textOf(page, '#state-source'), /^machines\/connection\/[\w-]+\.ts:\d+$/);
    assert.match(await textOf(page, '#state-next'), /client\.batch \[fillsWindow\] → pausing/);
    await page.keyboard.press('Escape');
    assert.equal(await page.isVisible('#state-card'), false);
  });

  await t.test('by the keyboard a wire is reached, and shows the events that took it', async () => {
    await page.focus('#canvas [data-state][tabindex="0"]');
    await page.keyboard.press('End');
    await page.waitForSelector('#canvas .arrow.lit:focus', { state: 'attached' });
    const id = await page.getAttribute('#canvas .arrow:focus [data-transition]', 'data-transition');
    await page.keyboard.press('Enter');
    await until(async () => (await page.inputValue('#filter')).includes(`took:"${id}"`), 'the filter');
    const taken = eventsIn(RUN).filter(
      (event) => event.type === '@xstate.snapshot' && event.transitions.includes(id!),
    );
    await seesText(page, '#event-count', `${taken.length} of`);
  });

  await t.test('many events at one arrow are a number, and told when it is pointed at', async () => {
    await filterEvents(page, '');
    const arrow = page.locator('#canvas .arrow:has(.summary)').first();
    const name = (await arrow.getAttribute('aria-label')) ?? '';
    const lines = name.split('\n');
    assert.equal(`${lines.length - 2} events`, lines[0]?.replace(/ ×.*/, ''), name);
    await page.click('#zoom-fit');
    await arrow
      .locator('.hit')
      .evaluate((wire) =>
        wire.dispatchEvent(
          Reflect.construct(Reflect.get(globalThis, 'PointerEvent'), ['pointerover', { bubbles: true }]),
        ),
      );
    await until(async () => (await textOf(page, '#wire-tip')) === name, 'all of them');
  });

  await t.test('a composite state is folded into one box, and unfolded', async () => {
    await page.focus('#canvas [data-state="connection.talking.receiving"]');
    await page.keyboard.press('Enter');
    await page.click('#zoom-fit');
    await page.click('#zoom-out');
    const [before, scale] = [
      await boxOf(page, '[data-state="connection.talking.receiving"] .box'),
      await scaleOf(page),
    ];
    await page.click('#state-fold');
    await page.waitForSelector(
      '#canvas .chart:not(.simple) .folded[data-state="connection.talking.receiving"]',
    );
    assert.equal(await page.locator(READING).count(), 0);
    await isWhereItWas(page, '[data-state="connection.talking.receiving"] .box', before);
    assert.equal(await scaleOf(page), scale);
    await page.focus('#canvas .folded');
    await page.keyboard.press('Enter');
    await page.click('#state-fold');
    await page.waitForSelector(READING);
  });
});

/** Each state leads to the next, and some lead back: laid out, it is another picture than drawn simply. */
const road = (length: number) =>
  createMachine({
    id: 'road',
    initial: 's0',
    states: Object.fromEntries(
      Array.from({ length }, (_, index) => {
        const turns = index % 3 === 0 ? { back: 's1', turn: `s${length - 1 - index}` } : {};
        return [`s${index}`, { on: { next: `s${(index + 1) % length}`, ...turns } }];
      }),
    ),
  });

for (const [what, length, isMoved] of [
  ['what is looked at stays where it is, as large as it is', 14, true],
  ['a chart that nobody has moved is fitted anew', 5, false],
] as const)
  test(`when a chart that was drawn simply is laid out, ${what}`, { skip: withoutBrowser }, async (t) => {
    const { url } = await startInspector(t);
    const page = await openPage(t, await openBrowser(t), 'about:blank');
    const way = Promise.withResolvers<void>();
    await page.route('**/elk.js', async (route) => {
      await way.promise;
      await route.continue();
    });
    await page.goto(url);
    const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
    t.after(() => inspector.stop());
    createActor(road(length), { inspect: inspector.inspect }).start();
    await page.locator('#canvas .chart.simple').waitFor();
    await nextFrame(page);
    const state = '[data-state="road.s3"] .box';
    if (isMoved) {
      const { middle } = await boxOf(page, state);
      await page.mouse.move(middle.x, middle.y);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -400);
      await page.keyboard.up('Control');
      // Into the middle of the frame: it is what is looked at.
      const frame = await boxOf(page, '#canvas');
      await page.mouse.down();
      await page.mouse.move(frame.middle.x + 9, frame.middle.y - 7, { steps: 4 });
      await page.mouse.up();
    }
    const [before, scale] = [await boxOf(page, state), await scaleOf(page)];
    way.resolve();
    await page.locator('#canvas .chart:not(.simple)').waitFor();
    await nextFrame(page);
    if (!isMoved) {
      await until(() => isWhole(page), 'it is seen whole');
      return;
    }
    await isWhereItWas(page, state, before);
    assert.equal(await scaleOf(page), scale);
  });
