/** On the page an event of a batch shows where that batch was when. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { STEPS } from '../../src/inspector/view/trace.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';
import { filterEvents, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';

test('a batch that is clicked is traced; an event of none is not', { skip: withoutBrowser }, async (t) => {
  const folder = temporaryFolder(t);
  const env = { INSPECT_FILE: join(folder, 'run.ndjson') };
  for (const agency of [1, 2]) writeAgencyFile(folder, agency, makeBets(agency, 700, agency));
  const { program: server, port } = await startServer(t, { env: { ...env, AGENCIES: '2' } });
  const agencies = [1, 2].map((id) => startAgency(t, { port, id, data: folder, env }));
  await Promise.all([server, ...agencies].map((program) => program.expectExit(0)));

  const { url } = await startInspector(t, { args: ['--replay', env.INSPECT_FILE] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  const open = async (filter: string) => {
    await filterEvents(page, filter);
    await page
      .locator('#sequence .event')
      .filter({ hasText: filter.split(':').at(-1)! })
      .first()
      .click();
    await seesText(page, '#event-title', filter.split(':').at(-1)!);
  };
  await open('type:client.batch');
  await seesText(page, '#trace h4', 'Trace of agency');
  const rows = await page.$$eval('#trace tbody tr:not([aria-hidden])', (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  assert.deepEqual(
    rows.map(([name]) => name),
    [...STEPS.map(({ name }) => name), 'in all'],
  );
  for (const [, ...times] of rows) for (const time of times) assert.match(time!, /^[\d.]+ m?s$/);
  // Each step begins where the one before has ended.
  const bars = await page.$$eval('#trace .span', (bars) =>
    bars.map((bar) => bar.getBoundingClientRect().left),
  );
  assert.deepEqual(
    bars,
    bars.toSorted((a, b) => a - b),
  );
  assert.equal(
    await page.$eval('#event', (event) => event.scrollWidth <= event.clientWidth),
    true,
    'nothing is cut off',
  );

  await open('type:client.hello');
  await page.waitForSelector('#trace', { state: 'hidden' });
  assert.match(await textOf(page, '#event-title'), /client\.hello/);
});
