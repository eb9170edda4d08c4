/** New connections come a few at a time, and none is left behind: not by the peer that breaks off, not by the end. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createActor, setup } from 'xstate';
import { listener } from '../../src/net/listener.ts';
import { type Task, turns } from '../../src/net/turns.ts';
import { until } from '../support/system.ts';

type Heard = { type: string; handle?: unknown; ip?: string };

const listen = async (t: TestContext, host: string) => {
  const heard: Heard[] = [];
  let [port, isClosed] = [0, false];
  const logic = listener({
    ...{ host, port: 0, backlog: 10, room: { arrivals: 3, sockets: 100 } },
    onBound: (bound) => {
      port = bound;
    },
    onClosed: () => {
      isClosed = true;
    },
  });
  const machine = setup({ actors: { logic } }).createMachine({
    invoke: { src: 'logic' },
    on: { '*': { actions: ({ event }) => heard.push(event as Heard) } },
  });
  const actor = createActor(machine).start();
  t.after(() => actor.stop());
  await until(() => heard.length > 0, 'it listens');
  const accepted = () => heard.filter(({ type }) => type === 'connection.accepted');
  t.after(() => {
    for (const { handle } of accepted()) (handle as Socket).destroy();
  });
  return { actor, heard, accepted, port, isClosed: () => isClosed };
};

const call = (t: TestContext, port: number) => {
  const socket = connect(port, '127.0.0.1')
    .on('error', () => {})
    .resume();
  t.after(() => socket.destroy());
  return socket;
};

test('so many wait for a turn, and a turn greets as many as it has time for; the end closes those that still wait', async (t) => {
  const tasks: Task[] = [];
  let left = 2;
  t.mock.method(turns, 'welcome', (arrivals: Task) => tasks.push(arrivals));
  t.mock.method(turns, 'goesOn', () => left-- > 0);
  const knock = t.mock.method(turns, 'knock');
  const { actor, accepted, port, isClosed } = await listen(t, '127.0.0.1');
  const callers: Socket[] = [];
  for (let come = 1; come <= 4; come++) {
    callers.push(call(t, port));
    await until(() => knock.mock.callCount() === come, 'it has come');
  }
  await until(() => callers[3]?.closed === true, 'there is no room for one more');
  assert.equal(accepted().length, 0);
  assert.deepEqual([tasks.length, tasks[0]?.work()], [1, true]);
  assert.deepEqual([accepted().length, callers[2]?.closed], [2, false]);

  actor.stop();
  await until(() => callers[2]?.closed === true, 'it waits no longer');
  assert.deepEqual([callers[0]?.closed, callers[1]?.closed, isClosed()], [false, false, false]);
  for (const { handle } of accepted()) (handle as Socket).destroy();
  await until(isClosed, 'the last is gone');
});

test('an address is told as it is, also where both kinds are heard', async (t) => {
  const { heard, accepted, port } = await listen(t, '::');
  if (heard[0]?.type === 'listener.failed') return t.skip('this machine has no IPv6');
  call(t, port);
  await until(() => accepted().length > 0, 'it is greeted');
  assert.equal(accepted()[0]?.ip, '127.0.0.1');
});
