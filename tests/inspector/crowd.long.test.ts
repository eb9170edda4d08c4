/** More programs than the hub takes: who looks at the page must not wonder where theirs is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import { CLIENTS, PAGES } from '../../src/inspector/limits.ts';
import { until } from '../support/system.ts';
import { openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { askHub, startInspector } from './helpers.ts';

test('programs that are refused are told of, until there is room again', {
  skip: withoutBrowser,
}, async (t) => {
  const { url, program } = await startInspector(t);
  const browser = await openBrowser(t);
  const page = await openPage(t, browser, url);
  const connect = (name: string) => {
    const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
    t.after(() => inspector.stop());
    inspector.actor(name);
    return inspector;
  };
  const isKnown = (name: string) =>
    until(
      async () => [...(await askHub(url)).actors.values()].some((actor) => actor.name === name),
      `${name} is known`,
    );
  const [first] = Array.from({ length: CLIENTS }, (_, index) => connect(`program ${index}`));
  for (let index = 0; index < CLIENTS; index += 1) await isKnown(`program ${index}`);
  assert.equal(await textOf(page, '#crowd'), '', 'all of them are in');

  connect('one too many');
  await seesText(
    page,
    '#crowd',
    `Programs are refused: ${CLIENTS} are connected, and no more may be. End one`,
  );
  const line = await program.line('action: connect_program | result: fail');
  assert.match(
    line,
    new RegExp(`WARNING.* \\| reason: ${CLIENTS} are connected, and no more may be; end one`),
  );
  const later = await openPage(t, browser, url, { viewport: { width: 390, height: 844 } });
  await seesText(later, '#crowd', 'Programs are refused');
  const { width } = (await later.evaluate('({ width: document.documentElement.scrollWidth })')) as {
    width: number;
  };
  assert.ok(width <= 390, `nothing is pushed out of a phone: ${width} pixels`);

  first?.stop();
  for (const each of [page, later])
    await until(async () => (await textOf(each, '#crowd')) === '', 'there is room again');
  await isKnown('one too many');
  assert.equal(program.lines.filter((each) => each.includes('connect_program')).length, 1, 'once');
});

test('a page that is one too many says so, and comes in by itself once another is closed', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const others = Array.from({ length: PAGES }, () => new AbortController());
  t.after(() => {
    for (const other of others) other.abort();
  });
  for (const { signal } of others) await (await fetch(`${url}stream`, { signal })).body?.getReader().read();
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(
    page,
    '#crowd',
    `This page is one too many: ${PAGES} are open. Close one, and this one comes`,
  );
  await seesText(page, '#connection', '○ waits for room');
  assert.equal(await page.isVisible('#outage'), false, 'the hub answers');

  others[0]?.abort();
  await seesText(page, '#connection', '● connected');
  await until(async () => (await textOf(page, '#crowd')) === '', 'it is in');
});
