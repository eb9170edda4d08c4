/** What is no text is seen, too: lines and borders have at least 3:1 to what is around them (WCAG 1.4.11). */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { nextFrame, openBrowser, openPage, seesText, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

const LEAST = 3;

/** What is looked at, its colour, and what it stands on. */
const LINES: readonly (readonly [selector: string, property: string, ground: string])[] = [
  ['#canvas .arrow:not(.taken):not(.last) > .wire', 'stroke', '#canvas'],
  ['#canvas .arrow.taken:not(.last) > .wire', 'stroke', '#canvas'],
  ['#canvas .arrow.last > .wire', 'stroke', '#canvas'],
  ['#canvas .tip', 'fill', '#canvas'],
  ['#canvas .state.atomic:not(.active) > .box', 'stroke', '#canvas'],
  ['#canvas .state.compound > .box', 'stroke', '#canvas'],
  ['#canvas .state.active > .box', 'stroke', '#canvas'],
  ['#canvas .every > .box', 'stroke', '#canvas'],
  ['.minimap .seen', 'stroke', '.minimap'],
  ['#rows .event:not(.later) .shaft', 'stroke', '#events'],
  ['#rows .event:not(.later) .head', 'fill', '#events'],
  ['#rows .current .shaft', 'stroke', '#rows .current'],
  ['#filter', 'border-top-color', '#events'],
  ['#play', 'border-top-color', 'footer'],
  ['.meter', 'border-top-color', '#actors'],
  ['.fill', 'background-color', '.meter'],
  ['#density-all', 'fill', 'footer'],
];

const MODES: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { forcedColors: 'active', colorScheme: 'light' }],
  ['forced colours, dark', { forcedColors: 'active', colorScheme: 'dark' }],
];

for (const [name, options] of MODES)
  test(`lines and borders can be seen: ${name}`, { skip: withoutBrowser }, async (t) => {
    const { url } = await startInspector(t, { args: ['--replay', RUN] });
    const page = await openPage(t, await openBrowser(t), url, options);
    await seesText(page, '#connection', 'recorded run');
    await page.click('#live');
    await page.locator('#canvas .arrow.taken').first().waitFor();
    // Back to where the server moved along a wire.
    while ((await page.locator('#canvas .arrow.last').count()) === 0) {
      await page.keyboard.press(',');
      await nextFrame(page);
      assert.notEqual(await page.inputValue('#slider'), '0', 'at the beginning nothing has moved yet');
    }
    const faint: string[] = [];
    for (const [selector, property, ground] of LINES) {
      const ratio = await contrastOf(page, selector, property, ground);
      if (!(ratio >= LEAST)) faint.push(`${selector} on ${ground}: ${ratio.toFixed(2)}`);
    }
    assert.deepEqual(faint, []);
  });

/** As a pixel has them: whatever way a colour is written, and of one that is seen through, what is seen. */
const contrastOf = (page: Page, selector: string, property: string, ground: string): Promise<number> =>
  page.evaluate(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    if (!element) throw new Error('there is no ' + ${JSON.stringify(selector)});
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
    const put = (colour) => { context.fillStyle = colour; context.fillRect(0, 0, 1, 1); };
    const light = () => {
      const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3)
        .map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = [];
    for (let one = document.querySelector(${JSON.stringify(ground)}); one; one = one.parentElement)
      behind.unshift(getComputedStyle(one).backgroundColor);
    put('Canvas');
    for (const colour of behind) put(colour);
    const under = light();
    put(getComputedStyle(element).getPropertyValue(${JSON.stringify(property)}));
    const over = light();
    return (Math.max(under, over) + 0.05) / (Math.min(under, over) + 0.05);
  })()`) as Promise<number>;
