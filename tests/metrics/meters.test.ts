/** What passes by is counted as what it is, and handed on as it came. */
import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import perfHooks from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { LAG_RESOLUTION_MS, LAG_WINDOW_MS } from '../../src/limits.ts';
import type { SharedLog } from '../../src/log/log.ts';
import { AgencyMeter, ServerMeter } from '../../src/metrics/meters.ts';
import { processMetrics } from '../../src/metrics/process.ts';
import type { DrawStore } from '../../src/store/bet-store.ts';

/** A clock that is turned by hand, in milliseconds. */
const handClock = (t: TestContext) => {
  const clock = { at: 0 };
  t.mock.method(process.hrtime, 'bigint', () => BigInt(clock.at * 1e6));
  return clock;
};

test('a commit is measured in seconds, its fresh bets are counted, and everything else goes to the store', async (t) => {
  const clock = handClock(t);
  const asked: string[] = [];
  const call = (name: string) => async () => void asked.push(name);
  const engine = { waiting: 3 };
  const meter = new ServerMeter();
  const store = meter.store({
    commit: async () => {
      clock.at += 2_000;
      return [
        { kind: 'stored', fresh: 4 },
        { kind: 'betStored', fresh: true },
        { kind: 'betStored', fresh: false },
      ];
    },
    findWinners: call('winners'),
    recall: call('recall'),
    close: call('close'),
    own: engine,
    engine(this: { own: unknown }) {
      return this.own;
    },
  } as unknown as DrawStore);
  assert.equal((await store.commit([])).length, 3);
  await Promise.all([store.findWinners(), store.recall({} as never), store.close()]);
  assert.deepEqual(asked, ['winners', 'recall', 'close']);
  assert.equal(meter.engine?.(), engine);
  const sum = meter.commitSeconds.samples().find(({ suffix }) => suffix === '_sum');
  assert.deepEqual([sum?.value, meter.bets], [2, 5]);
});

test('an agency’s bets, calls, connections and winners are counted, in its own log and in that of many', () => {
  const written: unknown[] = [];
  const plain: SharedLog = {
    log: (...entries) => written.push(...entries),
    of: () => ({ log: (...entries) => written.push(...entries) }),
  };
  const line = (action: string, result: 'success' | 'fail', details?: LogEntry['details']): LogEntry => ({
    ...{ level: 'info', action, result },
    ...(details && { details }),
  });
  for (const isShared of [false, true]) {
    written.length = 0;
    const meter = new AgencyMeter();
    const log = isShared ? meter.log(plain).of(1) : meter.log(plain);
    const lines = [
      line('apuesta_enviada', 'success', { cantidad: 20 }),
      // That of exercise 5: one bet.
      line('apuesta_enviada', 'success', { dni: '30904465' }),
      line('apuesta_enviada', 'fail'),
      line('connect', 'fail'),
      line('connection', 'fail'),
      line('connection', 'fail'),
      line('consulta_ganadores', 'success'),
      line('consulta_ganadores', 'fail'),
      line('config', 'success'),
    ];
    log.log(...lines);
    const { bets, failedCalls, lostConnections, served } = meter;
    assert.deepEqual(
      { bets, failedCalls, lostConnections, served },
      { bets: 21, failedCalls: 1, lostConnections: 2, served: 1 },
    );
    assert.deepEqual(written, lines);
  }
});

test('the event loop’s worst delay is told for a window or two, whoever asks and however often', (t) => {
  const clock = handClock(t);
  const delays = {
    ...{ count: 1, max: 1e9 + LAG_RESOLUTION_MS * 1e6, isOn: false },
    percentile: () => delays.max,
    enable: () => Object.assign(delays, { isOn: true }),
    disable: () => Object.assign(delays, { isOn: false }),
    reset: () => Object.assign(delays, { count: 0, max: 0 }),
  };
  t.mock.method(perfHooks, 'monitorEventLoopDelay', () => delays);
  syncBuiltinESMExports();
  t.after(syncBuiltinESMExports);
  const { read, end } = processMetrics();
  const worst = (at: number) => {
    clock.at = at;
    const family = read().find(({ name }) => name === 'nodejs_eventloop_lag_max_seconds');
    return family?.samples[0]?.value;
  };
  assert.ok(delays.isOn);
  const W = LAG_WINDOW_MS;
  assert.deepEqual([0, 0, W - 1, W, W, 2 * W - 1].map(worst), [1, 1, 1, 1, 1, 1]);
  // Nothing was late in the second window.
  assert.equal(worst(2 * W), 1);
  assert.equal(worst(2 * W), 0);
  end();
  assert.equal(delays.isOn, false);
});

test('processor time is that of the program and of the kernel for it, in seconds, as the time of its start', (t) => {
  t.mock.method(process, 'cpuUsage', () => ({ user: 1e6, system: 2e6 }));
  const { read, end } = processMetrics();
  t.after(end);
  const figure = (wanted: string) => read().find(({ name }) => name === wanted)?.samples[0]?.value ?? 0;
  assert.equal(figure('process_cpu_seconds_total'), 3);
  const age = Date.now() / 1_000 - figure('process_start_time_seconds');
  assert.ok(age > 0 && age < 86_400, `${age} s`);
});
