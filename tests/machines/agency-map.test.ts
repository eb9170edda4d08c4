import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AgencyMap } from '../../machines/server/agency-map.ts';

/** Few, so that they meet again; of several pages and books. */
const agency = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 570, max: 2_000 }));
const change = fc.record({ agency, value: fc.option(fc.integer()) });

test('it holds what a Map holds, in the order of the numbers, however it came about', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
      const model = new Map<number, number>();
      let map = AgencyMap.empty<number>();
      for (const { agency, value } of changes) {
        map = value === null ? map.without(agency) : map.with(agency, value);
        if (value === null) model.delete(agency);
        else model.set(agency, value);
        assert.deepEqual(
          [map.size, map.has(agency), map.get(agency)],
          [model.size, value !== null, value ?? undefined],
        );
      }
      assert.deepEqual(
        [...map],
        [...model].sort(([a], [b]) => a - b),
      );
    }),
  );
});

test('many at once come to the same as one after the other', () => {
  const many = [3, 1, 700, 3];
  const map = AgencyMap.empty<string>().with(2, 'before');
  const one = many.reduce((all, agency) => all.with(agency, 'now'), map);
  assert.deepEqual([[...map.withAll(many, 'now')], map.withAll(many, 'now').size], [[...one], 4]);
  assert.deepEqual([...map.withAll([], 'now')], [...map]);
});

test('one that was taken earlier never changes', () => {
  const before = AgencyMap.empty<string>().with(1, 'one').with(10_000, 'last');
  before.with(1, 'other').without(10_000).with(2, 'two');
  assert.deepEqual(
    [...before],
    [
      [1, 'one'],
      [10_000, 'last'],
    ],
  );
  assert.equal(before.size, 2);
});

test('an agency that is not there is not found, whatever its number', () => {
  const map = AgencyMap.empty<true>().with(5, true);
  for (const other of [0, -1, 6, 105, 1e9, 5.5, Number.NaN]) assert.equal(map.has(other), false);
  assert.equal(map.without(6), map);
});
