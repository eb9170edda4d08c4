/** Prometheus' text format, and the version that it tells. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Buckets } from '../../src/metrics/buckets.ts';
import { counter, gauge, histogram, textOf } from '../../src/metrics/text.ts';
import { VERSION } from '../../src/version.ts';

test('each family has its help, its type and its samples; labels are escaped', () => {
  const text = textOf([
    counter('a_total', 'How many.', 3),
    gauge('b', 'Which.', [{ labels: { name: 'a "b"\\c\nd', of: 'x' }, value: 0.5 }]),
    gauge('c', 'None.', []),
  ]);
  assert.equal(
    text,
    [
      '# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n',
      '# HELP b Which.\n# TYPE b gauge\nb{name="a \\"b\\"\\\\c\\nd",of="x"} 0.5\n',
      '# HELP c None.\n# TYPE c gauge\n',
    ].join(''),
  );
});

test('a histogram counts each value once, in its bucket and all above', () => {
  const buckets = new Buckets([1, 2]);
  for (const value of [0.5, 1, 1.5, 99]) buckets.observe(value);
  const text = textOf([histogram('h', 'All.', buckets.samples())]);
  assert.deepEqual(text.split('\n').slice(2, -1), [
    'h_bucket{le="1"} 2',
    'h_bucket{le="2"} 3',
    'h_bucket{le="+Inf"} 4',
    'h_sum 102',
    'h_count 4',
  ]);
});

test('the version is that of package.json', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(VERSION, version);
});
