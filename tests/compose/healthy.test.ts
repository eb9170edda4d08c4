/** The health check of the server's container: Docker asks often, and a good answer holds for a while. */
import assert from 'node:assert/strict';
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

/** Asks with a command that says `asked`; answers its exit code, and whether it was run. */
function checked(t: TestContext) {
  const cwd = temporaryFolder(t);
  const HEALTHY = join(cwd, 'healthy');
  const shell = (name: string, ...args: string[]) =>
    run('sh', [join(REPOSITORY, 'docker', name), ...args], { cwd, env: { HEALTHY } });
  return {
    ask: (code: number) => {
      const { status, stdout } = shell('healthy.sh', 'sh', '-c', `echo asked; exit ${code}`);
      return [status, stdout === 'asked\n'];
    },
    /** As if the last answer were so old. */
    age: (seconds: number) => utimesSync(HEALTHY, Date.now() / 1000 - seconds, Date.now() / 1000 - seconds),
    isKept: () => existsSync(HEALTHY),
    supervise: () => shell('supervise.sh', 'true').status,
  };
}

test('it asks until there is an answer, and then only every half minute', (t) => {
  const { ask, age } = checked(t);
  assert.deepEqual([ask(1), ask(1), ask(0)], [...[1, 1].map((code) => [code, true]), [0, true]]);
  assert.deepEqual(
    [ask(1), ask(1)],
    [1, 1].map(() => [0, false]),
  );
  age(10);
  assert.deepEqual(ask(1), [0, false]);
  age(40);
  assert.deepEqual(
    [ask(1), ask(1), ask(0), ask(1)],
    [
      [1, true],
      [1, true],
      [0, true],
      [0, false],
    ],
  );
});

test('a clock that is set back by an hour makes no answer good for an hour', (t) => {
  const { ask, age } = checked(t);
  ask(0);
  age(-3_600);
  assert.deepEqual(
    [ask(1), ask(0), ask(1)],
    [
      [1, true],
      [0, true],
      [0, false],
    ],
  );
});

test('a server that begins anew has not answered yet', (t) => {
  const { ask, isKept, supervise } = checked(t);
  ask(0);
  assert.ok(isKept());
  assert.equal(supervise(), 0);
  assert.ok(!isKept());
});
