import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compareTable, merge } from './compare-table.ts';
import type { Figure } from './figures.ts';
import { bench, ROOT } from './helpers.ts';

const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });

const skip = git('rev-parse', 'HEAD').status !== 0 && 'these sources are not in a git repository';

type Failed = { code: number; stderr: string };

describe('make bench-compare', () => {
  test('measures a revision and the working tree, and leaves no worktree', { skip }, async () => {
    const { stdout } = await bench('compare.ts', { BASE: 'HEAD', ONLY: 'start', RUNS: '2' });
    assert.match(
      stdout,
      /^Base: [0-9a-f]+ .* Rounds: 2\.\n\n\| what \| base \| spread \| now \| spread \| change \|\n/,
    );
    assert.match(
      stdout,
      /\n\| server, start to listening \| [\d.,]+ ms \| [\d.,]+ to [\d.,]+ \| [\d.,]+ ms \|/,
    );
    assert.ok(!git('worktree', 'list').stdout.includes(join(ROOT, '.data/bench-')));
  });

  const mistakes: [Record<string, string>, RegExp][] = [
    [{}, /^cannot compare: BASE is not set, must be a revision that git knows: .*\n$/],
    [{ BASE: 'no-such' }, /^cannot compare: BASE is "no-such", must be a revision .*\n$/],
    [{ BASE: '--all' }, /^cannot compare: BASE is "--all", must be a revision .*\n$/],
    [{ BASE: 'HEAD', ONLY: 'start,image' }, /^cannot measure: ONLY names "image", must be of draw, .*\n$/],
    [{ BASE: 'HEAD', RUNS: '0' }, /^cannot measure: RUNS is "0", must be a whole number from 1 to 1000\n$/],
  ];
  for (const [env, message] of mistakes) {
    test(`${JSON.stringify(env)} is told in one line`, async () => {
      await assert.rejects(bench('compare.ts', env), ({ code, stderr }: Failed) => {
        assert.match(stderr, message);
        return code === 1;
      });
    });
  }

  test('the rounds are merged, and the change is that of the medians', () => {
    const figure = (...values: number[]): Figure => ({ what: 'way', unit: 'ms', values });
    const base = merge([[figure(1)], [figure(3)]]);
    assert.deepEqual(base, [figure(1, 3)]);
    const rows = compareTable(base, [figure(1.5)])
      .split('\n')
      .slice(2);
    assert.deepEqual(rows, ['| way | 2.0 ms | 1.0 to 3.0 | 1.5 ms |  | -25 % |']);
  });
});
