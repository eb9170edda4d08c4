/** A process of the demo, as the demo's machine hears it: all that it says, then its end, and nothing of it is left. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { createActor, createMachine } from 'xstate';
import type { ProcessCommand, ProcessEvent } from '../../machines/vocabulary/demo.ts';
import { childProcess, type Launch } from '../../src/demo/process.ts';
import { hasOwnGroup, isThere } from '../support/is-there.ts';
import { PATIENCE_MS } from '../support/program.ts';
import { until } from '../support/system.ts';

const NODE: Launch = { command: process.execPath, args: [], env: {}, takesOrders: false };
const script = (text: string): Launch => ({ ...NODE, args: ['-e', text] });
const shell = (text: string): Launch => ({ ...NODE, command: '/bin/sh', args: ['-c', text] });

/** Starts it as the server of a machine that only listens. */
function start(t: TestContext, launch: Launch) {
  const heard: ProcessEvent[] = [];
  const emitter = new EventEmitter();
  const input = { who: 'server', agencies: 1, ports: [], port: undefined, rows: 0, isPaced: false } as const;
  const machine = createMachine({
    invoke: { src: childProcess(() => launch), id: 'server', input },
    on: {
      '*': {
        actions: ({ event }) => {
          heard.push(event as ProcessEvent);
          emitter.emit(event.type, event);
        },
      },
    },
  });
  const actor = createActor(machine).start();
  t.after(() => actor.stop());
  const tell = (command: ProcessCommand) => actor.getSnapshot().children.server?.send(command);
  const next = async (type: ProcessEvent['type']) => {
    const there = heard.find((event) => event.type === type);
    return (
      there ?? ((await once(emitter, type, { signal: AbortSignal.timeout(PATIENCE_MS) }))[0] as ProcessEvent)
    );
  };
  return { actor, heard, tell, next };
}

/** It says its number as a server says its port. */
const SAYS_ITS_NUMBER =
  'console.log(JSON.stringify({ level: 30, action: "config", result: "success", port: process.pid }));';
const STAYS = 'setInterval(() => {}, 1e6);';

test('a line of any length is heard whole, on both streams, and no letter is cut in two', async (t) => {
  // No read takes as much, and none ends where a letter does.
  const text = `x${'€'.repeat(100_000)}`;
  for (const stream of ['stdout', 'stderr']) {
    const { heard, next } = start(
      t,
      script(`process.${stream}.write('x' + '€'.repeat(100_000) + '\\nthe next\\n')`),
    );
    await next('process.exited');
    const lines = heard.flatMap((event) => (event.type === 'process.complained' ? event.complaints : []));
    assert.ok(lines.flatMap((complaint) => complaint.lines).join('\n') === `${text}\nthe next`, stream);
  }
});

test('what it says last is heard before its end, also without an end of the line, and from a child of its own', async (t) => {
  const cases: [string, Launch, number][] = [
    ['no end of the line', script('process.stdout.write("the reason"); process.exitCode = 3'), 3],
    [
      'said once it has ended itself',
      shell('me=$$; (while kill -0 $me 2>/dev/null; do :; done; echo the reason) & exit 4'),
      4,
    ],
  ];
  for (const [name, launch, code] of cases) {
    const { heard, next } = start(t, launch);
    await next('process.exited');
    assert.deepEqual(
      heard.slice(1),
      [
        { type: 'process.complained', who: 'server', complaints: [{ of: 'server', lines: ['the reason'] }] },
        { type: 'process.exited', who: 'server', code, signal: null },
      ],
      name,
    );
  }
});

test('one that cannot be started has one end, which says why', async (t) => {
  const { heard, next } = start(t, { ...NODE, command: '/nowhere/quiniela' });
  await next('process.errored');
  // Whatever else is told of it has come by then.
  await start(t, script('')).next('process.exited');
  assert.deepEqual(
    heard.map(({ type }) => type),
    ['process.started', 'process.errored'],
  );
  const [, errored] = heard;
  assert.match(errored?.type === 'process.errored' ? errored.reason : '', /ENOENT/);
});

test('Ctrl-C, which a terminal sends to a whole group, reaches it only through its actor', async (t) => {
  const { next } = start(t, script(`${SAYS_ITS_NUMBER}${STAYS}`));
  const listening = await next('process.listening');
  assert.ok(listening.type === 'process.listening');
  assert.ok(hasOwnGroup(listening.port));
});

test('it is killed with its actor', async (t) => {
  const { actor, next } = start(t, script(`${SAYS_ITS_NUMBER}${STAYS}`));
  const listening = await next('process.listening');
  assert.ok(listening.type === 'process.listening' && isThere(listening.port));
  actor.stop();
  await until(() => !isThere(listening.port), 'it has ended');
});

test('it is sent the signal that it is to stop by', async (t) => {
  const { tell, next } = start(t, script(`process.on("SIGTERM", () => {});${SAYS_ITS_NUMBER}${STAYS}`));
  await next('process.listening');
  tell({ type: 'process.stop', signal: 'SIGTERM' });
  tell({ type: 'process.stop', signal: 'SIGKILL' });
  const exited = await next('process.exited');
  assert.deepEqual(exited, { type: 'process.exited', who: 'server', code: null, signal: 'SIGKILL' });
});

test('an order that it can not hear any more is refused', async (t) => {
  const { tell, next } = start(t, { ...script(''), takesOrders: true });
  await next('process.exited');
  tell({ type: 'process.order', id: 7, order: { do: 'pause', who: 'server', actor: 'server_1.0' } });
  const refused = await next('process.answered');
  assert.ok(refused.type === 'process.answered' && refused.id === 7);
  assert.match(refused.refusal ?? '', /^server does not listen: /);
});

test('a signal that a person sends is answered, and who is stopped by one still ends when it is told to', async (t) => {
  const { heard, tell, next } = start(t, { ...script(`${SAYS_ITS_NUMBER}${STAYS}`), takesOrders: true });
  await next('process.listening');
  tell({ type: 'process.order', id: 8, order: { do: 'signal', who: 'server', signal: 'SIGSTOP' } });
  assert.deepEqual(heard.at(-1), { type: 'process.answered', who: 'server', id: 8 });
  tell({ type: 'process.stop', signal: 'SIGTERM' });
  const exited = await next('process.exited');
  assert.deepEqual(exited, { type: 'process.exited', who: 'server', code: null, signal: 'SIGTERM' });
});
