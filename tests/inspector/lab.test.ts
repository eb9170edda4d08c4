/** The lab: only the browser that has opened its address, once, may act, and only if the demo allows it at all. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import type { LabAnswer } from '../../machines/vocabulary/lab.ts';
import type { FromLab } from '../../src/inspector/hub/lab-channel.ts';
import { wishIn } from '../../src/inspector/hub/lab-wish.ts';
import { LAB_ORDER_BYTES } from '../../src/inspector/limits.ts';
import { payloadIn } from '../../src/inspector/page/lab/payload.ts';
import { Program } from '../support/program.ts';
import { startInspector } from './helpers.ts';
import { type Answer, ask } from './posts.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

type Wish = Extract<FromLab, { id: number }>['wish'];

/** An inspector that was started as a demo starts it; the test is the demo. */
async function startLab(t: TestContext, answer: (wish: Wish) => Omit<LabAnswer, 'id'>) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'inspector', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, INSPECT_CONTROL: '1' },
  });
  t.after(() => child.kill('SIGKILL'));
  const asked: Wish[] = [];
  const entrance = Promise.withResolvers<string>();
  child.on('message', (message: FromLab) => {
    if ('entrance' in message) return entrance.resolve(message.entrance);
    asked.push(message.wish);
    child.send({ id: message.id, ...answer(message.wish) });
  });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const url = /page: (\S+)/.exec(line)![1]!;
  return { url, entrance: `${url}${await entrance.promise}`, asked };
}

const KILL = JSON.stringify({ do: 'signal', who: 'agency-1', signal: 'SIGKILL' });

/** As the page asks, but for what a test says. */
const order = (url: string, headers: object, { method = 'POST', body = KILL } = {}): Promise<Answer> =>
  ask(`${url}lab/orders`, {
    method,
    headers: { origin: new URL(url).origin, 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && { body }),
  });

const cookieOf = ({ headers }: Answer): string => String(headers['set-cookie']).split(';')[0]!;

describe('the lab', () => {
  test('without INSPECT_CONTROL there is nothing of it', async (t) => {
    const { url } = await startInspector(t);
    for (const path of ['lab', 'lab/orders', 'lab.js', 'lab.css', 'lab?ticket=x'])
      for (const method of ['GET', 'POST']) {
        const answer = await ask(`${url}${path}`, { method });
        assert.deepEqual(
          answer.status,
          (await ask(`${url}nonsense`, { method })).status,
          `${method} ${path}`,
        );
        assert.ok(answer.status >= 400);
      }
    assert.doesNotMatch((await ask(url)).text, /data-lab/);
  });

  test('who may act, and how it is asked', async (t) => {
    const { url, entrance, asked } = await startLab(t, ({ who }) =>
      who === 'server' ? { refusal: 'server does not run' } : {},
    );
    const { host, port } = new URL(url);
    let cookie = '';

    await t.test('its address is good once, for the browser that opens it', async () => {
      assert.equal((await order(url, {})).status, 403, 'nobody is in');
      assert.equal((await order(url, { cookie: 'quiniela-lab=' })).status, 403, 'nor with nothing');
      assert.equal((await ask(`${url}lab?ticket=${'x'.repeat(43)}`)).status, 403);
      assert.equal((await ask(`${url}lab`)).status, 403);
      // Who only looks where it leads, as a chat does that shows what is behind a link, does not use it up.
      for (const method of ['POST', 'HEAD']) assert.equal((await ask(entrance, { method })).status, 405);
      const first = await ask(entrance);
      assert.equal(first.status, 200);
      assert.match(String(first.headers['set-cookie']), /; HttpOnly; SameSite=Strict$/);
      const second = await ask(entrance);
      assert.equal(second.status, 403);
      assert.match(second.text, /It is good once, and was used already/);
      assert.equal(second.headers['set-cookie'], undefined);
      for (const none of ['lab', 'lab?ticket=', 'lab?ticket=undefined'])
        assert.equal((await ask(`${url}${none}`)).status, 403, none);
      // Whoever has not opened it sees the page as ever.
      assert.doesNotMatch((await ask(url)).text, /data-lab/);
      cookie = cookieOf(first);
      assert.match((await ask(url, { headers: { cookie } })).text, /<body data-lab="" /);
    });

    await t.test('what is not of its page, or not from its browser, reaches no process', async () => {
      const refused: [number, object, { method?: string; body?: string }?][] = [
        [403, {}],
        [403, { cookie: 'quiniela-lab=' }],
        [403, { cookie: `${cookie}x` }],
        [403, { cookie: cookie.slice(0, -1) }],
        [405, { cookie }, { method: 'GET' }],
        [405, { cookie }, { method: 'PUT' }],
        [403, { cookie, host: `evil.test:${port}` }],
        [403, { cookie, host: `evil.test:${port}`, origin: `http://evil.test:${port}` }],
        [403, { cookie, origin: 'http://evil.test' }],
        [403, { cookie, origin: 'http://127.0.0.1:1' }],
        [403, { cookie, origin: `https://${host}` }],
        [403, { cookie, origin: 'null' }],
        [403, { cookie, origin: [] }],
        [415, { cookie, 'content-type': 'text/plain' }],
        [413, { cookie }, { body: KILL.padEnd(LAB_ORDER_BYTES + 1) }],
        [400, { cookie }, { body: '{"do":"signal","who":"agency-1","signal":"SIGSEGV"}' }],
      ];
      for (const [status, headers, more] of refused)
        assert.equal((await order(url, headers, more)).status, status, JSON.stringify([headers, more]));
      assert.deepEqual(asked, []);
    });

    await t.test('what is right reaches the demo, and its answer the page', async () => {
      const { status, text } = await order(url, { cookie });
      assert.deepEqual([status, text], [200, '{}']);
      assert.deepEqual(asked, [JSON.parse(KILL)]);
      const refused = await order(url, { cookie }, { body: KILL.replace('agency-1', 'server') });
      assert.deepEqual(JSON.parse(refused.text), { refusal: 'server does not run' });
    });

    await t.test('a page that is opened later, or anew, knows which machines are paused', async () => {
      const paused = async (act: string, who: string, actor: string): Promise<string | undefined> => {
        const body = JSON.stringify({ do: act, who, actor });
        assert.equal((await order(url, { cookie }, { body })).status, 200);
        const { text } = await ask(url, { headers: { cookie } });
        return /<body data-lab="([^"]*)"/.exec(text)?.[1];
      };
      assert.equal(await paused('pause', 'agency-1', 'agency-1_1.0'), 'agency-1_1.0');
      assert.equal(await paused('pause', 'agency-2', '"> <b'), 'agency-1_1.0 %22%3E%20%3Cb');
      assert.equal(await paused('resume', 'agency-2', '"> <b'), 'agency-1_1.0');
      assert.equal(await paused('pause', 'server', 'server_1.0'), 'agency-1_1.0', 'it was refused');
      assert.equal(await paused('pause', 'agency-10', 'agency-10_1.0'), 'agency-1_1.0 agency-10_1.0');
      assert.equal(await paused('restart', 'agency-1', ''), 'agency-10_1.0', 'it is another process');
    });
  });

  test('it is for this machine only, and for a demo only', async () => {
    const control = { INSPECT_CONTROL: '1' };
    for (const [args, said] of [
      [['--host', '0.0.0.0'], /--host is "0\.0\.0\.0", it must be of this machine only/],
      [['--allow-host', 'example.org'], /--allow-host is "example\.org", it must be of this machine only/],
      [[], /which are those of a demo: make demo LAB=1 starts both/],
    ] as const) {
      const program = new Program(['inspector', '--port', '0', ...args], control);
      assert.deepEqual(await program.exited, { code: 2, signal: null });
      assert.match(program.stderr, said);
    }
    const demo = new Program(['demo'], control);
    assert.deepEqual(await demo.exited, { code: 2, signal: null });
    assert.match(demo.stderr, /INSPECT_CONTROL is "1", which needs --inspect/);
    const wrong = new Program(['demo', '--inspect'], { INSPECT_CONTROL: 'perhaps' });
    assert.deepEqual(await wrong.exited, { code: 2, signal: null });
    assert.match(wrong.stderr, /INSPECT_CONTROL.*"perhaps".*yes or no/);
  });

  test('an order is one of a few, and holds nothing else', () => {
    const good = [
      { do: 'restart', who: 'server' },
      { do: 'signal', who: 'fleet', signal: 'SIGSTOP' },
      { do: 'cut', who: 'server-2', actor: 'server-2_1.7' },
      { do: 'send', who: 'agency-12', actor: 'agency-12_1.0', event: { type: 'x', count: [1] } },
    ];
    for (const one of good) assert.deepEqual(wishIn(JSON.stringify({ ...one, more: 1 })), one);
    for (const bad of [
      '',
      'null',
      '[]',
      '{"do":"restart"}',
      '{"do":"restart","who":"../sh"}',
      '{"do":"kill","who":"server","actor":"x"}',
      '{"do":"pause","who":"server"}',
      `{"do":"pause","who":"server","actor":"${'x'.repeat(200)}"}`,
      '{"do":"send","who":"server","actor":"x","event":"go"}',
      '{"do":"send","who":"server","actor":"x","event":{"type":""}}',
      '{"do":"send","who":"server","actor":"x","event":{"type":"xstate.stop"}}',
    ])
      assert.equal(wishIn(bad), undefined, bad);
  });

  test('a payload is an object, or it is said why not', () => {
    assert.deepEqual(payloadIn(' '), {});
    assert.deepEqual(payloadIn('{"count": 3}'), { count: 3 });
    assert.match(String(payloadIn('{count: 3}')), /^The payload is no JSON: /);
    assert.match(String(payloadIn('[3]')), /must be a JSON object/);
  });
});
