/** That the tests catch the bugs takes minutes: `make guards`. That they can still be put into the code is quick. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyBug, applyEdit } from './bug.ts';
import { BUGS } from './bugs/index.ts';
import { readSource, SOURCES } from './try-bug.ts';

test('there are at least 25 bugs, each with its own name', () => {
  assert.ok(BUGS.length >= 25);
  assert.equal(new Set(BUGS.map(({ name }) => name)).size, BUGS.length);
});

for (const bug of BUGS) {
  test(`"${bug.name}" can still be put into the code, and those who should see it are there`, () => {
    for (const [file, text] of applyBug(bug, readSource)) {
      assert.notEqual(text, readSource(file));
      stripTypeScriptTypes(text);
    }
    for (const file of bug.seenBy) assert.ok(existsSync(join(SOURCES, 'tests', file)), file);
    assert.ok(bug.seenBy.length > 0);
  });
}

test('a text that stands twice, or not at all, is no place for a bug', () => {
  const edit = { file: 'a.ts', find: 'one  two', put: 'three' };
  assert.equal(applyEdit('(one\n  two)', edit), '(three)');
  assert.throws(() => applyEdit('one two, one two', edit), /a\.ts has 2 times, not once: "one {2}two"/);
  assert.throws(() => applyEdit('one, two', edit), /a\.ts has 0 times/);
});
