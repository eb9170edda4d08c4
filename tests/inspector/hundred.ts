/**
 * How fluid the page is with many agencies, as real processes, in a real browser. Prints what it measures.
 *
 *     node tests/inspector/hundred.ts [AGENCIES [BETS]]
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { chromium } from 'playwright-core';
import { Program } from '../bench/program.ts';
import { bundle, startAgency, startServer } from '../bench/quiniela.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { framesText } from './frames.ts';
import { askHub } from './helpers.ts';

const [count = '100', bets = '1000'] = process.argv.slice(2);
const agencies = Array.from({ length: Number(count) }, (_, index) => index + 1);
const work = relative('.', join(import.meta.dirname, `../../.data/hundred-${process.pid}`));
const store = join(work, 'store');
await mkdir(store, { recursive: true });
for (const agency of agencies) writeAgencyFile(work, agency, makeBets(agency, Number(bets), 1));

const file = await bundle('src/main.ts', join(work, 'quiniela.mjs'));
const hub = new Program({ args: [file, 'inspector', '--port', '0'] });
await hub.seen('page: ');
const url = /page: (\S+)/.exec(hub.tail)![1]!;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(url);

const env = { INSPECT_URL: url };
const { program: server, port } = await startServer({ file, agencies: agencies.length, store, env });
let seconds = 0;
const frames = await framesText(browser, page, async () => {
  const start = performance.now();
  await Promise.all(agencies.map((id) => startAgency({ file, id, port, data: work, env }).ended));
  await server.ended;
  seconds = (performance.now() - start) / 1000;
  const drawn = page.locator('#barrier', { hasText: /^Drawn: (all|the agency has) / });
  await drawn.waitFor({ timeout: 120_000 });
});
const heap = (await page.evaluate('performance.memory.usedJSHeapSize')) as number;
const { events, lost, actors } = await askHub(url);
await browser.close();
hub.kill('SIGTERM');
const { peakBytes, cpuMs } = await hub.ended;
await rm(work, { recursive: true, force: true });

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
console.log(`${agencies.length} agencies: ${seconds.toFixed(1)} s to the draw, ${events} events`);
console.log(
  `${(events / seconds).toFixed(0)} events/s, ${lost} lost, ${actors.size} actors shown at the end`,
);
console.log(`the page's work of a frame: ${frames}`);
console.log(
  `memory: page ${megabytes(heap)} MB of heap, hub ${megabytes(peakBytes)} MB at most; hub ${cpuMs.toFixed(0)} ms of processor`,
);
