/** The demo's inspector is a process of its own: nothing that happens to it happens to the run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { isThere } from '../support/is-there.ts';
import { until } from '../support/system.ts';
import { demoFolder, startDemo } from './helpers.ts';

/** The inspector that a demo has started, by its parent; undefined if it has none. */
function inspectorOf(demo: number): number | undefined {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const found = lines.find(
    (line) => / inspector --port/.test(line) && Number(line.trim().split(/\s+/)[1]) === demo,
  );
  return found === undefined ? undefined : Number(found.trim().split(/\s+/)[0]);
}

const ADDRESS = /Inspector (http:\/\/127\.0\.0\.1:\d+\/)/;

test('its port is taken: another one is, and said; the page stays until one Ctrl-C', async (t) => {
  using folder = demoFolder();
  // Taken by us, or by whoever has it already.
  const taken = createServer()
    .on('error', () => {})
    .listen(8080, '127.0.0.1');
  t.after(() => taken.close());
  const demo = startDemo(folder.path, '--agencies', '2', '--bets', '500', '--inspect');
  await demo.said(/Inspector http:\/\/127\.0\.0\.1:\d+\/ \(port 8080 is taken\)/);
  await demo.said(/can still be looked at, until Ctrl-C/);
  const inspector = inspectorOf(demo.child.pid!)!;
  assert.ok(isThere(inspector));
  demo.child.kill('SIGINT');
  const { code, err, out } = await demo.outcome;
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /total +1,000 +1,000/);
  assert.ok(!isThere(inspector), 'it ends with the demo');
});

test('it is killed, or stops, in the middle of the run: the run is as ever', async () => {
  for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
    using folder = demoFolder();
    const demo = startDemo(folder.path, '--agencies', '2', '--bets', '5000', '--inspect');
    await demo.said(/^Server /m);
    const inspector = inspectorOf(demo.child.pid!)!;
    process.kill(inspector, signal);
    if (signal === 'SIGKILL') await demo.said(/The inspector has ended before: SIGKILL/);
    else {
      await demo.said(/can still be looked at/);
      demo.child.kill('SIGINT');
    }
    const { code, err, out } = await demo.outcome;
    assert.deepEqual([code, err], [0, ''], signal);
    assert.match(out, /total +10,000 +10,000/);
    await until(() => !isThere(inspector), 'no inspector is left');
  }
});

test('a demo that is killed leaves no inspector behind', async () => {
  using folder = demoFolder();
  const demo = startDemo(folder.path, '--agencies', '2', '--bets', '500', '--inspect');
  await demo.said(ADDRESS);
  const inspector = inspectorOf(demo.child.pid!)!;
  demo.child.kill('SIGKILL');
  await once(demo.child, 'exit');
  await until(() => !isThere(inspector), 'the inspector has ended, too');
});
