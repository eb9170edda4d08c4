/** Links, downloads and dropped files, in a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { temporaryFolder, until } from '../support/system.ts';
import { filterEvents, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { eventsIn, RUN, startInspector } from './helpers.ts';
import { actorEvent, sentEvent } from './posts.ts';

/** Chooses from the menu, and reads the file that the browser saves. */
async function saved(page: Page, id: string, file: string): Promise<Buffer> {
  await page.click('#share');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#${id}`)]);
  await download.saveAs(file);
  return readFileSync(file);
}

test('what one sees can be taken along', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, url);
  const folder = temporaryFolder(t);
  await seesText(page, '#connection', 'recorded run');

  await t.test(
    'a link shows actor, moment and filter to who opens it, and the title tells the state',
    async () => {
      await page.click('#live');
      await page.click('#tree .actor:has-text("store") .name');
      await filterEvents(page, 'type:store.draw');
      await page.click('#rows .event');
      await until(async () => /actor=.*at=.*filter=/.test(page.url()), 'the address is a link');
      await until(async () => /store: /.test(await page.title()), 'the title');
      const other = await openPage(t, browser, page.url());
      for (const part of ['#chart-title', '#chart-state', '#moment', '#event-count', '#barrier'])
        await seesText(other, part, await textOf(page, part));
      assert.equal(await other.inputValue('#filter'), 'type:store.draw');
    },
  );

  await t.test('the run, as a file that an inspector replays', async () => {
    const file = join(folder, 'run.ndjson');
    await saved(page, 'share-run', file);
    const told = eventsIn(file).filter(({ type }) => type !== '@quiniela.definition');
    assert.equal(told.length, eventsIn(RUN).length);
  });

  await t.test('the chart as SVG and as PNG', async () => {
    const svg = (await saved(page, 'share-svg', join(folder, 'chart.svg'))).toString();
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.doesNotMatch(svg, /var\(|light-dark/, 'every colour stands in it');
    const png = await saved(page, 'share-png', join(folder, 'chart.png'));
    assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    assert.ok(png.length > 10_000);
  });
});

test('a run of a file is shown without a hub that knows it', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#no-actors', 'No process has said anything yet');

  await t.test('the one that comes along', async () => {
    await page.click('#watch-example');
    await seesText(page, '#connection', '▶ example.ndjson');
    assert.equal(await page.isVisible('#no-actors'), false);
    await page.click('#live');
    await seesText(page, '#barrier', 'Drawn: all 3 have their winners');
  });

  await t.test('one that is dropped', async () => {
    const text = readFileSync(RUN, 'utf8');
    const data = await page.evaluateHandle(
      `(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([${JSON.stringify(text)}], 'mine.ndjson'));
        return transfer;
      })()`,
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: data });
    await seesText(page, '#connection', '▶ mine.ndjson');
    await page.click('#live');
    await seesText(page, '#barrier', 'Drawn: all 2 have their winners');
  });

  await t.test('of another one, whose events have the same numbers, nothing is left', async () => {
    const show = async (type: string): Promise<void> => {
      const lines = [actorEvent('lamps.0'), sentEvent('lamps.0', { event: { type } })];
      const text = lines.map((line) => JSON.stringify(line)).join('\n');
      const file = { name: `${type}.ndjson`, mimeType: 'text/plain', buffer: Buffer.from(text) };
      await page.setInputFiles('#open-run', file);
      await seesText(page, '#connection', `▶ ${type}.ndjson`);
      await seesText(page, '#event-count', '1 event');
    };
    await show('one');
    await page.click('#rows .event');
    await seesText(page, '#event-title', 'one');
    await show('other');
    assert.equal(await page.locator('#rows .type').textContent(), 'other');
    assert.equal(await page.isVisible('#event'), false, 'the event of the other run is closed');
  });

  await t.test('one that is none is refused, and what was shown stays', async () => {
    await page.setInputFiles('#open-run', {
      name: 'photo.ndjson',
      mimeType: 'text/plain',
      buffer: Buffer.from('hello'),
    });
    await seesText(page, '#notice', 'photo.ndjson holds no inspection event');
    await seesText(page, '#event-count', '1 event');
  });
});

test('a run of a file takes the place of a hub that does not answer yet, and is not disturbed when it does', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  const answer = Promise.withResolvers<void>();
  await page.route('**/stream', async (route) => {
    await answer.promise;
    await route.continue().catch(() => {});
  });
  await page.goto(url);
  await seesText(page, '#connection', '○ connecting …');
  await page.click('#watch-example');
  await seesText(page, '#connection', '▶ example.ndjson');
  answer.resolve();
  await page.click('#live');
  await seesText(page, '#barrier', 'Drawn: all 3 have their winners');
  assert.equal(await textOf(page, '#connection'), '▶ example.ndjson');
  assert.equal(await textOf(page, '#notice'), '');
});

test('a link that is followed is opened, however late the browser tells of it', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  await page.addInitScript(`addEventListener('hashchange', (event) => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    setTimeout(() => dispatchEvent(new HashChangeEvent('hashchange')), 2_000);
  })`);
  await page.goto(url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  const id = await page.getAttribute('#tree [title^="agency 2:"]', 'data-actor');
  // What is chosen is about to be the address when another one is opened.
  await page.evaluate(`(async () => {
    document.querySelector('#tree .actor .name').click();
    await new Promise(requestAnimationFrame);
    location.hash = new URLSearchParams({ actor: ${JSON.stringify(id)} });
  })()`);
  await page.locator(`#tree [data-actor="${id}"][aria-selected="true"]`).waitFor();
});
