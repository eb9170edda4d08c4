import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../src/diagram/command.ts';

test("the README's diagrams are those of the machines, its configuration table that of the keys", async () => {
  const file = join(import.meta.dirname, '..', '..', 'README.md');
  assert.equal(await run({ check: true, file }), 0, 'run "make diagrams"');
});
