/** In the lab a process does what its parent passes on to it, and nobody else's bidding. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { ActorOrder, LabAnswer } from '../../machines/vocabulary/lab.ts';
import { eventsIn } from '../inspector/helpers.ts';
import { temporaryFolder } from '../support/system.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

/** A server that waits for an agency, with a channel to the test. */
async function startServer(t: TestContext, env: Record<string, string>) {
  const folder = temporaryFolder(t);
  const file = join(folder, 'run.ndjson');
  const child = fork(MAIN, ['server'], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, AGENCIES: '1', SERVER_PORT: '0', SERVER_HOST: '127.0.0.1' },
      ...{ STORE_DIR: folder, INSPECT_FILE: file, INSPECT_PROCESS: 'server_1', ...env },
    },
  });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) if (line.includes('accept_connections')) break;
  child.stdout?.resume();
  let id = 0;
  const tell = async (order: Omit<ActorOrder, 'who'>): Promise<string | undefined> => {
    id += 1;
    child.send({ id, order: { who: 'server', ...order } });
    const [answer] = (await once(child, 'message')) as [LabAnswer];
    assert.equal(answer.id, id);
    return answer.refusal;
  };
  return { child, tell, file };
}

test('a machine is paused, resumed, and sent an event; what cannot be done is said', async (t) => {
  const { child, tell, file } = await startServer(t, { INSPECT_CONTROL: '1' });
  const actor = 'server_1.0';
  const send = (type: string) => tell({ do: 'send', actor, event: { type } } as Omit<ActorOrder, 'who'>);
  child.send({ type: 'process:msg' });
  assert.equal(await send('first'), undefined);
  assert.equal(await tell({ do: 'pause', actor }), undefined);
  assert.equal(await tell({ do: 'pause', actor }), 'it is paused already');
  assert.equal(await send('reload.asked'), undefined);
  assert.equal(await tell({ do: 'cut', actor }), 'it is paused: it would not take notice');
  assert.equal(
    await tell({ do: 'resume', actor: 'server_1.7777' }),
    'there is no actor server_1.7777 any more',
  );
  assert.equal(await tell({ do: 'resume', actor }), undefined);
  assert.equal(await tell({ do: 'resume', actor }), 'it is not paused');
  assert.equal(await tell({ do: 'cut', actor }), 'it has no connection');
  assert.equal(await tell({ do: 'pause', actor }), undefined);
  // One that is paused ends as it is told.
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  const told = eventsIn(file).flatMap((event) =>
    'sessionId' in event && event.sessionId === actor && 'event' in event
      ? [`${event.type} ${event.event.type}`]
      : [],
  );
  const sent = told.indexOf('@xstate.event reload.asked');
  assert.ok(sent > told.indexOf('@xstate.event first'));
  assert.ok(told.includes('@xstate.snapshot signal.received'), 'it was let go to hear the signal');
});

test('without INSPECT_CONTROL a process hears nothing, whoever has a channel to it', async (t) => {
  const { child } = await startServer(t, {});
  let isAnswered = false;
  child.on('message', () => {
    isAnswered = true;
  });
  child.send({ id: 1, order: { do: 'pause', who: 'server', actor: 'server_1.0' } });
  child.kill('SIGTERM');
  await once(child, 'exit');
  assert.equal(isAnswered, false);
});

test('a process that has nothing but a paused machine to wait for stays until that is resumed', async (t) => {
  const script = join(temporaryFolder(t), 'paused.ts');
  const obey = new URL('../../src/inspector/probe/obey.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { obey } from '${obey}';
     const machine = { _send() {} };
     obey(() => machine as never);
     const work = setTimeout(() => {}, 100_000);
     process.once('message', () => clearTimeout(work));
     process.send?.('ready');`,
  );
  const child = fork(script, [], { execArgv: [] });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await once(child, 'message');
  const tell = async (id: number, todo: ActorOrder['do']) => {
    child.send({ id, order: { do: todo, who: 'server', actor: 'one' } });
    const answer = once(child, 'message').then(([heard]) => heard as LabAnswer);
    return Promise.race([answer, ended.then(() => 'it has ended')]);
  };
  assert.deepEqual(await tell(1, 'pause'), { id: 1 });
  assert.deepEqual(await tell(2, 'pause'), { id: 2, refusal: 'it is paused already' });
  assert.deepEqual(await tell(3, 'resume'), { id: 3 });
  assert.deepEqual(await ended, [0, null]);
});
