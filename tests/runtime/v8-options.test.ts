/** Code that is loaded late is compiled as Node's own is: V8 takes what was compiled only under the options of its build. */
import assert from 'node:assert/strict';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import v8 from 'node:v8';
import { loadLate, markSeldom, scavengeAsNew } from '../../src/runtime/v8-options.ts';

test('while code is loaded late V8 has the options of its build, and then ours again, also if that failed', async (t) => {
  const flags: string[] = [];
  t.mock.method(v8, 'setFlagsFromString', (flag: string) => flags.push(flag));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  assert.equal(await loadLate(async () => flags.length), 0);
  scavengeAsNew();
  markSeldom();
  const ours = flags.splice(0);
  assert.equal(ours.length, 2);
  const nodes = await loadLate(async () => flags.splice(0));
  assert.equal(nodes.length, 2);
  assert.ok(nodes.every((flag) => !ours.includes(flag)));
  assert.deepEqual(flags.splice(0), ours);
  await assert.rejects(loadLate(() => Promise.reject(new Error('it is not there'))));
  assert.deepEqual(flags, [...nodes, ...ours]);
});
