import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  accepted,
  actorBroken,
  agencyFinished,
  bound,
  connectionBroken,
  drawRecorded,
  gone,
  INPUT,
  recovered,
  type ServerMachineEvent,
  serve,
  serveWith,
  session,
  shuttingDown,
  signal,
  storeFailed,
  told,
} from './server-fixtures.ts';

const listening = [recovered(), bound];
const drawn = [agencyFinished(1), agencyFinished(2), drawRecorded];

describe('server: connections', () => {
  test('each connection is admitted', () => {
    const { connections } = serve(...listening, accepted, accepted, accepted);
    assert.deepEqual(connections(), ['crowd.admit', 'crowd.admit', 'crowd.admit']);
  });

  test('where a certificate is asked for, a connection is nobody’s until it has shown one', () => {
    for (const identity of ['nobody', 'anybody'] as const) {
      const { identities } = serveWith({ identity }, ...listening, accepted);
      assert.deepEqual(identities(), [identity]);
    }
  });

  test('a connection too many is turned away, until one has closed', () => {
    const { send, turnedAway, entries } = serve(...listening, accepted, accepted, accepted, accepted);
    assert.equal(turnedAway.length, 1);
    assert.match(String(entries.at(-1)?.details?.error), /BUSY/);
    send(gone(2), accepted);
    assert.equal(turnedAway.length, 1);
  });

  test('the sessions of agencies take no stranger’s place', () => {
    const strangers = [accepted, accepted];
    const { turnedAway, send } = serve(...listening, accepted, session(1).opened, ...strangers, accepted);
    assert.equal(turnedAway.length, 0);
    send(accepted);
    assert.equal(turnedAway.length, 1);
  });

  test('a session that breaks is named and over, and takes no other with it: its agency is not uploading any more', () => {
    const one = session(1);
    const { send, state, logged } = serve(...listening, accepted, one.opened);
    assert.equal(state(), 'serving.collecting.receivingBatches');
    send(connectionBroken(one.from));
    assert.deepEqual([state(), logged().at(-1)], ['serving.collecting.listening', 'session fail']);
  });

  test('every connection hears when the store has too much, and when it has not', () => {
    const { send, connections } = serve(...listening, accepted, accepted, accepted);
    send({ type: 'store.saturated' }, { type: 'store.relieved' });
    assert.deepEqual(
      connections().filter((type) => type.startsWith('flow')),
      ['flow.pause', 'flow.resume'],
    );
  });
});

describe('server: the end', () => {
  test('a session that has ended is waited for no longer, whether it closed, broke, or was taken over', () => {
    const [older, one] = [session(1, 'older'), session(1)];
    for (const left of [one.closed, connectionBroken(one.from), older.closed]) {
      const { send, state } = serve(...listening, accepted, older.opened, one.opened, signal());
      assert.equal(state(), shuttingDown('closingConnections', 'toldToStop'));
      send(left);
      assert.equal(state(), shuttingDown('drainingStore', 'toldToStop'));
    }
  });

  test('an agency that has its winners while the server stops is not told them again: it is written down', () => {
    const late = session(2, 'late', '0');
    const { send, requests } = serve(...listening, accepted, ...drawn, signal());
    send(told(1), late.told, gone());
    assert.deepEqual(
      requests().filter(({ kind }) => kind === 'told'),
      [
        { kind: 'told', agency: 1, draw: '1' },
        { kind: 'told', agency: 2, draw: '0' },
      ],
    );
  });

  test('a signal closes the listener, ends the sessions, drains the store, and ends with 0', () => {
    const { send, state, listener, connections, faults, asked, logged, exitCode } = serve(
      ...listening,
      accepted,
      session(1).opened,
      signal(),
    );
    assert.deepEqual([state(), listener()], [shuttingDown('closingConnections', 'toldToStop'), ['stopped']]);
    assert.equal(connections().at(-1), 'session.end');
    assert.deepEqual(faults(), ['SHUTTING_DOWN'], 'an agency comes back later');
    assert.ok(!asked().includes('store.drain'), 'what the sessions sent is stored first');
    send(gone());
    assert.deepEqual([state(), asked().at(-1)], [shuttingDown('drainingStore', 'toldToStop'), 'store.drain']);
    send({ type: 'store.closed' });
    assert.deepEqual([state(), exitCode()], ['stopped', 0]);
    assert.ok(logged().includes('signal_received success') && logged().includes('close success'));
  });

  test('a signal while the store recovers drains it and ends with 0', () => {
    const { send, state, asked, exitCode } = serve(signal());
    assert.deepEqual([state(), asked()], [shuttingDown('drainingStore', 'toldToStop'), ['store.drain']]);
    send({ type: 'store.closed' });
    assert.equal(exitCode(), 0);
  });

  test('a second signal ends the process at once, with the code that a shell expects', () => {
    for (const [name, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const { state, exitCode, endsAtOnce } = serve(...listening, accepted, signal(), signal(name));
      assert.deepEqual([state(), exitCode(), endsAtOnce()], ['aborted', code, true]);
    }
  });

  test('a signal to a server that closes by itself is only logged, and the next one is the second', () => {
    const failing: ServerMachineEvent = { type: 'listener.failed', reason: 'EMFILE', exitCode: 1 };
    const broken: ServerMachineEvent = { type: 'program.broken', error: new Error('a bug') };
    for (const [why, code] of [
      [[...drawn, told(1), told(2)], 0],
      [[failing], 1],
      [[broken], 1],
      [[storeFailed], 1],
      [[actorBroken('listener')], 1],
    ] as const) {
      const closing = [...listening, accepted, ...why];
      const { send, state, logged, exitCode } = serve(...closing, signal());
      assert.equal(logged().at(-1), 'signal_received success');
      assert.match(state(), /^shuttingDown.*cause.toldToStop$/);
      send(gone(), { type: 'store.closed' });
      assert.deepEqual([state(), exitCode()], ['stopped', code]);
      const twice = serve(...closing, signal(), signal());
      assert.deepEqual([twice.state(), twice.exitCode()], ['aborted', 143]);
    }
  });

  test('a shutdown that hangs ends at its deadline, with 1', () => {
    const { wait, state, logged, exitCode, endsAtOnce } = serve(...listening, accepted, signal());
    wait(INPUT.shutdownMs - 1);
    assert.equal(state(), shuttingDown('closingConnections', 'toldToStop'));
    wait(1);
    assert.deepEqual([state(), logged().at(-1), exitCode()], ['overdue', 'shutdown fail', 1]);
    assert.ok(endsAtOnce(), 'what hangs keeps no process alive');
  });

  test('a storage failure ends the sessions and ends with 1, from every state', () => {
    for (const soFar of [[], [recovered()], listening, [...listening, signal()]]) {
      const { state, exitCode } = serve(...soFar, storeFailed);
      assert.deepEqual([state(), exitCode()], ['stopped', 1]);
    }
    const { send, state, connections, exitCode } = serve(...listening, accepted, storeFailed);
    assert.deepEqual(
      [state(), ...connections().slice(-2)],
      [shuttingDown('abandoningStore', 'ofItself'), 'session.end', 'store.lost'],
    );
    send(gone());
    assert.deepEqual([state(), exitCode()], ['stopped', 1]);
  });

  test('after a storage failure nothing is written any more', () => {
    const { asked } = serve(...listening, accepted, storeFailed, gone());
    assert.deepEqual(
      asked().filter((kind) => kind !== 'stopped'),
      [],
    );
  });

  test('a port that cannot be bound is named, and ends with 1', () => {
    const { send, entries, exitCode } = serve(recovered(), {
      type: 'listener.failed',
      reason: 'EADDRINUSE',
      exitCode: 1,
    });
    assert.equal(entries.find(({ action }) => action === 'listen')?.details?.error, 'EADDRINUSE');
    send({ type: 'store.closed' });
    assert.equal(exitCode(), 1);
  });

  test('a listener that breaks ends the sessions, and what they sent is still stored', () => {
    const { send, connections, asked, state, exitCode } = serve(...listening, accepted, {
      type: 'listener.failed',
      reason: 'EMFILE',
      exitCode: 1,
    });
    assert.equal(connections().at(-1), 'session.end');
    send(gone());
    assert.deepEqual([state(), asked().at(-1)], [shuttingDown('drainingStore', 'ofItself'), 'store.drain']);
    send({ type: 'store.closed' });
    assert.equal(exitCode(), 1);
  });

  test('a storage failure is named, also while it shuts down', () => {
    for (const soFar of [listening, [...listening, signal()]]) {
      const { entries } = serve(...soFar, storeFailed);
      assert.equal(entries.find(({ action }) => action === 'store')?.details?.error, 'ENOSPC');
    }
  });

  test('a defect in an actor is named and ends with 1', () => {
    for (const actor of ['listener', 'store', 'signals']) {
      const { entries, exitCode } = serve(...listening, actorBroken(actor));
      assert.match(String(entries.find(({ action }) => action === 'run')?.details?.error), /a bug/);
      assert.equal(exitCode(), 1);
    }
  });

  test('at a defect, every session is told to come back later, or the server would wait for it in vain', () => {
    const broken: ServerMachineEvent = { type: 'program.broken', error: new Error('a bug') };
    for (const defect of [actorBroken('listener'), broken]) {
      const { connections } = serve(...listening, accepted, session(1).opened, defect);
      assert.ok(connections().includes('session.end'), defect.type);
    }
  });

  test('a defect while the server stops ends with 1 as well', () => {
    const broken: ServerMachineEvent = { type: 'program.broken', error: new Error('a bug') };
    for (const defect of [actorBroken('listener'), broken]) {
      const { send, exitCode } = serve(...listening, accepted, signal(), defect);
      send(gone(), { type: 'store.closed' });
      assert.equal(exitCode(), 1, defect.type);
    }
  });
});
