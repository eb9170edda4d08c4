import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EventFrom } from 'xstate';
import { type EchoClientInput, echoClientMachine } from '../../machines/agency/echo.ts';
import { stage } from './stage.ts';
import { testEveryPath } from './suite.ts';

type Event = EventFrom<typeof echoClientMachine>;

const INPUT: EchoClientInput = {
  id: 1,
  loopAmount: 2,
  loopPeriodMs: 5_000,
  maxAttempts: 2,
  connectMs: 3_000,
  backOffMs: 100,
  backOffCapMs: 5_000,
  closeMs: 1_000,
};

const echo = (number: number): Event => ({
  type: 'server.echo',
  line: `[CLIENT 1] Message N°${number}\n`,
});
const connected: Event = { type: 'socket.connected' };
const refused: Event = { type: 'socket.failed', reason: 'ECONNREFUSED' };
const busy: Event = { type: 'server.echo', line: 'ERROR:BUSY:come back later\n' };
const shaking: Event = { type: 'handshake.begun' };
const handshakeFailed: Event = { type: 'handshake.failed', reason: 'no TLS' };
const impostor: Event = { type: 'server.echo', line: 'ERROR:IDENTITY:no certificate\n' };
const closed: Event = { type: 'socket.closed', reason: undefined };
const violated: Event = { type: 'protocol.violated', fault: 'MALFORMED', text: 'no line' };
const signal: Event = { type: 'signal.received', signal: 'SIGTERM' };

testEveryPath({
  machine: echoClientMachine,
  inputs: [INPUT, { ...INPUT, loopAmount: 0 }],
  events: [
    ...[connected, refused, echo(1), echo(2), busy, closed, signal, { type: 'socket.ended' }],
    ...[shaking, handshakeFailed, impostor],
    { type: 'program.broken', error: new Error('a bug') },
    { type: 'socket.broken', error: new Error('a bug') },
    ...[{ type: 'socket.idled' }, { type: 'socket.choked' }, { type: 'frame.expired' }, violated],
  ] as Event[],
  remember: ({ message, attempts, exitCode }) => [message, attempts, exitCode],
});

/** An echo client that has heard the events of `soFar`. */
const start = (...soFar: Event[]) => startWith(INPUT, ...soFar);

function startWith(input: EchoClientInput, ...soFar: Event[]) {
  const on = stage(echoClientMachine, input, ['socket', 'signals']);
  on.send(...soFar);
  return {
    send: on.send,
    state: on.state,
    wait: (ms: number) => on.clock.increment(ms),
    logged: () => on.logged,
    errors: () => on.entries.flatMap(({ details }) => details?.error ?? []),
    exitCode: () => on.actor.getSnapshot().output?.exitCode,
    /** What went over its connections, one after the other. */
    said: () => on.heard('socket').map(({ type, message }) => message?.text ?? type),
  };
}

describe('echo client', () => {
  test('each message has a connection of its own, loop.period after the last', () => {
    const { send, wait, said, state, exitCode, logged } = start(connected, echo(1), closed);
    assert.equal(state(), 'pausing');
    wait(INPUT.loopPeriodMs - 1);
    assert.equal(state(), 'pausing');
    wait(1);
    send(connected, echo(2), closed);
    assert.deepEqual(said(), [
      ...['[CLIENT 1] Message N°1', 'socket.end', 'stopped'],
      ...['[CLIENT 1] Message N°2', 'socket.end', 'stopped'],
    ]);
    assert.deepEqual([state(), exitCode()], ['finished', 0]);
    assert.equal(logged().at(-1), 'loop_finished success');
    for (const line of ['receive_message success', 'close success'])
      assert.equal(logged().filter((other) => other === line).length, 2);
  });

  test('with no messages to say, it connects to nobody and ends with 0', () => {
    const { said, state, exitCode } = startWith({ ...INPUT, loopAmount: 0 });
    assert.deepEqual([said(), state(), exitCode()], [[], 'finished', 0]);
    assert.equal(startWith({ ...INPUT, loopAmount: 1 }, connected, echo(1), closed).state(), 'finished');
  });

  test('an answer that is not the message ends it with 1, and says what came', () => {
    const { state, exitCode, errors } = start(connected, echo(2));
    assert.deepEqual([state(), exitCode()], ['failed', 1]);
    assert.match(String(errors()[0]), /the server answered \[CLIENT 1\] Message N°2$/);
  });

  const losses: Record<string, Event[]> = {
    'cannot be reached': [refused],
    closes: [connected, closed],
    'ends its side': [connected, { type: 'socket.ended' }],
    'does not answer': [connected, { type: 'socket.idled' }],
    'answers half a line': [connected, { type: 'frame.expired' }],
    'does not read': [connected, { type: 'socket.choked' }],
    'says that it is busy': [connected, busy],
  };
  for (const [what, loss] of Object.entries(losses)) {
    test(`a server that ${what} is called again, with the same message`, () => {
      const { send, wait, said, state, exitCode, errors } = start(...loss);
      assert.deepEqual([state(), errors().length], ['reconnecting', 1]);
      wait(INPUT.backOffMs);
      send(connected, echo(1), closed);
      assert.deepEqual(said().slice(-3), ['[CLIENT 1] Message N°1', 'socket.end', 'stopped']);
      // The echo counts: there are as many attempts as before.
      wait(INPUT.loopPeriodMs);
      send(...loss);
      assert.equal(state(), 'reconnecting');
      wait(INPUT.backOffMs);
      send(...loss);
      assert.deepEqual([state(), exitCode()], ['failed', 1]);
      assert.match(String(errors().at(-1)), /^gave up after 2 attempts, /);
    });
  }

  test('an attempt that hangs ends in time; each next one comes later', () => {
    const { wait, state, logged } = startWith({ ...INPUT, maxAttempts: 3 });
    for (const backOff of [100, 200]) {
      wait(INPUT.connectMs);
      assert.deepEqual([state(), logged().includes('connect fail')], ['reconnecting', true]);
      wait(backOff - 1);
      assert.equal(state(), 'reconnecting');
      wait(1);
      assert.equal(state(), 'online.connecting');
    }
  });

  test('what is no line at all ends it with 1', () => {
    const { state, exitCode, errors } = start(connected, violated);
    assert.deepEqual([state(), exitCode(), errors()], ['failed', 1, ['no line']]);
  });

  test('SIGTERM ends it with 0 in every state, also while a connection attempt hangs', () => {
    for (const soFar of [[], [connected], [connected, echo(1)], [connected, echo(1), closed], [refused]]) {
      const { state, exitCode, said } = start(...soFar, signal);
      assert.deepEqual([state(), exitCode()], ['interrupted', 0]);
      assert.equal(said().at(-1), 'stopped');
    }
  });

  test('TLS: a handshake takes its time; what is wrong with a certificate ends it for good', () => {
    const { wait, state } = start(shaking);
    wait(100 * INPUT.connectMs);
    assert.equal(state(), 'online.securing');
    for (const soFar of [[handshakeFailed], [connected, handshakeFailed], [connected, impostor]]) {
      const { state, exitCode } = start(shaking, ...soFar);
      assert.deepEqual([state(), exitCode()], ['refused', 2]);
    }
  });

  test('a server that does not close is not waited for', () => {
    const { wait, state } = start(connected, echo(1));
    wait(INPUT.closeMs);
    assert.equal(state(), 'pausing');
  });

  test('a defect in an actor is named and ends it with 1', () => {
    const broken = { type: 'xstate.error.actor.socket', actorId: 'socket', error: new Error('a bug') };
    const { state, exitCode, errors } = start(connected, broken as unknown as Event);
    assert.deepEqual([state(), exitCode(), errors()], ['failed', 1, ['Error: a bug']]);
  });
});
