/** Whatever a program of XState v5 does: its chart is drawn, its state is lit, and the page has no fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import type { Locator } from 'playwright-core';
import { type AnyActor, createActor } from 'xstate';
import { activeStates } from '../../src/inspector/view/naming.ts';
import { until } from '../support/system.ts';
import {
  filterEvents,
  nextFrame,
  openBrowser,
  openPage,
  seesText,
  textOf,
  withoutBrowser,
} from './browser.ts';
import { askHub, startInspector } from './helpers.ts';
import { kept, nested, oddPrograms, quoted } from './odd-programs.ts';

const ODD_ID = 'my.app "1"';

test('programs of all kinds are drawn, and lit as they are', { skip: withoutBrowser }, async (t) => {
  const { url } = await startInspector(t);
  const page = await openPage(t, await openBrowser(t), url);
  const connect = () => {
    const inspector = createWebSocketInspector({
      url: url.replace('http', 'ws'),
      serializationDepthLimit: 30,
      maxDeferredEvents: 5_000,
    });
    t.after(() => inspector.stop());
    return inspector;
  };
  /** Chooses the actor that came last with this name, and waits until its chart shows how it is. */
  const isShown = async (name: string, actor: AnyActor): Promise<void> => {
    let id = '';
    await until(async () => {
      const found = [...(await askHub(url)).actors.values()].filter((one) => one.machine === name);
      id = found.at(-1)?.id ?? '';
      return id.endsWith(actor.sessionId);
    }, `${name} is known`);
    let shown = '';
    await until(async () => {
      // The page may not know the actor yet, or be about to write an address of its own.
      await page.evaluate(`location.hash = new URLSearchParams({ actor: ${JSON.stringify(id)} })`);
      const lit = await page.$$eval('#canvas .state.active', (states) =>
        states.map((state) => state.getAttribute('data-state') ?? ''),
      );
      const wanted = activeStates(name, actor.getSnapshot().value);
      shown = `${lit} are lit, ${[...wanted]} are active; ${await textOf(page, '#chart')}`;
      return lit.length === wanted.size && lit.every((state) => wanted.has(state));
    }, `the states of ${name}`).catch((error) => assert.fail(`${error.message}: ${shown}`));
  };

  const { inspect } = connect();
  for (const { name, logic, events } of oddPrograms)
    await t.test(name, async () => {
      const actor = createActor(logic, { inspect });
      actor.start();
      for (const event of events) actor.send(event);
      // Whatever the one before has left as it was.
      await page.locator('#live').click();
      await isShown((logic as { id?: string }).id ?? '', actor);
      const rightOf = async (selector: string) => {
        const box = await page.locator(selector).boundingBox();
        return (box?.x ?? 0) + (box?.width ?? 0);
      };
      // Whoever opens it reads of it what is there, and nothing else backwards.
      await page.locator('#rows .event.current').click();
      await page.locator('#event').waitFor();
      assert.doesNotMatch(await textOf(page, 'body'), /[\u202a-\u202e\u2066-\u2069]/);
      await page.locator('#event-close').click();
      await page.locator('#live').click();
      assert.ok((await rightOf('#zoom-in')) <= (await rightOf('#chart')), 'no name pushes the tools away');
    });

  await t.test(
    'of ids with quotes and dots, and of two branches to one state, all is found and told',
    async () => {
      const actor = createActor(quoted, { inspect });
      actor.start();
      for (const type of ['Go', 'go', 'go', 'go']) actor.send({ type });
      await page.locator('#live').click();
      await isShown('my.app "1"', actor);
      const wire = (event: string, from = 'a\\\\.b') =>
        page
          .locator('#canvas .arrow')
          .filter({ has: page.locator(`[data-transition*='|${event}|']`) })
          .and(page.locator(`[data-from='${ODD_ID}.${from}']`));
      assert.deepEqual(await wire('go').locator('.counter').allTextContents(), [' ×0–2', ' ×0–2']);
      assert.match((await wire('go').getAttribute('class')) ?? '', /taken.*last/);
      const eventsOf = async (what: Locator) => {
        await what.focus();
        await page.keyboard.press('Enter');
        await nextFrame(page);
        const rows = await page.locator('#rows .event').count();
        await filterEvents(page, '');
        return rows;
      };
      assert.equal(await eventsOf(wire('Go')), 1);
      assert.equal(await eventsOf(wire('go')), 2);
      assert.equal(await eventsOf(wire('go', 'c"d')), 1);
      await page.locator(`#canvas [data-state='${ODD_ID}.a\\\\.b']`).click();
      await seesText(page, '#state-next', 'What can happen here');
      assert.match(await textOf(page, '#state-next'), /Go → a\.b.*go \[inline\] → c"d/);
      await page.keyboard.press('Escape');
      await page.locator('#rows .event.current').click();
      await seesText(page, '#event-effect', 'go [inline] or go [else] in a.b → c"d');
      await page.locator('#event-close').click();
      await page.locator('#live').click();
    },
  );

  await t.test(
    'one that is stopped and goes on from what was kept, and a program that connects again',
    async () => {
      const first = createActor(kept, { inspect });
      first.start();
      first.send({ type: 'N' });
      await isShown('kept', first);
      const snapshot = JSON.parse(JSON.stringify(first.getPersistedSnapshot()));
      first.stop();
      const again = createActor(kept, { inspect, snapshot });
      again.start();
      await isShown('kept', again);
      const other = createActor(kept, { inspect: connect().inspect, snapshot });
      other.start();
      other.send({ type: 'N' });
      await isShown('kept', other);
    },
  );

  await t.test('of actors inside actors each stands further in than the one around it', async () => {
    const actor = createActor(nested(12), { inspect });
    actor.start();
    await page.locator('#live').click();
    await isShown('nest 12', actor);
    await page.locator('#find-actor').fill('nest');
    const insets = () =>
      page.$$eval('#tree .actor', (rows) =>
        rows.map((row) => row.querySelector('.name')!.getBoundingClientRect().left),
      );
    let lefts: number[] = [];
    await until(async () => {
      lefts = await insets();
      return lefts.length === 12;
    }, 'all are in the tree').catch((error) => assert.fail(`${error.message}: ${lefts}`));
    assert.deepEqual(
      lefts,
      [...new Set(lefts)].sort((one, other) => one - other),
    );
  });
});
