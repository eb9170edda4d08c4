/** `demo --lab`: a person acts on a running demo by its page, and the run still ends as it should. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  faultsIn,
  filterEvents,
  openBrowser,
  openPage,
  seesText,
  textOf,
  withoutBrowser,
} from '../inspector/browser.ts';
import { ask } from '../inspector/posts.ts';
import { until } from '../support/system.ts';
import { type Demo, demoFolder, nobodyLeft, startDemo } from './helpers.ts';

const entranceOf = async ({ said }: Demo): Promise<string> =>
  (await said(/^Lab +(http:\S+\/lab\?ticket=\S+) /m))[1]!;

/** Chooses an actor by its row of the tree. */
async function choose(page: Page, id: string): Promise<void> {
  await page.locator(`#tree [data-actor="${id}"]`).click();
  await seesText(page, '#lab-who', id.split('_')[0]!);
}

const act = async (page: Page, button: string, said: string): Promise<void> => {
  await page.locator('#lab').getByRole('button', { name: button, exact: true }).click();
  await seesText(page, '#lab-said', said);
};

/** What is in sight fits, and can be used by everybody, in each theme and as a phone; LAB_PICTURES is a folder for pictures of it. */
async function looks(page: Page): Promise<void> {
  const folder = process.env.LAB_PICTURES;
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    if (width < 800) await page.click('[data-show="actors"]');
    for (const theme of ['light', 'dark']) {
      await page.$eval('html', (html, theme) => html.setAttribute('data-theme', theme), theme);
      const { width: shown, scroll } = await page.$eval('#lab', (lab) => ({
        width: lab.clientWidth,
        scroll: lab.scrollWidth,
      }));
      assert.deepEqual(await faultsIn(page), [], `${width} ${theme}`);
      assert.ok(shown > 200 && scroll <= shown, `${width} ${theme}: ${scroll} of ${shown}`);
      if (folder) await page.screenshot({ path: `${folder}/lab-${width}-${theme}.png` });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('a server is killed and started again, an agency paused and cut: the draw takes place', {
  skip: withoutBrowser,
}, async (t) => {
  using folder = demoFolder();
  const demo = startDemo(folder.path, '--lab', '--agencies', '2', '--bets', '360');
  t.after(() => demo.child.kill('SIGKILL'));
  const entrance = await entranceOf(demo);
  const page = await openPage(t, await openBrowser(t), entrance);
  await seesText(page, '#lab-title', 'Lab');
  await demo.said(/^Agencies /m);

  await t.test('agencies are paused, and shown so; what they are sent waits', async () => {
    for (const agency of [1, 2]) {
      await choose(page, `agency-${agency}_1.0`);
      await act(page, 'Pause', `agency ${agency} is paused`);
      await seesText(page, '#lab-state', 'is paused');
    }
    await page.reload();
    await choose(page, 'agency-1_1.0');
    await seesText(page, '#lab-state', 'is paused');
  });

  await t.test('a process is killed, and the page shows that it has gone', async () => {
    await choose(page, 'server_1.0');
    await act(page, 'Kill', 'SIGKILL to server');
    await seesText(page, '#lab-how', 'has ended');
    await page.waitForSelector('#tree [data-actor="server_1.0"][data-status="gone"]');
    await demo.said(/^Lab +the server was ended by SIGKILL/m);
  });

  await t.test('it is started again where it was, and looked at', async () => {
    await act(page, 'Start again', 'server is started again');
    await page.waitForSelector('#tree [data-actor="server_2.0"][aria-selected="true"]');
    await seesText(page, '#lab-how', 'runs');
  });

  await t.test('an agency goes on, its connection is cut, and it is paused again', async () => {
    await choose(page, 'agency-2_1.0');
    await act(page, 'Resume', 'agency 2 goes on');
    const session = '#tree [data-actor^="server_2."][data-status="active"]';
    await seesText(page, session, 'agency 2');
    await act(page, 'Cut its connection', 'the connection of agency 2 was cut');
    await act(page, 'Pause', 'agency 2 is paused');
    await page.fill('#filter', 'type:"socket.closed" to:"agency 2"');
    await seesText(page, '#rows', 'socket.closed');
    await page.fill('#filter', '');
  });

  await t.test('an event is sent that its state takes, with a payload; what is wrong is said', async () => {
    const offered = await page.$$eval('#lab-events option', (all) =>
      all.map((one) => one.getAttribute('value')),
    );
    assert.ok(offered.length > 0 && !offered.some((type) => type?.includes('*')), `${offered}`);
    await page.fill('#lab-event', 'hello');
    await page.fill('#lab-payload', '{ count: 3 }');
    await act(page, 'Send event', 'The payload is no JSON');
    await page.fill('#lab-payload', '{ "count": 3 }');
    await act(page, 'Send event', 'hello was sent to agency 2');
    await looks(page);
    await filterEvents(page, 'type:"hello"');
    await page.locator('#rows .event').first().click();
    await seesText(page, '#event-payload', 'count');
    assert.match(await textOf(page, '#causes'), /from outside/);
    await page.fill('#filter', '');
    await page.click('#live');
  });

  await t.test('a process that is stopped does not answer, and does it later', async () => {
    await page.selectOption('#lab-signal', 'SIGSTOP');
    await act(page, 'Send signal', 'SIGSTOP to agency-2');
    await act(page, 'Resume', 'no answer');
    await page.selectOption('#lab-signal', 'SIGCONT');
    await act(page, 'Send signal', 'SIGCONT to agency-2');
  });

  await t.test('an agency that is killed and started again goes on with its upload', async () => {
    await choose(page, 'agency-1_1.0');
    await act(page, 'Kill', 'SIGKILL to agency-1');
    await act(page, 'Start again', 'agency-1 is started again');
    await page.waitForSelector('#tree [data-actor="agency-1_2.0"][aria-selected="true"]');
  });

  await t.test('the run ends right after all', async () => {
    await demo.said(/can still be looked at, until Ctrl-C/);
    await act(page, 'Start again', 'the demo has ended');
    demo.child.kill('SIGINT');
    const { code, out, err } = await demo.outcome;
    assert.deepEqual([code, err], [0, ''], out);
    assert.match(out, /total +720 +720/);
    await nobodyLeft(folder.path);
  });
});

test('what is paused, stopped or has ended does not hold up ^C', async (t) => {
  using folder = demoFolder();
  const demo = startDemo(folder.path, '--lab', '--agencies', '3', '--bets', '3600');
  t.after(() => demo.child.kill('SIGKILL'));
  const entrance = await entranceOf(demo);
  const { origin } = new URL(entrance);
  const [cookie = ''] = String((await ask(entrance)).headers['set-cookie']).split(';');
  const page = new AbortController();
  await fetch(`${origin}/stream`, { signal: page.signal });
  await demo.said(/^Agencies /m);
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const order = async (wish: object) => {
    const asked = () => ask(`${origin}/lab/orders`, { method: 'POST', headers, body: JSON.stringify(wish) });
    // A process that has just been started knows no actor yet.
    await until(async () => (await asked()).text === '{}', JSON.stringify(wish));
  };
  await order({ do: 'pause', who: 'agency-1', actor: 'agency-1_1.0' });
  await order({ do: 'signal', who: 'agency-2', signal: 'SIGSTOP' });
  await order({ do: 'signal', who: 'agency-3', signal: 'SIGKILL' });
  await demo.said(/agency 3 was ended by SIGKILL/);
  demo.child.kill('SIGINT');
  const { code, out, err } = await demo.outcome;
  page.abort();
  assert.deepEqual([code, err], [130, ''], out);
  assert.match(out, /Stopped/);
  await nobodyLeft(folder.path);
});
