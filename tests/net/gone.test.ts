/** A peer that is gone, or whose session is over, leaves nothing behind: no place that another needs, and no error. */
import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { createActor, setup } from 'xstate';
import { HANDSHAKES_OF_ADDRESS, UNIDENTIFIED_OF_ADDRESS } from '../../src/limits.ts';
import { type AcceptedSocketOptions, acceptedSocket } from '../../src/net/accepted-socket.ts';
import { Room } from '../../src/net/places.ts';
import { securedSocket } from '../../src/net/secured-socket.ts';
import { until } from '../support/system.ts';

const AGENCIES = 1;
const options: AcceptedSocketOptions = {
  room: new Room(AGENCIES),
  frameMs: 60_000,
  idleMs: 60_000,
  unwrittenBytes: 1_000,
};
const adapters = {
  plain: acceptedSocket(options),
  secured: securedSocket(options, { context: createSecureContext() }),
};

/** A session with a peer, and what it hears. */
const meet = (socket: (typeof adapters)['plain'], raw: Socket) => {
  const heard: string[] = [];
  const machine = setup({ actors: { socket } }).createMachine({
    invoke: { src: 'socket', input: { handle: raw } },
    on: { '*': { actions: ({ event }) => heard.push(event.type) } },
  });
  return { heard, session: createActor(machine).start() };
};

for (const [name, socket] of Object.entries(adapters)) {
  test(`${name}: sessions that are over hold no place of those that are not`, async (t) => {
    const first = meet(socket, new Socket());
    t.after(() => first.session.stop());
    for (let count = 0; count <= UNIDENTIFIED_OF_ADDRESS + AGENCIES; count++) {
      const raw = new Socket();
      const { session } = meet(socket, raw);
      raw.push(Buffer.from('x'));
      await new Promise(setImmediate);
      session.stop();
      assert.ok(raw.destroyed);
    }
    assert.ok(!first.heard.includes('socket.crowded'));
  });

  test(`${name}: a connection that breaks before it has said anything is closed, and no defect`, async (t) => {
    const raw = new Socket();
    const { heard, session } = meet(socket, raw);
    t.after(() => session.stop());
    raw.destroy(new Error('read ECONNRESET'));
    await until(() => heard.includes('socket.closed'), 'it is closed');
    assert.deepEqual(heard, ['socket.closed']);
  });
}

test('plain: a connection that breaks just as its session ends is no defect; why one broke is told, by its code if there are no words', async (t) => {
  const ending = new Socket();
  const { session } = meet(adapters.plain, ending);
  ending.destroy(new Error('read ECONNRESET'));
  session.stop();
  const reasonOf = async (error: Error): Promise<unknown> => {
    const raw = new Socket();
    const reasons: unknown[] = [];
    const machine = setup({ actors: { socket: adapters.plain } }).createMachine({
      invoke: { src: 'socket', input: { handle: raw } },
      on: { 'socket.closed': { actions: ({ event }) => reasons.push(event.reason) } },
    });
    const actor = createActor(machine).start();
    t.after(() => actor.stop());
    raw.destroy(error);
    await until(() => reasons.length > 0, 'it is closed');
    return reasons[0];
  };
  const refusal = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
  assert.equal(await reasonOf(refusal), 'ECONNREFUSED', 'of a name with several addresses none answers');
  const shortage = Object.assign(new Error('connect EMFILE - Local (undefined:undefined)'), {
    code: 'EMFILE',
  });
  assert.equal(await reasonOf(shortage), 'this process has too many files open (ulimit -n)');
});

test('secured: whoever ends a connection before the handshake is not waited for', async (t) => {
  const raw = new Socket({ allowHalfOpen: true });
  const { heard, session } = meet(adapters.secured, raw);
  t.after(() => session.stop());
  raw.push(null);
  await until(() => heard.includes('socket.closed'), 'it is closed');
  assert.deepEqual(heard, ['socket.closed']);
});

test('secured: a handshake of whoever is gone holds up nobody, be it under way or waiting for its turn', async (t) => {
  const begins = (heard: string[]) => until(() => heard.includes('handshake.begun'), 'a handshake begins');
  const knock = (): { raw: Socket; heard: string[]; session: { stop(): void } } => {
    const raw = new Socket();
    const met = { raw, ...meet(adapters.secured, raw) };
    // The beginning of a ClientHello, which does not go on.
    raw.push(Buffer.from([0x16]));
    t.after(() => met.session.stop());
    return met;
  };
  for (const goes of ['the peer', 'the session'] as const) {
    const go = ({ raw, session }: ReturnType<typeof knock>) =>
      goes === 'the peer' ? void raw.destroy() : session.stop();
    const underWay = Array.from({ length: HANDSHAKES_OF_ADDRESS }, knock);
    for (const { heard } of underWay) await begins(heard);
    const waiting = [knock(), knock()];
    await until(() => waiting.every(({ heard }) => heard.includes('handshake.awaited')), 'they wait');
    for (const one of [...waiting, ...underWay]) go(one);
    for (const { raw } of [...waiting, ...underWay]) assert.ok(raw.destroyed);
    const last = knock();
    await begins(last.heard);
    for (const { heard } of waiting) assert.ok(!heard.includes('handshake.begun'), goes);
    go(last);
  }
});
