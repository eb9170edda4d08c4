/** Between the context before an event and after it, each change is told once, where it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { differencesOf } from '../../src/inspector/view/difference.ts';

const told = (before: unknown, after: unknown): string[] =>
  differencesOf(before, after).map(
    ({ path, kind, before, after }) => `${kind} ${path} ${JSON.stringify(before)} ${JSON.stringify(after)}`,
  );

test('fields that came, went and changed, also inside of others', () => {
  const before = { stored: 960, total: { count: 5 }, gone: true, same: { a: [1] } };
  const after = { stored: 1920, total: { count: 6 }, came: 'yes', same: { a: [1] } };
  assert.deepEqual(told(before, after), [
    'changed stored 960 1920',
    'changed total.count 5 6',
    'removed gone true undefined',
    'added came undefined "yes"',
  ]);
});

test('of a list, what joined it and what left', () => {
  assert.deepEqual(told({ finished: [1, 2] }, { finished: [2, 3] }), [
    'removed finished [1] undefined',
    'added finished undefined [3]',
  ]);
  assert.deepEqual(told([{ id: 1 }], [{ id: 2 }, { id: 3 }]), [
    'changed [0].id 1 2',
    'added [1] undefined {"id":3}',
  ]);
  assert.deepEqual(told([1, 2], [2, 1]), ['changed  [1,2] [2,1]']);
});

test('whatever the values are, nothing is told exactly if nothing is different', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      assert.deepEqual(differencesOf(before, structuredClone(before)), []);
      const isSame = JSON.stringify(before) === JSON.stringify(after);
      if (differencesOf(before, after).length === 0) assert.ok(isSame || sorted(before) === sorted(after));
    }),
  );
});

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : Object.is(inner, -0)
        ? 0
        : inner,
  );
