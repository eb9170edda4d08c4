import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyRefused } from '../../src/nats/nodes.ts';
import { JetStreamApiError, type JetStreamManager } from '../../src/nats/packages.ts';
import { Room } from '../../src/nats/room.ts';
import { makeStream, whyUnsafe } from '../../src/nats/stream.ts';

const node = (ver: string, config: object | undefined = { sync_always: true }) => ({
  server: { name: 'n1', ver, jetstream: true },
  data: config && { config },
});

test('a node older than 2.10.27 is refused, by number and not by letter', () => {
  for (const old of ['2.9.10', '2.10.26', '2.10.3', '1.99.99', '2.10.0-RC.1', '', 'none']) {
    assert.match(whyRefused(node(old)) ?? '', /^node n1 is nats-server .*, must be 2\.10\.27 or later$/, old);
  }
  for (const good of ['2.10.27', '2.10.100', '2.12.0', '2.14.5-preview.1', '3.0.0']) {
    assert.equal(whyRefused(node(good)), undefined, good);
  }
});

test('a node that does not sync each write is refused with the name of the setting', () => {
  for (const config of [{}, { sync_always: false }]) {
    assert.match(whyRefused(node('2.12.0', config)) ?? '', /jetstream\.sync_interval must be always$/);
  }
});

const GOOD = {
  subjects: ['quiniela.x'],
  num_replicas: 3,
  storage: 'file',
  retention: 'limits',
  discard: 'new',
  max_age: 0,
  max_msgs: -1,
  max_bytes: -1,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  deny_delete: true,
  deny_purge: true,
};

test('a stream that could lose bets is refused with the name and the value of the setting', () => {
  const why = (change: object) => whyUnsafe({ ...GOOD, ...change } as never, 'x', 3);
  assert.deepEqual(why({}), []);
  assert.deepEqual(why({ num_replicas: 5 }), []);
  const bad: readonly [string, unknown][] = [
    ['num_replicas', 1],
    ['storage', 'memory'],
    ['retention', 'workqueue'],
    ['discard', 'old'],
    ['max_age', 3_600_000_000_000],
    ['max_msgs', 1_000],
    ['max_bytes', 1_000_000],
    ['max_msgs_per_subject', 1],
    ['deny_delete', undefined],
    ['deny_purge', false],
    ['subjects', ['quiniela.x', 'other']],
    ['no_ack', true],
    ['mirror', { name: 'y' }],
    ['allow_msg_ttl', true],
  ];
  for (const [name, value] of bad) {
    const [problem = '', ...others] = why({ [name]: value });
    assert.deepEqual(others, []);
    assert.match(problem, new RegExp(`^it(s| has) ${name}`));
  }
});

test('who finds no room waits in turn; one that never fits has it alone', async () => {
  const room = new Room(10);
  const entered: number[] = [];
  const enter = (bytes: number) => room.take(bytes).then(() => entered.push(bytes));
  await enter(6);
  const others = [enter(5), enter(1), enter(99)];
  await Promise.resolve();
  assert.deepEqual(entered, [6], 'the small one waits behind the large one');
  room.give(6);
  await Promise.all(others.slice(0, 2));
  assert.deepEqual(entered, [6, 5, 1]);
  room.give(5);
  room.give(1);
  await others[2];
  assert.deepEqual(entered, [6, 5, 1, 99]);
});

test('an engine that counts too few nodes may be waited for, and its error says what to do if it lasts', async () => {
  const refusing = (code: number, err_code: number, description: string) => async () => {
    throw new JetStreamApiError({ code, err_code, description });
  };
  const streams = {
    info: refusing(404, 10_059, 'stream not found'),
    add: refusing(400, 10_005, 'no suitable peers for placement'),
  };
  const manager = { streams } as unknown as JetStreamManager;
  await assert.rejects(makeStream(manager, { draw: 'x', replicas: 3 }), {
    name: 'Error',
    message:
      "no suitable peers for placement: the engine's leader counts fewer than 3 nodes; if all are up and this lasts, restart those that do not lead",
  });
});
