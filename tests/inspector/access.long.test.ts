/** The page can be used by everybody: axe finds nothing, keys reach everything, a finger hits what it wants. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser } from 'playwright-core';
import { until } from '../support/system.ts';
import {
  faultsIn,
  filterEvents,
  nextFrame,
  openBrowser,
  openPage,
  seesText,
  textOf,
  withoutBrowser,
} from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

async function openRun(t: import('node:test').TestContext, browser: Browser, options = {}) {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, browser, url, options);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  await page.waitForSelector('[data-live="true"]');
  return page;
}

test('axe finds nothing, whatever is open', { skip: withoutBrowser }, async (t) => {
  const browser = await openBrowser(t);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await openRun(t, browser, { colorScheme });
    await page.fill('#slider', '200');
    await nextFrame(page);
    assert.deepEqual(
      await faultsIn(page),
      [],
      `${colorScheme}: in the middle of a run, most rows are still to come`,
    );
    await page.click('#rows .current');
    await page.waitForSelector('#event:not([hidden])');
    await page.click('#tree .actor:has-text("store") .name');
    await seesText(page, '#chart-title', 'store');
    await page.click('#zoom-fit');
    await page.click('#canvas [data-state] .title >> nth=2');
    await page.waitForSelector('#state-card:not([hidden])');
    assert.deepEqual(await faultsIn(page), [], `${colorScheme}: an event and a state are open`);
    await page.click('#state-close');
    await filterEvents(page, 'xyzzy');
    await page.click('#share');
    assert.deepEqual(await faultsIn(page), [], `${colorScheme}: nothing is found, and the menu is open`);
  }
  const { url } = await startInspector(t);
  const empty = await openPage(t, browser, url);
  await seesText(empty, '#no-actors', 'No process');
  assert.deepEqual(await faultsIn(empty), [], 'nothing has happened yet');
});

test('the current row is named as long as it exists', { skip: withoutBrowser }, async (t) => {
  const page = await openRun(t, await openBrowser(t));
  const named = () => page.getAttribute('#sequence', 'aria-activedescendant');
  await page.waitForSelector('#rows .current');
  assert.equal(await named(), 'current-event');
  await page.$eval('#sequence', (list) => list.scrollTo(0, 0));
  await page.waitForSelector('#rows .current', { state: 'detached' });
  assert.equal(await named(), null);
  await page.focus('#sequence');
  await page.keyboard.press('ArrowUp');
  await page.waitForSelector('#rows .current');
  assert.equal(await named(), 'current-event');
});

test('keys do what WAI-ARIA says', { skip: withoutBrowser }, async (t) => {
  const page = await openRun(t, await openBrowser(t));
  const chosen = () => textOf(page, '#tree [aria-selected="true"] .name');
  const choose = async (name: string) => {
    await page.click(`#tree .actor:has-text("${name}") .name`);
    await until(async () => (await chosen()) === name, name);
  };

  await t.test(
    'in the tree, left goes to the parent and closes, right opens and goes to the first child',
    async () => {
      await choose('store');
      const moment = await textOf(page, '#moment');
      await page.focus('#tree');
      const steps: readonly [key: string, name: string, isOpen: string | null][] = [
        ['ArrowLeft', 'server', 'true'],
        ['ArrowLeft', 'server', 'false'],
        ['ArrowRight', 'server', 'true'],
        ['ArrowRight', 'store', null],
        ['ArrowRight', 'store', null],
      ];
      for (const [key, name, isOpen] of steps) {
        await page.keyboard.press(key);
        const row = `#tree [aria-selected="true"]:has-text("${name}")`;
        await page.waitForSelector(isOpen === null ? row : `${row}[aria-expanded="${isOpen}"]`);
      }
      assert.equal(await textOf(page, '#moment'), moment, 'the time has not moved');
    },
  );

  await t.test('an agency is chosen by the keyboard', async () => {
    await page.focus('#progress');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    await until(async () => (await chosen()) === 'agency 1', 'the first');
    await page.keyboard.press('ArrowDown');
    await until(async () => (await chosen()) === 'agency 2', 'the second');
    const active = await page.getAttribute('#progress', 'aria-activedescendant');
    assert.match(await textOf(page, `#${active}`), /2/);
  });

  await t.test('every button, list and picture has a name', async () => {
    for (const [id, name] of [
      ['zoom-in', 'Larger'],
      ['zoom-out', 'Smaller'],
      ['slider', 'Moment of the run'],
      ['theme', 'Light or dark'],
    ] as const)
      assert.equal(await page.locator(`#${id}`).getAttribute('aria-label'), name);
    await choose('store');
    assert.match((await page.getAttribute('#canvas', 'aria-label')) ?? '', /^Statechart of store, now /);
    assert.match((await page.getAttribute('#slider', 'aria-valuetext')) ?? '', / s · event \d+ of \d+/);
  });
});

test('a finger hits all that can be pressed', { skip: withoutBrowser }, async (t) => {
  const browser = await openBrowser(t);
  const page = await openRun(t, browser, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  for (const tab of ['actors', 'chart', 'events']) {
    await page.click(`[data-show="${tab}"]`);
    const small = await page.$$eval(
      'button, select, [role="treeitem"], [role="option"], input:not([type="file"]), summary',
      (targets) =>
        targets.flatMap((target) => {
          // A check box is hit by its label, too.
          const { width, height } = (target.closest('label') ?? target).getBoundingClientRect();
          return height > 0 && (width < 44 || height < 44)
            ? [`${target.id || target.className || target.textContent} ${width}x${height}`]
            : [];
        }),
    );
    assert.deepEqual(small, [], tab);
    const { width } = (await page.evaluate('({ width: document.documentElement.scrollWidth })')) as {
      width: number;
    };
    assert.equal(width, 390, 'nothing is scrolled sideways');
  }
});

test('where colours are forced, what is chosen and how far it is can be told', {
  skip: withoutBrowser,
}, async (t) => {
  const page = await openRun(t, await openBrowser(t), { forcedColors: 'active' });
  const colour = (selector: string) =>
    page.$eval(selector, (element) => {
      const { backgroundColor } = (
        globalThis as unknown as { getComputedStyle(element: unknown): { backgroundColor: string } }
      ).getComputedStyle(element);
      return backgroundColor;
    });
  assert.notEqual(
    await colour('#tree [aria-selected="true"]'),
    await colour('#tree [aria-selected="false"]'),
  );
  assert.notEqual(await colour('#rows .current'), await colour('#rows .event:not(.current)'));
  assert.notEqual(await colour('#progress .fill'), await colour('#progress .meter'));
});
