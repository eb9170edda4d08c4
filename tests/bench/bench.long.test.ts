/** That the bench works; how fast anything is, is not judged here. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { updateBenchTable } from './docs-table.ts';
import type { Figure } from './figures.ts';
import { bench, ROOT } from './helpers.ts';
import { Program } from './program.ts';
import type { Results } from './results.ts';

/** A figure for each line of the targets, and the processes whose costs are shown. */
const TARGETS: readonly [RegExp, Figure['unit'], Figure['target']][] = [
  [/^5 agencies, .*: start to last winner$/, 's', { atMost: 0.5 }],
  [/^a fleet of 20 agencies, .*: start to last winner$/, 's', { atMost: 1.2 }],
  [/^a fleet of 100 agencies, .*: start to last winner$/, 's', { atMost: 4 }],
  [/^5 agencies, .*: rate$/, 'bets/s', { atLeast: 1_000_000 }],
  [/share of the yardstick's$/, 'x', { atLeast: 0.9 }],
  [/^5 agencies, .*: server, peak memory$/, 'MB', { atMost: 150 }],
  [/STORED at 100,000 bets\/s: p50$/, 'ms', { atMost: 2 }],
  [/STORED at 100,000 bets\/s: p99$/, 'ms', { atMost: 10 }],
  [/100 bets each: connection to last winner$/, 's', { atMost: 10 }],
  [/^time of one of .* as a multiple of one of/, 'x', { atMost: 1 }],
  [/100 bets each: server, peak memory$/, 'MB', { atMost: 300 }],
  [/stored: restart to listening$/, 's', { atMost: 1 }],
  [/stored: draw$/, 's', { atMost: 1.5 }],
  [/stored: draw, longest echo meanwhile$/, 'ms', { atMost: 50 }],
  [/^server, start to listening$/, 'ms', { atMost: 150 }],
  [/^TLS, 5 agencies, .*: start to last winner, as a multiple of that without TLS$/, 'x', { atMost: 1.1 }],
  [/^one scrape of a server for 10,000 agencies, processor time$/, 'ms', { atMost: 10 }],
];

const PROCESSES = [
  '5 agencies, .*: server',
  '5 agencies, .*: agencies',
  '5 agencies, .*: yardstick',
  'fleet of .*: server',
  'fleet of .*: fleet',
  'STORED at .*: server',
  'STORED at .*: load',
  '100 bets each: server',
  '100 bets each: load',
  'restart: server',
  'restart and draw: server',
  'start and stop: server',
  'TLS, 5 agencies, .*: server',
  'TLS, .* 100 bets each: fleet',
];

test('a line that came together with the one before is not waited for', async () => {
  const program = new Program({
    args: ['-e', 'process.stdout.write("the first line\\nthe second line\\n")'],
  });
  await program.seen('the first');
  await program.said('the second');
  await program.ended;
});

describe('make bench', () => {
  let stdout = '';
  let results: Results;
  before(async () => {
    ({ stdout } = await bench('bench.ts'));
    results = JSON.parse(await readFile(join(ROOT, '.data/bench-small.json'), 'utf8'));
  });

  test('each figure has values, a name of its own, and a row', () => {
    const { figures } = results;
    assert.equal(new Set(figures.map(({ what }) => what)).size, figures.length);
    for (const { what, values } of figures) {
      assert.ok(values.length > 0 && values.every(Number.isFinite), `${what}: ${values}`);
      assert.ok(stdout.includes(`\n| ${what} | `), what);
    }
  });

  for (const [pattern, unit, target] of TARGETS) {
    test(`a figure has the target of ${pattern}`, () => {
      const found = results.figures.filter((figure) => pattern.test(figure.what) && figure.target);
      assert.deepEqual(
        found.map((figure) => [figure.unit, figure.target]),
        found.map(() => [unit, target]),
      );
      assert.ok(found.length > 0);
    });
  }

  for (const who of PROCESSES) {
    test(`processor time and memory: ${who}`, () => {
      for (const cost of ['processor time', 'peak memory'])
        assert.ok(
          results.figures.some(({ what }) => new RegExp(`${who}, ${cost}`).test(what)),
          cost,
        );
    });
  }

  test('the table of docs/performance.md has the targets; written again, it stays as it is', () => {
    const page = '# Speed\n<!-- bench --><!-- /bench -->\n$& and $1\n';
    const written = updateBenchTable(page, results);
    for (const { what, target } of results.figures) if (target) assert.ok(written.includes(`\n| ${what} | `));
    assert.match(written, /^# Speed\n<!-- bench -->\nNode v.* cores .*\n.* by `make bench SMALL=1`:\n/);
    assert.match(written, /\|\n<!-- \/bench -->\n\$& and \$1\n$/);
    assert.equal(updateBenchTable(written, results), written);
    assert.throws(() => updateBenchTable('# Speed\n', results), /no place/);
  });
});

test("docs/performance.md has its table, as the writer's", async () => {
  const page = await readFile(join(ROOT, 'docs/performance.md'), 'utf8');
  assert.match(
    page,
    /<!-- bench -->\nNode v(?:.*\n)+?\| what \| median \| spread \| target \|\n(?:\|.*\n)+<!-- \/bench -->\n/,
  );
});
