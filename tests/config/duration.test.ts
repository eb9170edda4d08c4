import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, LONGEST_MS, parseDuration } from '../../src/config/duration.ts';

test("Go's durations are understood", () => {
  const cases: Record<string, number> = {
    '0': 0,
    '0s': 0,
    '100ms': 100,
    '5s': 5_000,
    '1.5s': 1_500,
    '1m30s': 90_000,
    '1h': 3_600_000,
    '1h2m3s4ms': 3_723_004,
    '1.1s': 1_100,
    '1.1h': 3_960_000,
    '0.3s': 300,
    '2m0.5s': 120_500,
    '1.s': 1_000,
    '90m': 5_400_000,
    '007s': 7_000,
  };
  for (const [text, ms] of Object.entries(cases)) assert.equal(parseDuration(text), ms, text);
});

test('what is more than nothing is at least 1 ms', () => {
  assert.equal(parseDuration('0.001ms'), 1);
  assert.equal(parseDuration('0.0ms'), 0);
});

test('what is no duration is refused', () => {
  for (const text of [
    '',
    ' ',
    '5',
    '00',
    's',
    '-5s',
    '+5s',
    '5 s',
    '5S',
    '1d',
    '5s ',
    '5s,',
    '1m30',
    '1..5s',
    'x5s',
  ]) {
    assert.equal(parseDuration(text), undefined, JSON.stringify(text));
  }
});

test('a formatted duration is read back as the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: LONGEST_MS }), (ms) => {
      assert.equal(parseDuration(formatDuration(ms)), ms);
    }),
  );
});

test('the longest one is one that timers can wait for', () => {
  assert.ok(LONGEST_MS <= 2 ** 31 - 1);
});

test('durations are formatted shortly', () => {
  assert.deepEqual([0, 100, 2_000, 60_000, 90_000, 1_500, 3_600_000].map(formatDuration), [
    '0s',
    '100ms',
    '2s',
    '1m',
    '1m30s',
    '1s500ms',
    '1h',
  ]);
});
