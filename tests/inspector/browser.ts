/** A real browser to look at the inspector's page: only for the files `*.long.test.ts`. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Why tests that need a browser are skipped, or false if they are not. */
export const withoutBrowser: string | false = existsSync(CHROMIUM) ? false : `there is no ${CHROMIUM}`;

/** Milliseconds for a browser to start, and for a page to show something, on a machine that does a lot besides. */
const PAGE_MS = 120_000;

/**
 * Whatever the page shows comes with a frame, which a slow machine has late. Here all come late: a test that reads the page
 * before the frame that it means fails anywhere, not once in a while on a slow machine.
 */
const LATE_FRAMES = `{
  const nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (show) => setTimeout(() => nextFrame(show), ${process.env.SLOW_FRAMES ?? 100});
}`;

export async function openBrowser(t: TestContext, ...args: string[]): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: PAGE_MS,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      ...args,
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** A page in which nothing may go wrong: no error, no refused style or script. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  page.setDefaultTimeout(PAGE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The inspector may end before the page.
    if (message.type() === 'error' && !message.text().includes('net::ERR_')) complaints.push(message.text());
  });
  t.after(() => assert.deepEqual(complaints, []));
  await page.addInitScript(LATE_FRAMES);
  await page.goto(url);
  return page;
}

/** Waits for the frame that shows what has happened to the page so far. */
export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise(requestAnimationFrame)');

/** Types a filter, and waits for the events that it leaves. */
export async function filterEvents(page: Page, filter: string): Promise<void> {
  await page.fill('#filter', filter);
  await nextFrame(page);
}

/** What a page's tree says of each actor, in order. */
export const rowsOf = (page: Page) =>
  page.$$eval('#tree [data-actor]', (rows) =>
    rows.map((row) => {
      const { actor, status, value } = (row as unknown as { dataset: Record<string, string> }).dataset;
      return { id: actor!, status: status!, value: value! };
    }),
  );

export const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.textContent(selector)) ?? '';

/** Waits until an element has this text. */
export const seesText = (page: Page, selector: string, text: string): Promise<unknown> =>
  page.locator(selector, { hasText: text }).first().waitFor({ timeout: PAGE_MS });

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Violation = { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] };

/** What axe finds, each in a line. */
export async function faultsIn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes
      .slice(0, 5)
      .map(({ target, failureSummary }) => `${impact} ${id} ${target.join(' ')}: ${failureSummary}`),
  );
}
