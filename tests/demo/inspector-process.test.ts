/** The demo's inspector, played by a script of the test: whatever becomes of it is said, and nobody waits for it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startInspector } from '../../src/demo/inspector.ts';
import { hasOwnGroup, isThere } from '../support/is-there.ts';
import { PATIENCE_MS } from '../support/program.ts';
import { temporaryFolder, until } from '../support/system.ts';

const ADDRESS = 'http://127.0.0.1:8080/';
const LISTENS = `log({ action: 'inspect', result: 'success', page: '${ADDRESS}' });`;
const STAYS = "process.stdin.on('end', () => process.exit()).resume();";

/** It notes its number, how it was started, and the signals that it is sent. */
async function start(t: TestContext, text: string, isLab = false) {
  const folder = temporaryFolder(t);
  const program = join(folder, 'inspector.mjs');
  const note = join(folder, 'note');
  writeFileSync(
    program,
    `import { appendFileSync, writeFileSync } from 'node:fs';
     const { argv, env, pid } = process;
     writeFileSync('${note}', JSON.stringify({ pid, args: argv.slice(2), control: env.INSPECT_CONTROL, isOrdered: Boolean(process.send) }));
     const log = (entry) => process.stdout.write(JSON.stringify({ level: 30, ...entry }) + '\\n');
     ${text}`,
  );
  const inspector = await startInspector(program, isLab);
  const noted = JSON.parse(readFileSync(note, 'utf8'));
  t.after(() => {
    // It lets go of them.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.emit(signal, signal);
    if (isThere(noted.pid)) process.kill(noted.pid, 'SIGKILL');
  });
  return { inspector, noted };
}

/** What is said while it stays, and after that. */
async function stay({ inspector }: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  const said: string[] = [];
  await inspector.stay((text) => said.push(text));
  return said;
}

/** Who waits for what does not come fails. */
const LATE = { timeout: PATIENCE_MS };

const STILL = `\nThe machines of this run can still be looked at, until Ctrl-C: ${ADDRESS}`;

test('it is where it says, and stays until it is asked to stop, which is also its end', async (t) => {
  const started = await start(t, `${LISTENS}${STAYS}`);
  const { inspector, noted } = started;
  assert.deepEqual(
    [inspector.address, inspector.entrance, inspector.text],
    [ADDRESS, undefined, `Inspector ${ADDRESS}`],
  );
  assert.ok(hasOwnGroup(noted.pid), 'a terminal does not ask it, but the demo');
  const said: string[] = [];
  const staying = inspector.stay((text) => said.push(text));
  assert.deepEqual(said, [STILL]);
  process.emit('SIGINT', 'SIGINT');
  await staying;
  await until(() => !isThere(noted.pid), 'it has ended');
});

test('a demo that was asked to stop before does not keep it, and says no address to look at', async (t) => {
  const started = await start(t, `${LISTENS}${STAYS}`);
  process.emit('SIGTERM', 'SIGTERM');
  await new Promise(setImmediate);
  assert.deepEqual(await stay(started), []);
  await until(() => !isThere(started.noted.pid), 'it has ended');
});

test('it may act only in a lab: elsewhere it is told so, and has no channel', async (t) => {
  const { noted } = await start(t, `${LISTENS}${STAYS}`);
  assert.deepEqual([noted.control, noted.isOrdered], ['', false]);
  const lab = await start(
    t,
    `process.send({ entrance: '/lab?ticket=x' }, () => { ${LISTENS} }); ${STAYS}`,
    true,
  );
  assert.deepEqual([lab.noted.control, lab.noted.isOrdered], ['1', true]);
  assert.equal(lab.inspector.entrance, `${ADDRESS}lab?ticket=x`);
});

test('a page is there once it says so; if it ends before that, nobody waits for a page', LATE, async (t) => {
  const { inspector } = await start(t, `${LISTENS} log({ action: 'page', result: 'success' }); ${STAYS}`);
  await inspector.page();
  const { inspector: ending } = await start(t, `${LISTENS} process.exitCode = 3;`);
  await assert.rejects(ending.page(), /^Error: exit code 3$/);
});

test(
  'if it ends while its page is looked at, the demo does so, too; if it has before, that is said with the reason',
  LATE,
  async (t) => {
    const started = await start(t, `${LISTENS}${STAYS}`);
    const said: string[] = [];
    const staying = started.inspector.stay((text) => said.push(text));
    process.kill(started.noted.pid, 'SIGKILL');
    await staying;
    assert.deepEqual(said, [STILL]);
    for (const [text, reason] of [
      ['process.exitCode = 3;', 'exit code 3'],
      ["process.kill(process.pid, 'SIGKILL');", 'SIGKILL'],
    ] as const) {
      const ended = await start(t, `${LISTENS}${text}`);
      await assert.rejects(ended.inspector.page());
      assert.deepEqual(await stay(ended), [`\nThe inspector has ended before: ${reason}`]);
    }
  },
);

test('if it cannot listen, or ends before it does, the demo goes on without it and says why', async (t) => {
  for (const [text, reason] of [
    [`log({ action: 'inspect', result: 'fail', error: 'no port is free' }); ${STAYS}`, 'no port is free'],
    ['process.exitCode = 2;', 'exit code 2'],
  ] as const) {
    const started = await start(t, text);
    const { inspector, noted } = started;
    assert.deepEqual(
      [inspector.address, inspector.text],
      [undefined, `Inspector none, the demo goes on without it: ${reason}`],
    );
    await assert.rejects(inspector.page());
    assert.deepEqual(await stay(started), []);
    await until(() => !isThere(noted.pid), 'it has ended');
  }
});

test('one that does not stop is killed', async (t) => {
  const started = await start(t, `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6); ${LISTENS}`);
  process.emit('SIGINT', 'SIGINT');
  await stay(started);
  await until(() => !isThere(started.noted.pid), 'it has ended');
});
