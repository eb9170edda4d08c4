/** On the page an event that is opened shows what caused it, through all processes, and what it caused. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Page } from 'playwright-core';
import { createActor, type EventObject, fromCallback, sendTo, setup } from 'xstate';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { Program } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';
import { filterEvents, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';

const linesOf = (page: Page): Promise<string[]> =>
  page.$$eval('#causes tbody tr:not([aria-hidden]) th', (lines) => lines.map((line) => line.textContent));

test('causes and effects of an event, from its agency’s file to STORED', {
  skip: withoutBrowser,
}, async (t) => {
  const folder = temporaryFolder(t);
  const env = { INSPECT_FILE: join(folder, 'run.ndjson') };
  writeAgencyFile(folder, 1, makeBets(1, 700, 1));
  const { program: server, port } = await startServer(t, { env: { ...env, AGENCIES: '1' } });
  const agency = startAgency(t, { port, id: 1, data: folder, env });
  await Promise.all([server, agency].map((program) => program.expectExit(0)));

  const { url } = await startInspector(t, { args: ['--replay', env.INSPECT_FILE] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  await filterEvents(page, 'type:server.stored to:"agency 1"');
  await page.locator('#sequence .event', { hasText: 'server.stored' }).first().click();
  await seesText(page, '#causes h4', 'Causes and effects');
  const lines = await linesOf(page);
  assert.match(lines[0]!, /^started .*its program started it/, 'the first cause of all');
  const way = [
    /^batches\.ready betFile → agency 1, some time after/,
    /^socket\.write agency 1 → socket$/,
    /^client\.batch socket → connection-\d+ · agency 1, over the wire/,
    /^store\.submit connection/,
    /^folder\.commit /,
    /^socket\.sayAll connection-\d+ · agency 1 → socket$/,
    /^server\.stored socket → agency 1, over the wire/,
  ];
  const found = lines.flatMap((line) => way.findIndex((step) => step.test(line)));
  assert.deepEqual(
    [...new Set(found.filter((step) => step >= 0))],
    way.map((_, step) => step),
    lines.join('\n'),
  );
  assert.match(await textOf(page, '#causes [aria-current] th'), /^server\.stored/);
  assert.equal(await page.$eval('#event', (event) => event.scrollWidth <= event.clientWidth), true);
  const bars = await page.$$eval('#causes .span', (all) =>
    all.map((bar) => bar.getBoundingClientRect().left),
  );
  assert.deepEqual(
    bars,
    bars.toSorted((a, b) => a - b),
  );

  // The terminal says the same, and calls the event as the page's address does.
  await page.waitForURL(/at=\d+&filter=type/);
  const number = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('at')!;
  const trace = new Program(['trace', env.INSPECT_FILE, '--event', number, '--json']);
  await trace.expectExit(0);
  const told = JSON.parse(trace.lines.join('\n')) as {
    number: number;
    type: string;
    causes: readonly unknown[];
  };
  assert.deepEqual([String(told.number), told.type], [number, 'server.stored']);
  assert.match(await textOf(page, '#causes h4'), new RegExp(`: ${told.causes.length} before it`));

  // A line is a link to its event.
  await page.locator('#causes button', { hasText: 'socket.sayAll' }).last().click();
  await seesText(page, '#event-title', 'socket.sayAll');
  await seesText(page, '#causes [aria-current] th', 'socket.sayAll');
  assert.ok(
    (await linesOf(page)).some((line) => line.startsWith('server.stored')),
    'an effect of it',
  );
});

test('effects that come while an event is open are shown, and the keyboard stays where it is', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
  t.after(() => inspector.stop());
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow = fromCallback<EventObject>(({ sendBack, receive }) => {
    receive(() => released.then(() => sendBack({ type: 'answer' })));
  });
  const asking = setup({ actors: { slow } }).createMachine({
    type: 'parallel',
    invoke: { src: 'slow', id: 'slow' },
    on: { go: { actions: sendTo('slow', { type: 'ask' }) }, answer: {} },
    states: { left: { initial: 'a', states: { a: {} } }, right: { initial: 'b', states: { b: {} } } },
  });
  const actor = createActor(asking, { inspect: inspector.inspect });
  actor.start();
  t.after(() => actor.stop());
  await seesText(page, '#tree [data-actor] .state', 'left › a & right › b');
  actor.send({ type: 'go' });
  await seesText(page, '#rows', 'ask');
  await page.locator('#sequence .event', { hasText: 'go' }).first().click();
  await seesText(page, '#causes h4', '0 before it, 1 after it');
  const ask = page.locator('#causes button', { hasText: 'ask' });
  await ask.focus();
  release();
  await seesText(page, '#causes h4', '0 before it, 2 after it');
  assert.equal(await ask.evaluate((button) => button === button.ownerDocument.activeElement), true);
});
