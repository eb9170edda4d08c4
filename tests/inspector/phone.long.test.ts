/** The page under a finger: one part at a time, and a chart that two fingers move. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CDPSession, Page } from 'playwright-core';
import { until } from '../support/system.ts';
import {
  faultsIn,
  filterEvents,
  openBrowser,
  openPage,
  seesText,
  textOf,
  withoutBrowser,
} from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function openPhone(t: import('node:test').TestContext): Promise<Page> {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url, PHONE);
  await seesText(page, '#connection', 'recorded run');
  return page;
}

type Point = { x: number; y: number };
type View = { x: number; y: number; scale: number };

/** Where the chart is, as it is drawn. */
const viewOf = (page: Page): Promise<View> =>
  page.evaluate(`(() => {
    const { e: x, f: y, a: scale } = new DOMMatrix(getComputedStyle(document.querySelector('#stage .chart')).transform);
    return { x, y, scale };
  })()`) as Promise<View>;

const touch = (client: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]) =>
  client.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: points.map((point, id) => ({ ...point, id })),
  });

test('two fingers make the chart larger where they are, one moves it', {
  skip: withoutBrowser,
}, async (t) => {
  const page = await openPhone(t);
  await page.locator('#stage .chart').waitFor();
  const frame = await page.locator('#canvas').boundingBox();
  assert.ok(frame);
  const client = await page.context().newCDPSession(page);
  const middle = { x: Math.round(frame.x + frame.width / 2), y: Math.round(frame.y + frame.height / 2) };
  const fingers = (apart: number): Point[] => [
    { x: middle.x - apart, y: middle.y },
    { x: middle.x + apart, y: middle.y },
  ];
  const before = await viewOf(page);
  // The point of the chart that is between the fingers.
  const between = ({ x, y, scale }: View) => ({
    x: (middle.x - frame.x - x) / scale,
    y: (middle.y - frame.y - y) / scale,
  });
  await touch(client, 'touchStart', fingers(40));
  for (const apart of [50, 60, 70, 80]) await touch(client, 'touchMove', fingers(apart));
  await touch(client, 'touchEnd', []);
  const after = await viewOf(page);
  assert.ok(Math.abs(after.scale / before.scale - 2) < 0.02, `${after.scale / before.scale} times as large`);
  for (const axis of ['x', 'y'] as const)
    assert.ok(
      Math.abs(between(after)[axis] - between(before)[axis]) < 2,
      `${axis} stays between the fingers`,
    );
  assert.equal(await page.isVisible('#state-card'), false, 'a pinch presses nothing');
  assert.equal(await page.evaluate('visualViewport.scale'), 1, 'the page itself stays as it is');

  await touch(client, 'touchStart', [middle]);
  for (const by of [10, 20, 30])
    await touch(client, 'touchMove', [{ x: middle.x + by, y: middle.y - 2 * by }]);
  await touch(client, 'touchEnd', []);
  const moved = await viewOf(page);
  const by = { x: moved.x - after.x, y: moved.y - after.y, scale: moved.scale };
  assert.deepEqual(
    { x: Math.round(by.x), y: Math.round(by.y), scale: by.scale },
    { x: 30, y: -60, scale: after.scale },
  );
  assert.equal(await page.getAttribute('#follow', 'aria-pressed'), 'false', 'and stays there');
});

test('what happened while a part was hidden is in sight when it is shown', {
  skip: withoutBrowser,
}, async (t) => {
  const page = await openPhone(t);
  await page.locator('#stage .chart').waitFor();
  await page.click('[data-show="actors"]');
  await page.click('#live');
  await page.waitForSelector('[data-live="true"]');
  const isIn = (inner: string, outer: string) =>
    page.evaluate(`(() => {
      const inside = document.querySelector(${JSON.stringify(inner)})?.getBoundingClientRect();
      const around = document.querySelector(${JSON.stringify(outer)}).getBoundingClientRect();
      return inside !== undefined && inside.height > 0 && inside.top >= around.top - 1 && inside.bottom <= around.bottom + 1
        && inside.left >= around.left - 1 && inside.right <= around.right + 1;
    })()`) as Promise<boolean>;
  await page.click('[data-show="chart"]');
  await until(() => isIn('#canvas .state.final.active > .box', '#canvas'), 'the active state');
  await page.click('#details summary');
  await page.locator('#context .field').first().waitFor();
  await page.fill('#slider', '200');
  await page.click('[data-show="events"]');
  await until(() => isIn('#rows .current', '#sequence'), 'the current event');
});

test('an opened event has the room of the list, until it is closed', { skip: withoutBrowser }, async (t) => {
  const page = await openPhone(t);
  await page.click('[data-show="events"]');
  await filterEvents(page, 'type:"server.stored"');
  await page.locator('#rows .event').first().click();
  await seesText(page, '#event-title', 'server.stored');
  const shown = await page.locator('#event').boundingBox();
  const all = await page.locator('#events').boundingBox();
  assert.ok(shown && all && shown.height > 0.95 * all.height, `${shown?.height} of ${all?.height} pixels`);
  assert.deepEqual(await faultsIn(page), []);
  await page.click('#step-on');
  await until(async () => /event 2 of/.test(await textOf(page, '#moment')), 'the next one');
  await page.click('#event-close');
  assert.equal(await page.isVisible('#rows .current'), true);
});
