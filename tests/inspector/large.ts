/**
 * How fluid the page is with a long recording, in a real browser. Prints what it measures.
 *
 *     INSPECT_FILE=run.ndjson quiniela demo --agencies 1000 --bets 2000
 *     node tests/inspector/large.ts run.ndjson
 */
import { spawn } from 'node:child_process';
import { chromium } from 'playwright-core';
import { filterEvents, nextFrame } from './browser.ts';
import { framesText } from './frames.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('which recording? node tests/inspector/large.ts run.ndjson');
const spawned = performance.now();
const hub = spawn(process.execPath, ['src/main.ts', 'inspector', '--port', '0', '--replay', file], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
// If the measurement fails, too.
process.on('exit', () => hub.kill());
const url = await new Promise<string>((resolve) => {
  let text = '';
  hub.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    const found = /page: (\S+)/.exec(text)?.[1];
    if (found) resolve(found);
  });
});
console.log(`it listens after ${((performance.now() - spawned) / 1000).toFixed(1)} s`);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--enable-precise-memory-info'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });

const measure = async (what: string, act: () => Promise<unknown>) =>
  console.log(`${what}: ${await framesText(browser, page, act)}`);
async function press(key: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await page.keyboard.press(key);
    await nextFrame(page);
  }
}

const start = performance.now();
const since = () => ((performance.now() - start) / 1000).toFixed(1);
await measure('while it is loaded', async () => {
  await page.goto(url);
  await page.waitForSelector('#canvas .chart');
  console.log(`first picture after ${since()} s: ${await page.textContent('#connection')}`);
  await page.locator('#connection', { hasText: 'recorded run' }).waitFor({ timeout: 120_000 });
  console.log(`all is there after ${since()} s: ${await page.textContent('#event-count')}`);
});
await measure('to the end', async () => {
  await page.click('#live');
  await nextFrame(page);
});
await measure('one step back', () => press(',', 40));
await measure('100 steps back', () => press('[', 40));
const slider = await page.locator('#slider').boundingBox();
if (!slider) throw new Error('there is no slider');
const y = slider.y + slider.height / 2;
await page.mouse.move(slider.x + slider.width * 0.8, y);
await page.mouse.down();
await measure('the slider', async () => {
  for (let move = 0; move < 60; move += 1) {
    await page.mouse.move(slider.x + slider.width * (0.8 - (0.7 * move) / 60), y);
    await nextFrame(page);
  }
});
await page.mouse.up();
await page.selectOption('#speed', '1');
await measure('played as fast as it was', async () => {
  await page.click('#play');
  await page.waitForTimeout(3_000);
  await page.click('#play');
});
await measure('a filter over all', async () => {
  await filterEvents(page, 'agency 77');
});
await measure('the trace of a batch, of all of them', async () => {
  // A short recording may end before the answer to it is traced.
  await filterEvents(page, 'type:"client.batch"');
  await page.locator('#rows .event').first().click();
  await page.locator('#trace tbody').waitFor();
});
await measure('the trace of another one', async () => {
  await page.locator('#rows .event').nth(3).click();
  await nextFrame(page);
});
const heap = Number(await page.evaluate('performance.memory.usedJSHeapSize')) / 1024 / 1024;
const nodes = await page.evaluate('document.querySelectorAll("*").length');
console.log(`${heap.toFixed(0)} MB of heap, ${nodes} elements`);
await browser.close();
hub.kill();
