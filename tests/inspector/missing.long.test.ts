/** A page of which a part never comes: it shows the run without that, and says what is missing. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { startServer } from '../support/system.ts';
import { openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';

/** A page whose inspector is told of a server; it is opened once `prepare` has made it what it is. */
async function openPrepared(t: TestContext, prepare: (page: Page, url: string) => Promise<unknown>) {
  const { url } = await startInspector(t);
  await startServer(t, { env: { INSPECT_URL: url } });
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  await prepare(page, url);
  await page.goto(url);
  return page;
}

const seesTheRun = async (page: Page): Promise<void> => {
  await seesText(page, '#connection', '● connected');
  await seesText(page, '#barrier', '0 of 5 have finished');
};

test('a page whose charts never come hears the inspector, and draws its machines simply until they do', {
  skip: withoutBrowser,
}, async (t) => {
  const way = Promise.withResolvers<void>();
  const page = await openPrepared(t, (page) =>
    page.route('**/charts.json', async (route) => {
      await way.promise;
      await route.continue();
    }),
  );
  await seesTheRun(page);
  await page.locator('#canvas .chart.simple [data-state="server.serving"].active').waitFor();
  await seesText(
    page,
    '#no-chart',
    'Drawn simply, without words at its wires as long as its chart is on its',
  );
  await seesText(
    page,
    '#missing',
    'Missing: the charts of Quiniela’s own machines (/charts.json), still on its',
  );
  way.resolve();
  await page.locator('#canvas .chart:not(.simple) [data-state="server.serving"].active').waitFor();
  assert.equal(await page.textContent('#no-chart'), '');
  await page.locator('#missing').waitFor({ state: 'hidden' });
});

test('a page whose charts cannot be loaded draws its machines as any others', {
  skip: withoutBrowser,
}, async (t) => {
  const page = await openPrepared(t, (page) => page.route('**/charts.json', (route) => route.abort()));
  await seesTheRun(page);
  await page.locator('#canvas .chart:not(.simple) [data-state="server.serving"].active').waitFor();
  await seesText(
    page,
    '#missing',
    '(/charts.json), which cannot be loaded (Failed to fetch): reload the page',
  );
});

for (const [what, answer, said] of [
  ['cannot be loaded', 'abort', 'Missing: the lab (/lab.js), which cannot be loaded'],
  ['never comes', 'wait', 'Missing: the lab (/lab.js), still on its way'],
] as const)
  test(`a page whose lab ${what} hears the inspector`, { skip: withoutBrowser }, async (t) => {
    const page = await openPrepared(t, async (page, url) => {
      await page.route(url, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace('<body ', '<body data-lab="" ');
        await route.fulfill({ response, body });
      });
      await page.route('**/lab.js', (route) => (answer === 'abort' ? route.abort() : undefined));
    });
    await seesTheRun(page);
    await page.locator('#canvas [data-state="server.serving"].active').waitFor();
    await seesText(page, '#missing', said);
  });

test('the run that comes along says that it is on its way, and in the end that it did not come', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const asked: Route[] = [];
  await page.route('**/example.ndjson', (route) => {
    asked.push(route);
  });
  await page.click('#watch-example');
  await seesText(page, '#connection', 'loading example.ndjson …');
  assert.equal(await page.getAttribute('body', 'aria-busy'), 'true');
  await seesText(
    page,
    '#notice',
    'example.ndjson cannot be read: it did not come within 15 seconds, try again',
  );
  await seesText(page, '#connection', '● connected');

  await t.test('a file that is opened meanwhile is not taken away by it', async () => {
    await page.click('#watch-example');
    await seesText(page, '#connection', 'loading example.ndjson …');
    await page.setInputFiles('#open-run', RUN);
    await page.click('#live');
    await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
    await seesText(page, '#connection', 'loading example.ndjson …');
    await asked.at(-1)!.continue();
    await seesText(page, '#connection', '▶ run.ndjson');
    assert.match(await textOf(page, '#barrier'), /all 2 have their winners/);
  });
});

test('the run that comes along, refused by what stands between, says so', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  await page.route('**/example.ndjson', (route) => route.abort());
  await page.click('#watch-example');
  await seesText(page, '#notice', 'example.ndjson cannot be read: Failed to fetch');
});
