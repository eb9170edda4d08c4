/** Nothing that is posted ends the hub, blanks a page, or is taken for what it is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { REQUEST_BYTES } from '../../src/inspector/limits.ts';
import { until } from '../support/system.ts';
import { askHub, startInspector } from './helpers.ts';
import { NO_EVENTS, ODD_EVENTS } from './odd-events.ts';
import { actorEvent, ask, post, sentEvent, snapshotEvent } from './posts.ts';

test('whatever is posted, all honest events are shown, and the others counted', async (t) => {
  const { program, url } = await startInspector(t);
  const honest = { 'quiniela-process': 'honest' };
  await post(url, [actorEvent('honest.0')], honest);
  for (const line of NO_EVENTS) assert.equal((await post(url, [line])).status, 204, JSON.stringify(line));
  await post(url, ODD_EVENTS);
  const first = { ...honest, 'quiniela-first': '1' };
  await post(url, [snapshotEvent('honest.0', { transitions: ['constructor'] })], first);
  await until(async () => (await askHub(url)).actors.get('honest.0')?.value === 'on', 'the honest actor');
  await until(async () => (await askHub(url)).refused >= NO_EVENTS.length, 'the others are counted');
  const picture = await askHub(url);
  assert.equal(picture.refused, NO_EVENTS.length);
  assert.deepEqual(picture.actors.get('honest.0')!.taken, { constructor: 1 });
  const taken = picture.actors.get('__proto__')!.taken;
  assert.deepEqual(Object.entries(taken), [
    ['__proto__', 2],
    ['constructor', 1],
    ['toString', 1],
  ]);
  assert.ok(JSON.stringify(picture.actors.get('long.1')).length < 1_000);
  assert.match(
    JSON.stringify(picture.actors.get('long.2')!.context),
    /^\{"page":3,"text":"‹some \d+ bytes›"\}$/,
  );

  program.signal('SIGTERM');
  await program.expectExit(0);
});

describe('the numbers of lines', () => {
  test('that are missing are those that follow; odd ones are refused', async (t) => {
    const { url } = await startInspector(t);
    const asks = [
      ['quiniela-first', 'NaN'],
      ['quiniela-first', '-1'],
      ['quiniela-first', '1e9'],
      ['quiniela-first', '9'.repeat(16)],
      ['quiniela-lost', 'many'],
      ['quiniela-process', 'a b'],
      ['quiniela-process', '__proto__'.repeat(9)],
    ] as const;
    for (const [name, value] of asks)
      assert.equal(
        (await post(url, [actorEvent('x.1')], { [name]: value })).status,
        400,
        `${name}: ${value}`,
      );
    const long = await post(url, ['x'.repeat(REQUEST_BYTES + 1)]);
    assert.deepEqual([long.status, long.text], [413, `more than ${REQUEST_BYTES} bytes\n`]);
    const ours = { 'quiniela-process': 'ours' };
    // It says how many it has lost in all, with each request.
    for (const lost of ['2', '2', '5']) await post(url, [], { ...ours, 'quiniela-lost': lost });
    await until(async () => (await askHub(url)).lost >= 5, 'those that are lost');
    assert.equal((await askHub(url)).lost, 5);
    const unnumbered = async (id: string) => {
      const headers = { ...ours, 'content-type': 'text/plain' };
      return (await ask(`${url}events`, { method: 'POST', headers, body: JSON.stringify(actorEvent(id)) }))
        .status;
    };
    assert.equal(await unnumbered('ours.0'), 204);
    assert.equal(await unnumbered('ours.1'), 204);
    // Sent twice, it counts once, as before.
    for (const _ of [1, 2]) await post(url, [sentEvent('ours.0')], { ...ours, 'quiniela-first': '2' });
    await until(async () => (await askHub(url)).actors.get('ours.0')?.received === 1, 'one event');
    assert.equal((await askHub(url)).actors.size, 2);
  });

  test('two processes that share a connection, a proxy perhaps, are two', async (t) => {
    const { url } = await startInspector(t);
    // A pool keeps its connection.
    const tell = async (process: string, id: string) => {
      const headers = { 'quiniela-process': process, 'quiniela-first': '0' };
      const body = JSON.stringify(actorEvent(id));
      return (await fetch(`${url}events`, { method: 'POST', headers, body })).status;
    };
    assert.deepEqual([await tell('one', 'one.0'), await tell('other', 'other.0')], [204, 204]);
    await until(async () => (await askHub(url)).actors.size === 2, 'both');
  });

  test('a clock that is wrong puts nothing out of its order', async (t) => {
    const { url } = await startInspector(t);
    const start = Date.now();
    for (const createdAt of ['0', '1', (start + 1e10).toFixed(3), '999999999999999'])
      await post(url, [actorEvent(`at.${createdAt}`, { createdAt })]);
    await until(async () => (await askHub(url)).actors.size === 4, 'all four');
    const { time, actors } = await askHub(url);
    for (const { lastAt } of actors.values())
      assert.ok(lastAt >= start && lastAt <= time && time <= Date.now() + 1_000, `${lastAt}`);
  });
});

test('methods, and what every answer says to a browser', async (t) => {
  const { url } = await startInspector(t);
  for (const [method, path, status] of [
    ['GET', 'events', 405],
    ['OPTIONS', 'events', 405],
    ['PUT', 'events', 405],
    ['POST', '', 405],
    ['HEAD', 'stream', 405],
    ['DELETE', 'picture', 405],
    ['HEAD', '', 200],
    ['GET', 'nowhere', 404],
    ['GET', 'picture', 200],
  ] as const) {
    const answer = await ask(`${url}${path}`, { method });
    assert.equal(answer.status, status, `${method} /${path}`);
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
});
