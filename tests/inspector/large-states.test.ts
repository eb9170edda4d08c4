/** An actor is never shown in a state that it has left, however large the one is that it is in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEPTH, PART_BYTES, WORD_CHARS } from '../../src/inspector/limits.ts';
import { activeStates, stateText } from '../../src/inspector/view/naming.ts';
import { readEvent } from '../../src/inspector/view/shape.ts';
import { weightOf } from '../../src/inspector/view/weight.ts';
import { pictureOf } from './helpers.ts';
import { actorEvent, snapshotEvent } from './posts.ts';

/** How an actor is shown that has come into such a state. */
const shownIn = (value: unknown): unknown => {
  const told = [actorEvent('a.1'), snapshotEvent('a.1', { snapshot: { status: 'active', value } })];
  return pictureOf(told.flatMap((event) => readEvent(event) ?? [])).actors.get('a.1')?.value;
};

const nested = (levels: number): unknown =>
  levels === 0 ? 'inside' : { [`s${levels}`]: nested(levels - 1) };

test('states inside states', () => {
  assert.deepEqual(shownIn(nested(DEPTH)), nested(DEPTH), 'as deep as may be');
  for (const levels of [DEPTH + 2, 40, 5_000]) {
    const shown = shownIn(nested(levels));
    assert.match(stateText(shown), new RegExp(`^s${levels} › s${levels - 1} › .* › …$`));
    assert.ok(activeStates('deep', shown).has(`deep.s${levels}.s${levels - 1}`), 'its outer states are lit');
    assert.ok(weightOf(shown) < PART_BYTES);
  }
});

test('hundreds and thousands of regions', () => {
  const regions = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`region ${index}`, { on: 'idle' }]));
  assert.deepEqual(shownIn(regions(400)), regions(400));
  const shown = shownIn(regions(5_000)) as Record<string, unknown>;
  assert.deepEqual(shown['region 100'], { on: 'idle' });
  assert.equal(Object.keys(shown).at(-1), '…', 'and more');
  assert.ok(weightOf(shown) < PART_BYTES);
});

test('names of any length', () => {
  assert.equal(shownIn('x'.repeat(WORD_CHARS)), 'x'.repeat(WORD_CHARS));
  assert.equal(shownIn('x'.repeat(10_000)), `${'x'.repeat(WORD_CHARS - 1)}…`);
  assert.deepEqual(shownIn({ a: 'x'.repeat(PART_BYTES) }), { '…': {} });
});

test('what is none is none, however large', () => {
  for (const value of [7, [], { a: null }, { b: 'x'.repeat(PART_BYTES / 3), a: 7 }])
    assert.equal(shownIn(value), 'off', JSON.stringify(value).slice(0, 40));
});
