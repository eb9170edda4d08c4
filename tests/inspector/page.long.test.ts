import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { activeStates, countText } from '../../src/inspector/view/naming.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { startAgency, startServer, temporaryFolder, until } from '../support/system.ts';
import {
  filterEvents,
  nextFrame,
  openBrowser,
  openPage,
  rowsOf,
  seesText,
  textOf,
  withoutBrowser,
} from './browser.ts';
import { eventsIn, machinesOf, pictureOf, startInspector } from './helpers.ts';

const AGENCIES = [1, 2, 3, 4, 5];

test('the page shows a run from its start to the draw', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const browser = await openBrowser(t);
  const early = await openPage(t, browser, url);
  await seesText(early, '#no-actors', 'No process has said anything yet');

  const folder = temporaryFolder(t);
  const inspected = (name: string) => ({
    INSPECT_URL: url,
    INSPECT_FILE: join(folder, `${name}.ndjson`),
  });
  for (const agency of AGENCIES) writeAgencyFile(folder, agency, makeBets(agency, 500, agency));
  const { program: server, port } = await startServer(t, { env: inspected('server') });
  const start = (agency: number) =>
    startAgency(t, { port, id: agency, data: folder, env: inspected(`agency-${agency}`) });

  const first = [1, 2, 3].map(start);
  await seesText(early, '#barrier', '3 of 5 have finished');
  assert.equal(
    await early.locator('#progress [data-agency]').count(),
    5,
    'a bar for each agency, also for the missing',
  );
  const others = [4, 5].map(start);
  await Promise.all([...first, ...others, server].map((program) => program.expectExit(0)));
  await seesText(early, '#barrier', 'Drawn: all 5 have their winners');

  // What each process recorded of itself, against what has reached the page.
  const own = ['server', ...AGENCIES.map((agency) => `agency-${agency}`)].flatMap((name) =>
    machinesOf(pictureOf(eventsIn(join(folder, `${name}.ndjson`)))),
  );
  const expected = own.map(({ id, status, value }) => ({ id, status, value: JSON.stringify(value) }));
  await until(
    async () => (await rowsOf(early)).every(({ status }) => status !== 'active'),
    'every actor has ended on the page',
  );
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  assert.deepEqual((await rowsOf(early)).sort(byId), expected.sort(byId));

  await t.test("each state's light is that of the process's own snapshot", async () => {
    for (const { id, machine, value } of own) {
      await early.click(`#tree [data-actor="${id}"] .name`);
      await early.waitForSelector(`[data-actor="${id}"][aria-selected="true"]`);
      const lit = await early.$$eval('#canvas .state.active', (states) =>
        states.map((state) => state.getAttribute('data-state')!),
      );
      assert.deepEqual(new Set(lit), activeStates(machine!, value), `${id} ${machine}`);
    }
  });

  await t.test('what moved an actor last is marked, and what was taken is counted', async () => {
    const store = own.find(({ machine }) => machine === 'betStore')!;
    await early.click(`#tree [data-actor="${store.id}"] .name`);
    await early.waitForSelector('#canvas .arrow.last');
    for (const [transition, count] of Object.entries(store.taken)) {
      const shown = await early.getAttribute(`#canvas [data-transition="${transition}"]`, 'data-count');
      assert.equal(shown, countText(count), transition);
    }
  });

  await t.test('the draw can be gone back to', async () => {
    await filterEvents(early, 'store.draw');
    await early.click('#rows .event');
    await filterEvents(early, '');
    const serverRow = early.locator('#tree .actor', { hasText: 'server' }).first();
    for (let step = 0; step < 100; step += 1) {
      if ((await serverRow.getAttribute('data-value'))?.includes('drawing')) break;
      await early.click('#step-on');
      await nextFrame(early);
    }
    assert.equal(await serverRow.getAttribute('data-value'), '{"serving":"drawing"}');
    assert.match(await textOf(early, '#barrier'), /5 of 5 have finished/);
    await early.click('#step-back');
    await early.click('#live');
    await seesText(early, '#barrier', 'Drawn');
  });

  await t.test('a late page shows the same as an early one', async () => {
    const late = await openPage(t, browser, url);
    await seesText(late, '#barrier', 'Drawn: all 5 have their winners');
    await seesText(late, '#event-count', await textOf(early, '#event-count'));
    const server = own.find(({ machine }) => machine === 'server')!;
    for (const page of [early, late]) {
      await page.check('#adapters');
      await page.click(`#tree [data-actor="${server.id}"] .name`);
      await nextFrame(page);
    }
    assert.deepEqual(await rowsOf(late), await rowsOf(early));
    for (const part of ['#progress', '#event-count', '#moment', '#chart-state', '#context'])
      assert.equal(await textOf(late, part), await textOf(early, part), part);
    const counters = '#canvas .counter';
    assert.deepEqual(
      await late.locator(counters).allTextContents(),
      await early.locator(counters).allTextContents(),
    );
  });

  await t.test('the keyboard moves through actors and time', async () => {
    await early.click('#live');
    await nextFrame(early);
    const moment = await textOf(early, '#moment');
    await early.locator('body').press('ArrowLeft');
    await until(async () => (await textOf(early, '#moment')) !== moment, 'the moment before');
    await early.locator('body').press('End');
    await early.waitForSelector('[data-live="true"]');
    await early.focus('#tree');
    await early.keyboard.press('Home');
    await early.keyboard.press('ArrowDown');
    await early.waitForSelector('#tree .actor:nth-child(2)[aria-selected="true"]');
  });
});
