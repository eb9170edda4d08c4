/** Actors are found among many, by name and state, in a real browser. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../support/system.ts';
import { openBrowser, openPage, rowsOf, seesText, withoutBrowser } from './browser.ts';
import { RUN, startInspector } from './helpers.ts';
import { actorEvent, post } from './posts.ts';

test('an actor is found by the words of its name and state', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t, { args: ['--replay', RUN] });
  const page = await openPage(t, await openBrowser(t), url);
  await seesText(page, '#connection', 'recorded run');
  await page.click('#live');
  const names = () => page.locator('#tree .actor .name').allTextContents();
  await until(async () => (await names()).includes('store'), 'all of them');
  const all = await names();
  await page.keyboard.press('f');
  await page.keyboard.type('STORE clos');
  // With whom it is inside of.
  await until(async () => (await names()).join() === 'server,store', 'the store and its server');
  await page.fill('#find-actor', 'agency 2 finished');
  await until(async () => (await names()).join() === 'agency 2', 'one agency');
  await page.fill('#find-actor', 'xyzzy');
  await seesText(page, '#more-actors', 'matches “xyzzy”');
  assert.deepEqual(await names(), []);
  await page.fill('#find-actor', '');
  await until(async () => (await names()).join() === all.join(), 'all again');
});

test('those that have ended stand last among the children of an actor and the programs, and agencies in their places', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const lives = (value: string, context = {}) => ({ snapshot: { status: 'active', value, context } });
  const ended = (value: string, context = {}) => ({ snapshot: { status: 'done', value, context } });
  const definition = '{"id":"job","initial":"a","states":{"a":{}}}';
  const job = (id: string, name: string, fields: object) =>
    actorEvent(id, { name, machine: undefined, definition, ...fields });
  await post(url, [job('before.0', 'jobs', ended('a'))]);
  await post(url, [
    job('jobs.0', 'jobs', lives('a')),
    job('jobs.1', 'first', { parentId: 'jobs.0', ...ended('a') }),
    job('jobs.2', 'second', { parentId: 'jobs.0', ...lives('a') }),
    job('jobs.3', 'third', { parentId: 'jobs.0', ...ended('a') }),
    job('jobs.4', 'fourth', { parentId: 'jobs.0', ...lives('a') }),
  ]);
  const agency = (id: number, fields: object) =>
    actorEvent(`f.${10 - id}`, { parentId: 'f.0', name: 'agency', machine: 'agency', ...fields });
  await post(url, [
    actorEvent('f.0', { name: 'fleet', machine: 'fleet', ...lives('running') }),
    agency(3, lives('sending', { id: 3 })),
    agency(2, ended('finished', { id: 2 })),
    agency(1, ended('finished', { id: 1 })),
  ]);
  const ids = async () => (await rowsOf(page)).map(({ id }) => id);
  await until(async () => (await ids()).length === 10, 'all of them');
  const [agencies, jobs] = [
    ['f.9', 'f.8', 'f.7'],
    ['jobs.2', 'jobs.4', 'jobs.1', 'jobs.3'],
  ];
  assert.deepEqual(await ids(), ['f.0', ...agencies, 'jobs.0', ...jobs, 'before.0']);
});
