/** Every known bug, put into the code: is it seen by those tests that should? `make guards` tries some of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUGS } from './bugs/index.ts';
import { whatCatches } from './try-bug.ts';

const isLong = (file: string): boolean => file.endsWith('.long.test.ts');

/** The long ones run beside this file anyway. */
const QUICK = [...new Set(BUGS.flatMap(({ seenBy }) => seenBy))].filter((file) => !isLong(file));

test('a copy of the sources passes without any bug: a test that fails anyway catches nothing', async () => {
  assert.equal(await whatCatches(undefined, QUICK), undefined);
});

for (const bug of BUGS) {
  test(`"${bug.name}" is caught`, async (t) => {
    const by = await whatCatches(bug, bug.seenBy);
    assert.ok(by, `not caught, and ${bug.breaks}`);
    t.diagnostic(by);
  });
}
