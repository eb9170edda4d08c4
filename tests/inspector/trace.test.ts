/** A batch is followed from its agency's file to STORED, across processes, by what their actors were sent. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run } from '../../src/commands/trace.ts';
import type { InspectorEvent } from '../../src/inspector/view/events.ts';
import { durationOf, figuresOf, STEPS, traceName, wholeOf } from '../../src/inspector/view/trace.ts';
import { waterfallLines } from '../../src/inspector/view/trace-text.ts';
import { Traces } from '../../src/inspector/view/traces.ts';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { Program } from '../support/program.ts';
import { startAgency, startServer, temporaryFolder } from '../support/system.ts';

const common = { rootId: 'x', id: null, _version: '0.7.2', isForeign: false, parentId: undefined } as const;

/** Events of a run, at whole milliseconds. */
class Run {
  readonly traces = new Traces();

  machine(sessionId: string, machine: string, context: unknown = {}): this {
    const actor = { ...common, sessionId, createdAt: '0', name: machine, machine, definition: undefined };
    const snapshot = { status: 'active', context } as const;
    this.traces.add({ type: '@xstate.actor', ...actor, chart: undefined, snapshot } as InspectorEvent);
    return this;
  }

  at(time: number, sourceId: string, sessionId: string, type: string, rest: object = {}): this {
    const sent = { ...common, sourceId, sessionId, createdAt: String(time), event: { type, ...rest } };
    this.traces.add({ type: '@xstate.event', ...sent } as InspectorEvent);
    return this;
  }

  get marks() {
    return this.traces.all.map(({ agency, from, to, marks }) => [agency, from, to, Object.values(marks)]);
  }
}

/** Agency 1 with its server; agency 2 is served, and not watched. */
const begin = () =>
  new Run()
    .machine('a', 'agency', { id: 1 })
    .machine('s', 'betStore')
    .machine('c1', 'connection')
    .machine('c2', 'connection')
    .at(1, 'file', 'a', 'file.positioned', { count: 0 });

const bets = (agency: number, offset: number, count: number) => ({ kind: 'bets', agency, offset, count });

describe('traces', () => {
  test('two batches in one write, behind the commit of another agency', () => {
    const run = begin()
      .at(10, 'file', 'a', 'batches.ready', { ends: [120, 240] })
      .at(12, 'a', 'sock', 'socket.write')
      .at(13, 'sock2', 'c2', 'client.batch', { agency: 2, offset: 0, count: 50 })
      .at(14, 'c2', 's', 'store.submit', { request: bets(2, 0, 50) })
      .at(15, 's', 'folder', 'folder.commit', { requests: '‹1 item›' })
      .at(16, 'sock1', 'c1', 'client.batch', { agency: 1, offset: 0, count: 240, ends: [120, 240] })
      .at(17, 'c1', 's', 'store.submit', { request: { kind: 'bet', agency: 1 } })
      .at(18, 'c1', 's', 'store.submit', { request: bets(1, 0, 240) })
      .at(20, 'folder', 's', 'folder.committed')
      .at(21, 'c2', 'sock2', 'socket.sayAll')
      .at(22, 's', 'folder', 'folder.commit', { requests: '‹2 items›' })
      .at(30, 'folder', 's', 'folder.committed')
      .at(31, 'c1', 'sock1', 'socket.sayAll')
      .at(33, 'sock', 'a', 'server.stored', { next: 240 });
    assert.deepEqual(run.marks, [
      [2, 0, 50, [13, 14, 15, 20, 21]],
      [1, 0, 120, [10, 12, 16, 18, 22, 30, 31, 33]],
      [1, 120, 240, [10, 12, 16, 18, 22, 30, 31, 33]],
    ]);
    const [other, first] = run.traces.all;
    assert.deepEqual(
      STEPS.map((step) => durationOf(first!, step)),
      [2, 4, 2, 4, 8, 1, 2],
    );
    assert.deepEqual(wholeOf(first!), { begin: 10, ms: 23 });
    assert.deepEqual(
      STEPS.map((step) => durationOf(other!, step)),
      [undefined, undefined, 1, 1, 5, 1, undefined],
    );
    assert.equal(run.traces.find(1, 120), run.traces.all[2]);
    assert.equal(run.traces.find(1, 240), undefined);
    assert.deepEqual(run.traces.touching(16), [first, run.traces.all[2]]);
    assert.deepEqual(run.traces.touching(17), []);
  });

  test('groups that are on their way at once: an agency that has one waits, whichever is back first', () => {
    const run = begin()
      .at(10, 'sock1', 'c1', 'client.batch', { agency: 3, offset: 0, count: 50 })
      .at(11, 'c1', 's', 'store.submit', { request: bets(3, 0, 50) })
      .at(12, 's', 'folder', 'folder.commit', { group: 1, requests: '‹1 item›' })
      .at(13, 'sock1', 'c1', 'client.batch', { agency: 3, offset: 50, count: 50 })
      .at(14, 'c1', 's', 'store.submit', { request: bets(3, 50, 50) })
      .at(15, 'sock2', 'c2', 'client.batch', { agency: 2, offset: 0, count: 50 })
      .at(16, 'c2', 's', 'store.submit', { request: bets(2, 0, 50) })
      .at(17, 's', 'folder', 'folder.commit', { group: 2, requests: '‹1 item›' })
      .at(18, 'folder', 's', 'folder.committed', { group: 2 })
      .at(19, 'c2', 'sock2', 'socket.sayAll')
      .at(20, 'folder', 's', 'folder.committed', { group: 1 })
      .at(21, 's', 'folder', 'folder.commit', { group: 3, requests: '‹1 item›' })
      .at(22, 'c1', 'sock1', 'socket.sayAll')
      .at(23, 'folder', 's', 'folder.committed', { group: 3 })
      .at(24, 'c1', 'sock1', 'socket.sayAll');
    const stored = run.traces.all.map(({ agency, from, marks }) => [
      agency,
      from,
      marks.committing,
      marks.committed,
    ]);
    assert.deepEqual(stored.sort(), [
      [2, 0, 17, 18],
      [3, 0, 12, 20],
      [3, 50, 21, 23],
    ]);
  });

  test('what was on its way when the connection was lost is traced from its second time', () => {
    const run = begin()
      .at(10, 'file', 'a', 'batches.ready', { ends: [100] })
      .at(11, 'a', 'sock', 'socket.write')
      .at(50, 'file', 'a', 'file.positioned', { count: 0 })
      .at(60, 'file', 'a', 'batches.ready', { ends: [100] })
      .at(61, 'a', 'sock', 'socket.write')
      .at(62, 'sock1', 'c1', 'client.batch', { agency: 1, offset: 0, count: 100 })
      .at(63, 'c1', 's', 'store.submit', { request: bets(1, 0, 100) })
      .at(64, 's', 'folder', 'folder.commit', { requests: [{}] })
      .at(65, 'folder', 's', 'folder.committed')
      .at(66, 'c1', 'sock1', 'socket.sayAll')
      .at(67, 'sock', 'a', 'server.stored', { next: 100 });
    assert.deepEqual(run.marks, [[1, 0, 100, [60, 61, 62, 63, 64, 65, 66, 67]]]);
  });

  test("another program's machines, and events without their fields, are no batches", () => {
    const run = begin();
    const foreign = {
      ...common,
      isForeign: true,
      sessionId: 'f',
      createdAt: '0',
      name: 'agency',
      machine: 'agency',
    };
    const snapshot = { status: 'active', context: { id: 9 } };
    run.traces.add({ type: '@xstate.actor', ...foreign, snapshot } as unknown as InspectorEvent);
    run
      .at(1, 'x', 'f', 'batches.ready', { ends: [10] })
      .at(2, 'x', 'c1', 'client.batch', { agency: 'one' })
      .at(3, 'x', 's', 'store.submit')
      .at(4, 's', 'folder', 'folder.commit', { requests: null })
      .at(5, 'x', 'a', 'batches.ready', { ends: 'many' })
      .at(6, 'x', 'f', 'server.stored', { next: 10 });
    assert.deepEqual(run.marks, []);
  });

  test('half took at most p50, all but one of a hundred p99', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual(figuresOf([...hundred, undefined]), { count: 100, p50: 50, p99: 99 });
    assert.deepEqual(figuresOf([7]), { count: 1, p50: 7, p99: 7 });
    assert.equal(figuresOf([undefined]), undefined);
  });

  test('a waterfall has a bar for each step under one another, and is no wider than the terminal', () => {
    const marks = {
      ready: 0,
      sent: 10,
      received: 20,
      submitted: 21,
      committing: 60,
      committed: 90,
      said: 95,
      stored: 100,
    };
    const trace = { agency: 2, from: 0, to: 120, marks };
    const look = { isUnicode: true, paint: (text: string) => text };
    assert.equal(traceName(trace), 'agency 2, bets 1 to 120');
    for (const columns of [40, 80, 200]) {
      const lines = waterfallLines(trace, columns, look);
      assert.ok(lines.every((line) => [...line].length <= columns));
      const bars = lines.slice(1).map((line) => [line.indexOf('█'), line.lastIndexOf('█')]);
      assert.ok(bars.every(([begin], index) => index === 0 || begin! >= bars[index - 1]![0]!));
    }
  });
});

test('a real run: each batch of each agency is traced, each step is known, in its order', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'run.ndjson');
  const env = { INSPECT_FILE: file };
  for (const agency of [1, 2]) writeAgencyFile(folder, agency, makeBets(agency, 700, agency));
  const { program: server, port } = await startServer(t, { env: { ...env, AGENCIES: '2' } });
  const agencies = [1, 2].map((id) => startAgency(t, { port, id, data: folder, env }));
  await Promise.all([server, ...agencies].map((program) => program.expectExit(0)));
  const said: string[] = [];
  t.mock.method(console, 'log', (text: string) => void said.push(text));
  for (const [bet, bets] of [
    ['1', [1, 120]],
    ['600', [481, 600]],
    ['601', [601, 700]],
    ['700', [601, 700]],
  ] as const) {
    assert.equal(await run(file, { agency: '1', bet, json: true }), 0);
    assert.deepEqual(JSON.parse(said.pop() ?? '').trace.bets, bets, bet);
  }
  for (const [options, why] of [
    [{ agency: '1', bet: '701' }, 'bet 701 of agency 1 is in no batch of this run: its last one is 700'],
    [{ agency: '0' }, 'no batch of agency 0 is stored in this run'],
    [{ bet: '1' }, '--bet is "1", and --agency is missing: whose bet is it?'],
    [{ event: '1', bet: '1' }, '--event and --bet are both given: one event, or a batch'],
    [{ event: '1', agency: '1' }, '--event and --agency are both given: one event, or a batch'],
  ] as const)
    await assert.rejects(run(file, options), { message: `cannot trace: ${why}` });
  for (const agency of [1, 2]) {
    const trace = new Program(['trace', file, '--json', '--agency', String(agency), '--bet', '650']);
    await trace.expectExit(0);
    const { batches, all, trace: one } = JSON.parse(trace.lines.join('\n'));
    assert.equal(batches, 6, '5 batches of 120 bets, and one of 100');
    assert.deepEqual(one.bets, [601, 700]);
    assert.ok(one.steps.every(({ ms }: { ms: unknown }) => typeof ms === 'number'));
    const sum = one.steps.reduce((ms: number, step: { ms: number }) => ms + step.ms, 0);
    assert.ok(Math.abs(sum - one.ms) < 0.01, 'no time between the steps');
    assert.ok(all.p99 >= all.p50 && all.p50 > 0);
  }
  const slowest = new Program(['trace', file, '--json']);
  await slowest.expectExit(0);
  const { batches, all, trace: shown } = JSON.parse(slowest.lines.join('\n'));
  assert.deepEqual([batches, shown.ms], [12, all.p99], 'of all, the slowest is shown');
  const nobody = new Program(['trace', file, '--agency', '7']);
  assert.equal((await nobody.exited).code, 2);
  assert.match(nobody.stderr, /^quiniela: cannot trace: no batch of agency 7 is stored in this run\n$/);
});
