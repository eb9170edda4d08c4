/** The engine of a cluster, as nodes on loopback with the configuration of the images. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { LogEntry as LogLine } from '../../machines/vocabulary/log.ts';
import type { OrderedLog } from '../../src/cluster/ordered-log.ts';
import { ENGINE_READER_IDLE_MS } from '../../src/limits.ts';
import { Engine } from '../../src/nats/engine.ts';
import { connect, jetstreamManager, StorageType } from '../../src/nats/packages.ts';
import { streamOf, subjectOf } from '../../src/nats/stream.ts';
import { testLog } from '../cluster/log-suite.ts';
import { ENGINE_CONFIG, EngineNodes, withoutEngine } from '../support/engine.ts';
import { temporaryFolder, until } from '../support/system.ts';

const options = { skip: withoutEngine };

const open = async (url: string, lines: LogLine[] = []): Promise<Engine> =>
  Engine.connect({
    servers: url.split(','),
    files: {},
    notice: (line) => lines.push(line),
    signal: new AbortController().signal,
  });

/** One for all tests of the port: each has a draw of its own. */
let shared: EngineNodes | undefined;
const cleanups: ((...context: never[]) => unknown)[] = [];
before(async () => {
  if (!withoutEngine)
    shared = await EngineNodes.start({ after: (clean) => void (clean && cleanups.push(clean)) });
});
after(async () => {
  for (const clean of cleanups.reverse()) await clean();
});

let draws = 0;
testLog(
  'a JetStream engine',
  async () => {
    const url = shared?.url ?? '';
    const draw = `suite-${++draws}`;
    const [some, other] = [await open(url), await open(url)];
    return {
      some: await some.make(draw, 3),
      other: await other.make(draw, 3),
      close: async () => void (await Promise.all([some.close(), other.close()])),
    };
  },
  options,
);

const refusal = async (engine: Engine, draw: string): Promise<string> =>
  engine.make(draw, 3).then(
    () => assert.fail('it was taken'),
    (error: Error & { exitCode?: number }) => {
      assert.equal(error.exitCode, 2);
      return error.message;
    },
  );

/** An engine with another configuration. */
const startWith = async (t: TestContext, change: (config: string) => string, nodes = 3) => {
  const config = join(temporaryFolder(t), 'nats.conf');
  writeFileSync(config, change(ENGINE_CONFIG));
  return EngineNodes.start(t, { nodes, config });
};

test(
  'a stream that somebody made, and that would lose bets, is refused by the name of the setting',
  options,
  async (t) => {
    const url = shared?.url ?? '';
    const connection = await connect({ servers: url.split(',') });
    const manager = await jetstreamManager(connection);
    const settings = { subjects: [subjectOf('memory')], storage: StorageType.Memory, num_replicas: 1 };
    await manager.streams.add({ name: streamOf('memory'), ...settings });
    const engine = await open(url);
    t.after(() => Promise.all([engine.close(), connection.close()]));
    const message = await refusal(engine, 'memory');
    assert.match(message, /stream QUINIELA-memory could lose bets: its num_replicas is 1, must be 3/);
    assert.match(message, /its storage is "memory", must be "file"/);
  },
);

test(
  'nodes that sync now and then are refused, as a power cut would take acknowledged bets',
  options,
  async (t) => {
    const nodes = await startWith(t, (config) =>
      config.replace('sync_interval: always', 'sync_interval: "2m"'),
    );
    const engine = await open(nodes.url);
    t.after(() => engine.close());
    assert.match(
      await refusal(engine, 'x'),
      /node n\d would lose .* jetstream\.sync_interval must be always/,
    );
  },
);

test(
  'nodes that do not tell how they sync are taken, with a line that says what to look at',
  options,
  async (t) => {
    const nodes = await startWith(t, (config) => config.replace(/\naccounts \{[\s\S]*$/, '\n'));
    const lines: LogLine[] = [];
    const engine = await open(nodes.url, lines);
    t.after(() => engine.close());
    await engine.make('x', 3);
    // Nodes that have just started may make no stream yet, which is said too.
    const said = lines.filter(({ action }) => action !== 'open_engine');
    assert.deepEqual(
      said.map(({ action }) => action),
      ['check_engine'],
    );
    assert.match(String(said[0]?.details?.error), /see to it that jetstream\.sync_interval is always/);
  },
);

test('a single node is refused unless one is what was asked for', options, async (t) => {
  const nodes = await startWith(t, (config) => config.replace(/\ncluster \{[\s\S]*?\n\}/, ''), 1);
  const engine = await open(nodes.url);
  t.after(() => engine.close());
  assert.match(await refusal(engine, 'x'), /stream QUINIELA-x cannot be made: replicas > 1 not supported/);
  const log = await engine.make('x', 1);
  assert.equal(await log.propose({ id: 'a', facts: 'a', rows: [] }), 1);
});

test(
  'whoever leaves an engine leaves no reader there, whatever becomes of its readings',
  options,
  async (t) => {
    const url = shared?.url ?? '';
    const connection = await connect({ servers: url.split(',') });
    t.after(() => connection.close());
    const manager = await jetstreamManager(connection);
    const readers = async () => (await manager.streams.info(streamOf('left'))).state.consumer_count;
    const signal = new AbortController().signal;
    const first = async (log: OrderedLog, from = 1) => {
      const entries = log.follow(from, signal)[Symbol.asyncIterator]();
      return { entries, entry: await entries.next() };
    };
    const readings: Readonly<Record<string, (log: OrderedLog) => Promise<unknown>>> = {
      'one that waits for the next entry': async (log) => void (await first(log)).entries.next(),
      'one whose entry is being handled': first,
      'one that has just begun': async (log) => void log.follow(1, signal)[Symbol.asyncIterator]().next(),
      'one that has just ended': async (log) => {
        for await (const { id } of log.read(1, 1)) assert.equal(id, 'a');
      },
    };
    for (const [what, begin] of Object.entries(readings)) {
      const engine = await open(url);
      const log = await engine.make('left', 3);
      await log.propose({ id: 'a', facts: 'a', rows: [] });
      await begin(log);
      await engine.close();
      // The stream's leader counts a moment later; what is left there it would forget only much later.
      await until(
        async () => (await readers()) === 0,
        `no reader is left by ${what}`,
        ENGINE_READER_IDLE_MS / 2,
      );
    }
  },
);

/**
 * Follows as a server does: begins again whenever a reading ends.
 *
 * @returns the ids in the order of the log; an engine may store a proposal twice, the fold counts it once
 */
const followAll = async (log: OrderedLog, count: number): Promise<string[]> => {
  const ids = new Set<string>();
  let last = 0;
  while (ids.size < count) {
    try {
      for await (const { id, sequence } of log.follow(last + 1, new AbortController().signal)) {
        assert.ok(sequence > last, `entry ${sequence} comes after entry ${last}`);
        last = sequence;
        ids.add(id);
        if (ids.size === count) break;
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      // The engine was away: again.
    }
  }
  return [...ids];
};

const proposeAll = async (log: OrderedLog, count: number, between: (index: number) => Promise<void>) => {
  for (let index = 0; index < count; index++) {
    await between(index);
    const proposal = { id: `${index}`, facts: `${index}`, rows: [Buffer.alloc(1_000)] };
    while (!(await log.propose(proposal).catch(() => 0)));
  }
};

test(
  'no acknowledged entry is lost while each node in turn is killed, paused and started again, the leader first',
  options,
  async (t) => {
    const nodes = await EngineNodes.start(t);
    const [writing, reading] = [await open(nodes.url), await open(nodes.url)];
    t.after(() => Promise.all([writing.close(), reading.close()]));
    const log = await writing.make('x', 3);
    const following = followAll(await reading.make('x', 3), 300);
    await proposeAll(log, 300, async (index) => {
      if (index % 60 !== 30) return;
      const leader = await nodes.leaderOf(streamOf('x'));
      if (index % 120 === 30) {
        await leader.kill();
        leader.start();
      } else {
        leader.pause();
        setTimeout(() => leader.resume(), 8_000);
      }
    });
    assert.deepEqual(
      await following,
      Array.from({ length: 300 }, (_, index) => `${index}`),
    );
  },
);

test('while no node is there, proposals wait, and nothing piles up in the client', options, async (t) => {
  const nodes = await EngineNodes.start(t);
  const engine = await open(nodes.url);
  t.after(() => engine.close());
  const log = await engine.make('x', 3);
  await nodes.kill();
  const rows = [Buffer.alloc(500_000)];
  const heap = process.memoryUsage().arrayBuffers;
  const waiting = Array.from({ length: 200 }, (_, index) =>
    log.propose({ id: `${index}`, facts: 'x', rows }),
  );
  const all = Promise.allSettled(waiting);
  await new Promise((resolve) => setImmediate(resolve));
  const grown = process.memoryUsage().arrayBuffers - heap;
  assert.ok(grown < 32 * 1024 * 1024, `${grown} bytes more are held`);
  for (const node of nodes.nodes) node.start();
  await nodes.untilHealthy();
  await all;
  // Nodes that are well again may still choose who leads the stream: what is refused meanwhile is proposed again.
  const last = { id: 'last', facts: 'x', rows };
  await until(
    () =>
      log
        .propose(last)
        .then((at) => at > 0)
        .catch(() => false),
    'the engine takes a proposal',
  );
});
