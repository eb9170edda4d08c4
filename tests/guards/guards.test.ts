/** That the suites catch the bugs takes minutes: `make guards`. That there still are such bugs is quick. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { bugFile, knownBugs, sources } from './guards.ts';

test('the five known bugs can still be put into the code', () => {
  assert.equal(knownBugs().length, 5);
  for (const bug of knownBugs()) {
    const { status, stderr } = spawnSync('git', ['apply', '--check', bugFile(bug)], {
      cwd: join(sources),
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${bug}: ${stderr}`);
  }
});
