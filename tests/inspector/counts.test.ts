/** How often a transition was taken is said as exactly as it is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counts } from '../../src/inspector/view/counts.ts';

test('what was one of several branches counts for each at most, and for all of them once', () => {
  const counts = new Counts({ taken: { 'a|pay|0': 2, 'a|pay|0/1': 3, 'a|pay|1/2': 1, 'a|go|0': 1_234 } });
  assert.equal(counts.textOf('a|go|0'), '×1,234');
  assert.equal(counts.textOf('a|pay|0'), '×2–5');
  assert.equal(counts.textOf('a|pay|1'), '×0–4');
  assert.equal(counts.textOf('a|pay|2'), '×0–1');
  assert.equal(counts.textOf('a|pay|3'), '');
  assert.equal(counts.ofAny(['a|pay|0', 'a|pay|1']), 6);
  assert.equal(counts.ofAny(['a|pay|3', 'toString']), 0);
});
