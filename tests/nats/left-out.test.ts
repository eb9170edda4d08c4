/** Nodes of an engine as their monitoring ports tell of them: who is left out is started again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { untilWhole } from '../../src/nats/left-out.ts';

type Node = { isHealthy: boolean; counts?: string[] };

/** Monitoring ports of nodes; who counts others leads. @param onQuestion is told how many were asked */
async function monitorsOf(
  t: TestContext,
  nodes: Record<string, Node>,
  onQuestion: (questions: number) => void = () => {},
): Promise<Map<string, string>> {
  const monitors = new Map<string, string>();
  let questions = 0;
  for (const [name, node] of Object.entries(nodes)) {
    const server = createServer(({ url }, response) => {
      onQuestion(++questions);
      response.statusCode = url === '/healthz' && !node.isHealthy ? 503 : 200;
      const leader = Object.keys(nodes).find((other) => nodes[other]?.counts);
      const replicas = node.counts?.map((other) => ({ name: other }));
      response.end(JSON.stringify({ meta_cluster: { leader, replicas } }));
    });
    t.after(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    monitors.set(name, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  return monitors;
}

const never = async () => assert.fail('nobody is left out');

test('nodes that are healthy and count each other are whole', async (t) => {
  const nodes = {
    a: { isHealthy: true },
    b: { isHealthy: true, counts: ['a', 'c'] },
    c: { isHealthy: true },
  };
  assert.equal(await untilWhole(await monitorsOf(t, nodes), never), true);
});

test('a healthy node that the leader does not count is started again, and no other', async (t) => {
  const leader = { isHealthy: true, counts: ['a'] };
  const monitors = await monitorsOf(t, { a: { isHealthy: true }, b: leader, c: { isHealthy: true } });
  const started: (readonly string[])[] = [];
  const again = async (names: readonly string[]) => {
    started.push(names);
    leader.counts.push('c');
  };
  assert.equal(await untilWhole(monitors, again, { joinMs: 0 }), true);
  assert.deepEqual(started, [['c']]);
});

test('without a leader, or with a node that is not healthy, it is not whole', async (t) => {
  const leaderless = await monitorsOf(t, { a: { isHealthy: true }, b: { isHealthy: true } });
  assert.equal(await untilWhole(leaderless, never, { startMs: 0 }), false);
  const ill = await monitorsOf(t, { a: { isHealthy: true, counts: ['b'] }, b: { isHealthy: false } });
  assert.equal(await untilWhole(ill, never, { startMs: 0 }), false);
});

test('while nodes elect a leader none is started again, and the one that it leaves out each time after longer', async (t) => {
  const leader: Node = { isHealthy: true };
  const nodes = { a: { isHealthy: true }, b: leader, c: { isHealthy: true } };
  const monitors = await monitorsOf(t, nodes, (questions) => {
    if (questions === 20) leader.counts = ['a'];
  });
  const waited: number[] = [];
  let since = 0;
  const again = async (names: readonly string[]) => {
    assert.deepEqual(names, ['c']);
    waited.push(performance.now() - since);
    since = performance.now();
    if (waited.length === 3) leader.counts?.push('c');
  };
  assert.equal(await untilWhole(monitors, again, { electMs: 600_000, joinMs: 100 }), true);
  const [, second = 0, third = 0] = waited;
  assert.ok(second >= 200 && third >= 400, `${waited}`);
});

test('nodes that elect nobody for long are started again', async (t) => {
  const leader: Node = { isHealthy: true };
  const monitors = await monitorsOf(t, { a: { isHealthy: true }, b: leader });
  const again = async (names: readonly string[]) => {
    assert.deepEqual(names, ['a', 'b']);
    leader.counts = ['a'];
  };
  assert.equal(await untilWhole(monitors, again, { electMs: 0, joinMs: 600_000 }), true);
});
