import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetChoice, isFleet, mostOnTheirWay } from '../../src/config/fleet-rule.ts';
import { BATCH_WINDOW, LINE_BYTES } from '../../src/limits.ts';

test('up to eight agencies are never a fleet unless it is asked for', () => {
  for (const cores of [1, 2, 64])
    for (const agencies of [1, 5, 8]) assert.equal(isFleet('auto', agencies, cores), false);
});

test('more than eight are one where they are more than four for each core', () => {
  for (const [cores, most] of [
    [1, 8],
    [2, 8],
    [3, 12],
    [16, 64],
  ] as const) {
    assert.equal(isFleet('auto', most, cores), false);
    assert.equal(isFleet('auto', most + 1, cores), true);
  }
});

test('who chooses is not asked how many', () => {
  assert.equal(isFleet('yes', 1, 64), true);
  assert.equal(isFleet('no', 10_000, 1), false);
});

test('there are three choices', () => {
  assert.deepEqual(['yes', 'no', 'auto', 'maybe', ''].map(fleetChoice.parse), [
    ...['yes', 'no', 'auto'],
    ...[undefined, undefined],
  ]);
});

test('one agency may have its whole window on its way, and what thousands have fits into memory', () => {
  assert.ok(mostOnTheirWay(1) >= BATCH_WINDOW && mostOnTheirWay(100) >= BATCH_WINDOW);
  for (const agencies of [513, 2_000, 10_000]) {
    assert.ok(mostOnTheirWay(agencies) >= 8, 'a round trip and a sync stay hidden');
    assert.ok(agencies * mostOnTheirWay(agencies) * LINE_BYTES <= 700e6);
  }
});
