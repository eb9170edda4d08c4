/** Whatever a program of XState v5 does: its chart is drawn, its state is lit, and the page has no fault. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWebSocketInspector } from '@statelyai/inspect';
import { type AnyActor, createActor } from 'xstate';
import { activeStates } from '../../src/inspector/view/naming.ts';
import { until } from '../support/system.ts';
import { openBrowser, openPage, textOf, withoutBrowser } from './browser.ts';
import { askHub, startInspector } from './helpers.ts';
import { kept, oddPrograms } from './odd-programs.ts';

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
});
