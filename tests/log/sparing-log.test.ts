/** Strangers do not fill the log: of their lines so many a second are written, the others are counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../../machines/vocabulary/log.ts';
import { sparingLog } from '../../src/log/sparing-log.ts';
import { until } from '../support/system.ts';
import { info } from './helpers.ts';

test('spare lines over the bound are counted and told; all others are written', async () => {
  const written: LogEntry[] = [];
  const log = sparingLog({ log: (...entries) => written.push(...entries) }, 10, 1);
  const spare: LogEntry = { ...info(), isSpare: true };
  for (let i = 0; i < 30; i++) log.log(spare, info({ i }));
  assert.equal(written.filter(({ isSpare }) => isSpare).length, 10);
  assert.equal(written.filter(({ isSpare }) => !isSpare).length, 30);
  await until(() => written.at(-1)?.action === 'log', 'it is told');
  assert.equal(written.at(-1)?.details?.left_out, 20);
});

test('each time those are counted that were left out since it was told last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const written: LogEntry[] = [];
  const log = sparingLog({ log: (...entries) => written.push(...entries) }, 1, 0);
  const told = () => written.flatMap(({ details }) => details?.left_out ?? []);
  for (const [count, after] of [
    [5, [4]],
    [3, [4, 3]],
  ] as const) {
    for (let line = 0; line < count; line++) log.log({ ...info(), isSpare: true });
    t.mock.timers.tick(1_000);
    assert.deepEqual(told(), after);
  }
  t.mock.timers.tick(10_000);
  assert.deepEqual(told(), [4, 3], 'nothing more is said of none');
});

test('room for spare lines grows with time, once for each second, and no further than what may come at once', (t) => {
  let at = 0;
  t.mock.method(process.hrtime, 'bigint', () => BigInt(at * 1e6));
  const written: LogEntry[] = [];
  const log = sparingLog({ log: (...entries) => written.push(...entries) }, 2, 1);
  const takes = (ms: number): number => {
    at = ms;
    written.length = 0;
    for (let line = 0; line < 5; line++) log.log({ ...info(), isSpare: true });
    return written.length;
  };
  assert.deepEqual([0, 500, 1_000, 1_000, 2_000, 1e6].map(takes), [2, 0, 1, 0, 1, 2]);
});
