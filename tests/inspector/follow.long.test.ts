/** What nobody has chosen: the page stays with what is newest, and with who is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Page } from 'playwright-core';
import { createActor } from 'xstate';
import { processOf } from '../../src/inspector/view/events.ts';
import { until } from '../support/system.ts';
import { nextFrame, openBrowser, openPage, rowsOf, seesText, withoutBrowser } from './browser.ts';
import { startInspector } from './helpers.ts';
import { lamp } from './lamp.ts';
import { actorEvent, post, sentEvent } from './posts.ts';

/** Whether the newest event is there, and wholly inside of what is to be seen of the list. */
const isNewestInSight = (page: Page, count: number) =>
  page.evaluate<boolean>(`(() => {
    const row = document.querySelector('#rows .event.current[aria-posinset="${count}"]')?.getBoundingClientRect();
    const frame = document.querySelector('#sequence').getBoundingClientRect();
    return row !== undefined && row.top >= frame.top - 1 && row.bottom <= frame.bottom + 1;
  })()`);

test('the newest event stays in sight as long as nobody scrolls away from it', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  let count = 0;
  const send = async (events: number): Promise<void> => {
    count += events;
    await post(
      url,
      Array.from({ length: events }, () => sentEvent('p.0')),
      { 'quiniela-process': 'p' },
    );
    await seesText(page, '#event-count', `${count} events`);
  };
  const seesNewest = (when: string) => until(() => isNewestInSight(page, count), `the newest event ${when}`);
  const setHeight = (pixels: number) =>
    page.evaluate(`document.getElementById('sequence').style.flex = '0 0 ${pixels}px'`);
  await post(url, [actorEvent('p.0')], { 'quiniela-process': 'p' });
  await send(40);
  await seesNewest('at first');

  await setHeight(200);
  await seesNewest('in a lower list');
  await setHeight(400);
  await seesNewest('in a higher list');

  // The browser tells of a scroll a frame later: until then anything may open beside the list.
  await page.evaluate(`{
    const frame = document.getElementById('sequence');
    new MutationObserver((_, observer) => {
      observer.disconnect();
      frame.style.flex = '0 0 200px';
    }).observe(document.getElementById('rows'), { attributes: true, attributeFilter: ['style'] });
  }`);
  await send(1);
  await seesNewest('that came as the list became lower');
  await send(5);
  await seesNewest('after that');

  await page.hover('#sequence');
  await page.mouse.wheel(0, -600);
  await until(async () => !(await isNewestInSight(page, count)), 'it is scrolled away');
  await send(1);
  await setHeight(300);
  await nextFrame(page);
  await nextFrame(page);
  assert.equal(await isNewestInSight(page, count), false, 'who reads what was before is not disturbed');
  await page.click('#live');
  await seesNewest('that is asked for');
  await send(5);
  await seesNewest('that comes then');
});

test('an event that is opened stays in sight beside what is told of it', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const lines = [actorEvent('p.0'), ...Array.from({ length: 40 }, () => sentEvent('p.0'))];
  await post(url, lines, { 'quiniela-process': 'p' });
  await seesText(page, '#event-count', '40 events');
  await until(() => isNewestInSight(page, 40), 'the newest event');
  await page.locator('#rows .event.current').click();
  await page.locator('#event').waitFor();
  await seesText(page, '#live[aria-pressed="false"]', 'Live');
  await until(() => isNewestInSight(page, 40), 'the event that is opened');

  // What the list itself has scrolled may be told of when it has another height already.
  await page.evaluate(`{
    const frame = document.getElementById('sequence');
    frame.style.flex = '0 0 120px';
    frame.dispatchEvent(new Event('scroll'));
  }`);
  await until(() => isNewestInSight(page, 40), 'the event that is opened, in a lower list');
});

test('a page that has seen only what has ended looks at the program that comes then', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  for (const run of [1, 2]) await post(url, [actorEvent(`r${run}.0`)], { 'quiniela-process': `r${run}` });
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, url);
  await seesText(page, '#barrier', '0 programs, 0 actors, 2 programs ended');
  const other = await openPage(t, browser, url);
  await seesText(other, '#barrier', '0 programs, 0 actors, 2 programs ended');
  await other.locator('#tree [data-actor="r1.0"] .name').click();
  const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
  t.after(() => inspector.stop());
  createActor(lamp, { inspect: inspector.inspect }).start();
  for (const one of [page, other]) await seesText(one, '#barrier', '1 program, 1 actor, 2 programs ended');
  const looksAt = (one: Page) => one.getAttribute('#tree [aria-selected="true"]', 'data-actor');
  assert.equal(await looksAt(other), 'r1.0', 'it was chosen');
  assert.equal(await page.getAttribute('#tree [aria-selected="true"]', 'data-status'), 'active');
});

test('whom one has chosen is gone on with, also if it ends before the page shows the choice', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), 'about:blank');
  await page.addInitScript(`{
    const Stream = EventSource;
    window.EventSource = class extends Stream {
      constructor(address) {
        super(address);
        window.stream = this;
      }
    };
  }`);
  await page.goto(url);
  const run = () => {
    const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
    t.after(() => inspector.stop());
    createActor(lamp, { inspect: inspector.inspect }).start();
  };
  run();
  await page.locator('#tree [data-status="active"]').waitFor();
  const [first] = await rowsOf(page);
  const left = { type: '@quiniela.left', process: processOf(first!.id), createdAt: `${Date.now()}` };
  // No frame can be between them.
  await page.evaluate(`{
    document.querySelector('#tree [data-actor] .name').click();
    const data = JSON.stringify({ first: 0, events: [${JSON.stringify(left)}] });
    window.stream.dispatchEvent(new MessageEvent('events', { data }));
  }`);
  await page.locator(`#tree [data-actor="${first!.id}"][data-status="gone"]`).waitFor();
  run();
  await page.locator('#tree [data-status="active"][aria-selected="true"]').waitFor();
});

test('whom a link is to is brought into sight when it comes, and when the tree is shown', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const browser = await openBrowser(t);
  const link = `${url}#actor=p.150&tab=chart`;
  const page = await openPage(t, browser, link);
  const phone = await openPage(t, browser, link, { viewport: { width: 390, height: 844 } });
  for (const one of [page, phone]) await seesText(one, '#connection', 'connected');
  const actors = Array.from({ length: 200 }, (_, index) => actorEvent(`p.${index}`));
  await post(url, actors, { 'quiniela-process': 'p' });
  const isInSight = (one: Page) =>
    one.evaluate<boolean>(`(() => {
      const row = document.querySelector('#tree [data-actor="p.150"]')?.getBoundingClientRect();
      const frame = document.querySelector('#tree').getBoundingClientRect();
      return row !== undefined && row.height > 0 && row.top >= frame.top - 1 && row.bottom <= frame.bottom + 1;
    })()`);
  await until(() => isInSight(page), 'it is in sight');
  await seesText(phone, '#chart-state', 'off');
  await nextFrame(phone);
  await phone.click('[data-show="actors"]');
  await until(() => isInSight(phone), 'it is in sight on a phone');
});
