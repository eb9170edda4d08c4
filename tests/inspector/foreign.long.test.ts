/** Programs of other people, with the official client, on the page in a real browser. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Page } from 'playwright-core';
import { type AnyActor, assign, createActor, createMachine, fromTransition } from 'xstate';
import { activeStates } from '../../src/inspector/view/naming.ts';
import { until } from '../support/system.ts';
import { nextFrame, openBrowser, openPage, seesText, textOf, withoutBrowser } from './browser.ts';
import { counter, crowd, deep, player } from './foreign-machines.ts';
import { askHub, startInspector } from './helpers.ts';
import { actorEvent, post } from './posts.ts';

async function start(t: TestContext) {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  /** Another program. */
  const connect = () => {
    const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
    t.after(() => inspector.stop());
    return inspector;
  };
  const connected = async () => {
    const inspector = connect();
    inspector.actor(`program ${Math.random()}`);
    const { size } = (await askHub(url)).actors;
    await until(async () => (await askHub(url)).actors.size > size, 'it is connected');
    return inspector;
  };
  return { url, page, asked, connect, connected };
}

/** Chooses an actor in the tree, by its name or as the one that it is; again, if others have come and moved it away. */
async function choose(page: Page, who: string | AnyActor, number = 0): Promise<void> {
  const rows =
    typeof who === 'string'
      ? page.locator('#tree [data-actor]').filter({ has: page.getByText(who, { exact: true }) })
      : page.locator(`#tree [data-actor$=".${who.sessionId}"]`);
  const row = rows.nth(number);
  await until(
    async () => {
      await row.locator('.name').click();
      await nextFrame(page);
      return (await row.getAttribute('aria-selected')) === 'true';
    },
    `${typeof who === 'string' ? who : who.sessionId} is chosen`,
  );
}

const isLit = (page: Page, machine: string, actor: AnyActor) =>
  until(async () => {
    const lit = await page.$$eval('#canvas .state.active', (states) =>
      states.map((state) => state.getAttribute('data-state')!),
    );
    const wanted = activeStates(machine, actor.getSnapshot().value);
    return lit.length === wanted.size && lit.every((id) => wanted.has(id));
  }, `the states of ${machine} are lit`);

test('parallel states, a history, ids with spaces and dots: lit as they are', {
  skip: withoutBrowser,
}, async (t) => {
  const { page, asked, connect } = await start(t);
  assert.deepEqual(asked.includes('/elk.js'), false);
  const { inspect } = connect();
  const actor = createActor(player, { inspect });
  actor.start();
  const other = createActor(deep, { inspect });
  other.start();
  await seesText(page, '#barrier', '1 program, ');
  await choose(page, 'music player');
  await isLit(page, 'music player', actor);
  assert.equal(asked.filter((path) => path === '/elk.js').length, 1);
  for (const type of ['PLAY', 'SKIP', 'PAUSE', 'RESUME', 'MUTE'] as const) {
    actor.send({ type });
    await isLit(page, 'music player', actor);
  }
  await page.locator('#canvas .arrow.last').first().waitFor();
  // What moved it, and how often, though its client does not tell.
  const count = (event: string) =>
    page.locator(`#canvas [data-transition*="|${event}|"]`).first().getAttribute('data-count');
  assert.deepEqual([await count('PLAY'), await count('RESUME')], ['1', '1']);
  // What is muted takes any other event within itself: there is no arrow.
  actor.send({ type: 'EJECT' });
  await page.locator('#canvas [data-transition*="|*|"].last').first().waitFor({ state: 'attached' });
  await isLit(page, 'music player', actor);
  assert.equal(await page.locator('#canvas .arrow.last').count(), 0);
  await choose(page, 'deep');
  await isLit(page, 'deep', other);
  assert.equal(asked.filter((path) => path === '/elk.js').length, 1, 'it is loaded once');
  await seesText(page, '#lanes', 'load');
  assert.equal(await page.locator('#progress li').count(), 0, 'nobody bets');
  assert.equal(await page.locator('#progress-title').isVisible(), false);
});

test('a hundred children are listed, and share a lane', { skip: withoutBrowser }, async (t) => {
  const { page, connected } = await start(t);
  const { inspect } = await connected();
  const actor = createActor(crowd(100), { inspect });
  actor.start();
  await until(async () => (await page.locator('#tree [data-actor]').count()) >= 102, 'all of them');
  await seesText(page, '#lanes', 'worker ×100');
  const { top } = (await page.evaluate('({ top: document.getElementById("tree").scrollTop })')) as {
    top: number;
  };
  assert.equal(top, 0, 'nobody has scrolled the list');
  await choose(page, 'worker 77');
  const worker = (actor.getSnapshot().children as Readonly<Record<string, AnyActor>>)['worker 77']!;
  worker.send({ type: 'stop' });
  await isLit(page, 'worker', worker);
});

test('contexts of one megabyte and of many, circular ones, and none', { skip: withoutBrowser }, async (t) => {
  const { url, page, connected } = await start(t);
  const inspector = await connected();
  const { inspect } = inspector;
  const circle: Record<string, unknown> = { name: 'round' };
  circle.itself = circle;
  const large = createMachine({
    id: 'large',
    context: {
      rows: Array.from({ length: 24_000 }, (_, row) => `row ${row} with some more words for a megabyte`),
      page: 1,
      circle,
    },
    initial: 'idle',
    on: { next: { actions: assign({ page: ({ context }) => context.page + 1 }) } },
    states: { idle: { on: { load: 'loaded' } }, loaded: {} },
  });
  const actor = createActor(large, { inspect });
  actor.start();
  actor.send({ type: 'next' });
  actor.send({ type: 'load' });
  await choose(page, 'large');
  await isLit(page, 'large', actor);
  const known = [...(await askHub(url)).actors.values()].find(({ name }) => name === 'large')!;
  assert.equal(known.context.page, 2);
  assert.match(String(known.context.rows), /^‹some \d{6,} \w+›$/);
  assert.match(JSON.stringify(known.context.circle), /\[Circular\]/);

  const huge = createActor(
    createMachine({
      id: 'huge',
      context: { rows: Array.from({ length: 200 }, () => 'x'.repeat(30_000)), page: 1 },
      initial: 'idle',
      states: { idle: { on: { load: 'loaded' } }, loaded: {} },
    }),
    { inspect },
  );
  huge.start();
  huge.send({ type: 'load' });
  await choose(page, 'huge');
  await isLit(page, 'huge', huge);
  assert.equal((await askHub(url)).refused, 0);

  const plain = createActor(
    fromTransition((count: number) => count + 1, 7),
    { inspect },
  );
  plain.start();
  plain.send({ type: 'count' });
  inspector.actor('the outside world');
  inspector.event('the outside world', 'rain', { source: 'a cloud' });
  const bare = createActor(counter, { inspect });
  bare.start();
  bare.send({ type: 'up' });
  await choose(page, 'the outside world');
  await seesText(page, '#no-chart', 'the outside world is no machine');
  await page.locator('#tree [data-actor]', { hasText: 'a cloud' }).waitFor();
  await until(async () => {
    const actors = [...(await askHub(url)).actors.values()];
    return (
      actors.some(({ context }) => context.context === 8) && actors.some(({ context }) => context.count === 1)
    );
  }, 'what is known of them');
  await choose(page, '(machine)');
  await isLit(page, '(machine)', bare);
});

const lamp = (to: string) =>
  createMachine({
    id: 'lamp',
    initial: 'off',
    states: { off: { on: { press: to } }, [to]: { on: { press: 'off' } } },
  });

test('two programs that call different machines the same, and one that changes its own', {
  skip: withoutBrowser,
}, async (t) => {
  const { url, page, connect } = await start(t);
  const [one, other] = [connect(), connect()];
  // Each is told of as it is made, over a connection of its own: either may stand in the first row.
  const first = createActor(lamp('red'), { inspect: one.inspect });
  const second = createActor(lamp('blue'), { inspect: other.inspect });
  first.start();
  second.start();
  await seesText(page, '#barrier', '2 programs, 2 actors');
  const titles = () => page.locator('#canvas .state .title').allTextContents();
  const shows = (title: string) =>
    until(async () => (await titles()).includes(title), `${title} is drawn`).catch(async (error) =>
      assert.fail(`${error.message}: ${await textOf(page, '#tree')}; ${await textOf(page, '#chart')}`),
    );
  await choose(page, first);
  await shows('red');
  await choose(page, second);
  await shows('blue');
  assert.equal((await titles()).includes('red'), false);
  second.send({ type: 'press' });
  await isLit(page, 'lamp', second);

  // Its developer has saved another version, and the program starts that one in the place of the last.
  second.stop();
  const third = createActor(lamp('green'), { inspect: other.inspect });
  third.start();
  await choose(page, third);
  await shows('green');
  // What had only been heard of tells what it is at last.
  one.event('late', 'hello');
  await choose(page, 'late');
  await seesText(page, '#no-chart', 'late is no machine');
  one.adapter.send({
    type: '@xstate.actor',
    sessionId: 'late',
    rootId: 'late',
    parentId: undefined,
    name: 'late',
    id: '',
    _version: '0.7.2',
    createdAt: String(Date.now()),
    definition: '{"id":"late","initial":"here","states":{"here":{}}}',
    snapshot: { status: 'active', value: 'here' } as never,
  });
  await shows('here');
  assert.equal((await askHub(url)).definitions.size, 0, 'who asks for the picture has no use for them');
  assert.match(await textOf(page, '#chart-title'), /late/);
});

test('a program that is started again is looked at in the place of what it was', {
  skip: withoutBrowser,
}, async (t) => {
  const { page, connect } = await start(t);
  const run = (to: string) => {
    const inspector = connect();
    const actor = createActor(lamp(to), { inspect: inspector.inspect });
    actor.start();
    return { inspector, actor };
  };
  const shows = (title: string) =>
    until(
      async () => (await page.locator('#canvas .state .title').allTextContents()).includes(title),
      `${title} is drawn`,
    );
  const firstRow = () => page.locator('#tree [data-actor]').first().getAttribute('data-status');
  const first = run('red');
  await shows('red');
  first.inspector.stop();
  await seesText(page, '#barrier', '0 programs, 0 actors, 1 program ended');
  const second = run('blue');
  await shows('blue');
  await seesText(page, '#barrier', '1 program, 1 actor, 1 program ended');
  second.actor.send({ type: 'press' });
  await isLit(page, 'lamp', second.actor);
  assert.equal(await firstRow(), 'active', 'it stands before what has ended');

  // What has ended can be looked at, also if there is another one.
  await choose(page, 'lamp', 1);
  await shows('red');
  second.inspector.stop();
  const third = run('green');
  await seesText(page, '#barrier', '1 program, 1 actor, 2 programs ended');
  await shows('red');
  await choose(page, 'lamp', 0);
  await isLit(page, 'lamp', third.actor);
  await shows('green');
});

test('a program that was started again twenty times stands open before what it was', {
  skip: withoutBrowser,
}, async (t) => {
  const { url, page, connect } = await start(t);
  const definition = JSON.stringify({ id: 'crowd', states: { on: {} } });
  for (let run = 1; run <= 20; run += 1) {
    const told = { machine: undefined, name: 'crowd', definition };
    const child = { ...told, name: 'worker', parentId: `r${run}.0` };
    const lines = [actorEvent(`r${run}.0`, told), actorEvent(`r${run}.1`, child)];
    await post(url, lines, { 'quiniela-process': `r${run}` });
  }
  await seesText(page, '#barrier', '0 programs, 0 actors, 20 programs ended');
  createActor(crowd(2), { inspect: connect().inspect }).start();
  await seesText(page, '#barrier', '1 program, 3 actors, 20 programs ended');
  const rows = page.locator('#tree [data-actor]');
  await until(async () => (await rows.count()) === 23, 'the workers of what has ended are closed in it');
  const names = (await rows.locator('.name').allTextContents()).slice(0, 4);
  assert.deepEqual(names, ['crowd', 'worker 1', 'worker 2', 'crowd']);
  assert.equal(await rows.first().getAttribute('aria-selected'), 'true', 'it is looked at');
});

test('a tab in the background, which gets no frames, tells in its title where the actor is', {
  skip: withoutBrowser,
}, async (t) => {
  const { url } = await startInspector(t);
  const page = await (await openBrowser(t)).newPage();
  await page.addInitScript('window.requestAnimationFrame = () => 0');
  await page.goto(url);
  const inspector = createWebSocketInspector({ url: url.replace('http', 'ws') });
  t.after(() => inspector.stop());
  const actor = createActor(lamp('red'), { inspect: inspector.inspect });
  actor.start();
  await until(async () => (await page.title()).includes('lamp: off'), 'it is told of');
  actor.send({ type: 'press' });
  await until(async () => (await page.title()).includes('lamp: red'), 'it is told what it has become');
});

test('a machine that cannot be drawn says why, and the rest of the page lives', {
  skip: withoutBrowser,
}, async (t) => {
  const { page, connect } = await start(t);
  const states = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`s${index}`, {}]));
  const { inspect } = connect();
  createActor(createMachine({ id: 'many', initial: 's0', states }), { inspect }).start();
  await choose(page, 'many');
  await seesText(page, '#no-chart', 'many cannot be drawn: it has more than 500 states.');
  assert.equal(await textOf(page, '#chart-state'), 's0');
});

/** Without any order: no layout has few crossings. */
const dense = createMachine({
  id: 'dense',
  initial: 's0',
  states: Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [
      `s${index}`,
      { on: { next: `s${(index * 7 + 3) % 400}`, jump: `s${(index * index + 11) % 400}` } },
    ]),
  ),
});

/** What lays charts out answers that it is there, and comes to no end. */
const ENDLESS = `onmessage = ({ data: { id, cmd } }) => cmd !== 'layout' && postMessage({ id, data: [] });`;

for (const [what, instead, reason] of [
  ['whose layout takes too long', ENDLESS, 'a better layout takes more than 15 seconds'],
  ['without its layout library', undefined, 'the layout library cannot be loaded'],
] as const)
  test(`a chart ${what} is drawn simply, and says so`, { skip: withoutBrowser }, async (t) => {
    const { page, connect } = await start(t);
    await page.route('**/elk.js', (route) =>
      instead === undefined
        ? route.abort()
        : route.fulfill({ contentType: 'text/javascript', body: instead }),
    );
    const actor = createActor(dense, { inspect: connect().inspect });
    actor.start();
    await choose(page, 'dense');
    await isLit(page, 'dense', actor);
    await seesText(page, '#no-chart', `Drawn simply, without words at its wires: ${reason}.`);
    assert.equal(await page.locator('#canvas .state').count(), 401);
    assert.equal(await page.locator('#canvas .chart.simple .arrow:not(.last) .words:visible').count(), 0);
    actor.send({ type: 'next' });
    await isLit(page, 'dense', actor);
    await page.locator('#canvas .arrow.last .words:visible', { hasText: 'next' }).waitFor();
  });

test('as long as the layout library is on its way charts are drawn simply; it is loaded once, and lays out all of them', {
  skip: withoutBrowser,
}, async (t) => {
  const { page, connect } = await start(t);
  const way = Promise.withResolvers<void>();
  let loads = 0;
  await page.route('**/elk.js', async (route) => {
    loads += 1;
    await way.promise;
    await route.continue();
  });
  const { inspect } = connect();
  const actors = ['red', 'blue'].map((to) => createActor(lamp(to), { inspect }));
  for (const actor of actors) {
    actor.start();
    await choose(page, actor);
    await page.locator('#canvas .chart.simple').waitFor();
    await isLit(page, 'lamp', actor);
    await seesText(
      page,
      '#no-chart',
      'Drawn simply, without words at its wires as long as it is being laid out.',
    );
  }
  // Who asks one of its states, or is about to, still does so when it is laid out.
  const state = page.locator('#canvas [data-state="lamp.off"]');
  await state.click();
  await seesText(page, '#state-title', 'off');
  await state.focus();
  way.resolve();
  await page.locator('#canvas .chart:not(.simple)').waitFor();
  assert.equal(await page.isVisible('#state-card'), true);
  await page.keyboard.press('Enter');
  assert.equal(await textOf(page, '#state-title'), 'off');
  assert.equal(
    await page.evaluate('document.activeElement.id'),
    'state-close',
    'the keyboard stays where it is',
  );
  await page.keyboard.press('Escape');
  for (const actor of actors) {
    await choose(page, actor);
    await page.locator('#canvas .chart:not(.simple)').waitFor();
    await isLit(page, 'lamp', actor);
    assert.equal(await textOf(page, '#no-chart'), '');
  }
  assert.equal(loads, 1);
});
