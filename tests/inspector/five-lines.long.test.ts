/** The lines that docs/inspector.md gives to other people do what it says, as they stand there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../support/system.ts';
import { askHub, startInspector } from './helpers.ts';

const ROOT = join(import.meta.dirname, '../..');

test('five lines watch any program', async (t) => {
  const page = readFileSync(join(ROOT, 'docs/inspector.md'), 'utf8');
  const lines = /```js\n(.*?)\n```/s.exec(page)![1]!.split('\n');
  assert.equal(lines.length, 5);
  const { url } = await startInspector(t);
  const machine = `
    import { createMachine } from 'xstate';
    const machine = createMachine({ id: 'door', initial: 'shut', states: { shut: { on: { knock: 'open' } }, open: {} } });
    setTimeout(() => actor.send({ type: 'knock' }), 100);`;
  const program = `${machine}\n${lines.join('\n').replace('ws://127.0.0.1:8080', url.replace('http', 'ws'))}`;
  // Beside the packages that it imports; a program that is written by hand has no rights to ask for.
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await until(async () => {
    const [door] = [...(await askHub(url)).actors.values()];
    return door?.machine === 'door' && door.value === 'open' && door.taken['door.shut|knock|0'] === 1;
  }, 'the door is open');
});
