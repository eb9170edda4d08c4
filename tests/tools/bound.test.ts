/** A run of tests ends, whatever a file of them leaves open, and no test is left out for that. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { REPOSITORY, run, temporaryFolder } from '../compose/shell.ts';

const BOUND = join(REPOSITORY, 'tests/support/bound.ts');

test('a file that does not end fails and is named; tests that it registers late run', (t) => {
  const folder = temporaryFolder(t);
  const late = `import { test } from 'node:test';
    test('early', () => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    test('late', () => {});`;
  const [endless, other] = ['endless.test.mjs', 'other.test.mjs'].map((name) => join(folder, name));
  writeFileSync(endless!, `${late}\nsetInterval(() => {}, 1_000);`);
  writeFileSync(other!, late);
  const runFile = (file: string, minutes: string) => {
    const env = { NODE_TEST_CONTEXT: undefined, BOUND_MINUTES: minutes };
    return run(process.execPath, ['--test', '--test-reporter=tap', '--import', BOUND, file], { env });
  };
  const hung = runFile(endless!, '0.15');
  assert.equal(hung.status, 1);
  assert.match(hung.stdout, /endless\.test\.mjs has not ended after 0\.15 minutes/);
  const ended = runFile(other!, '20');
  assert.equal(ended.status, 0);
  for (const { stdout } of [hung, ended]) assert.match(stdout, /ok \d - early[\s\S]*ok \d - late/);
});
