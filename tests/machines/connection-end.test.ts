import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  badBatch,
  badBet,
  badTp0Bet,
  batch,
  bet,
  connect,
  connectFrom,
  connectWith,
  done,
  echo,
  ended,
  finished,
  hello,
  LIMITS,
  opened,
  paused,
  stored,
  tp0Bet,
  tp0Done,
  winners,
} from './session-fixtures.ts';

const broken = { type: 'socket.broken', error: new Error('a bug') } as const;

/** A session that may send its batches. */
const opening = (dialect: 'quiniela' | 'tp0') =>
  dialect === 'tp0' ? [batch('tp0'), answered(opened), answered(stored(6))] : [hello, answered(opened)];

describe('connection: how it ends', () => {
  test('a peer that ends its side gets the answers that it is owed, then the end', () => {
    const { send, said, told, state } = connect(hello, answered(opened), batch());
    send({ type: 'socket.ended' });
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.settlingUp', 'pause']);
    send(answered(stored(6)));
    assert.deepEqual([said().at(-1).kind, told().at(-1)], ['stored', 'end']);
  });

  test('a peer that is owed two answers gets both', () => {
    const limits = { inFlight: 3 };
    const { send, told } = connectWith(limits, hello, answered(opened), batch(), batch());
    send({ type: 'socket.ended' }, answered(stored(6)));
    assert.notEqual(told().at(-1), 'end');
    send(answered(stored(8)));
    assert.equal(told().at(-1), 'end');
  });

  test('a peer that says nothing is sent off in time', () => {
    const { send, wait, said, state, told } = connect();
    wait(LIMITS.identifyMs - 1);
    assert.deepEqual([state(), told()], ['talking.identifying', []]);
    wait(1);
    assert.deepEqual(told(), ['take'], 'the socket says what has come');
    send({ type: 'protocol.violated', fault: 'TIMEOUT', text: 'said nothing in time' });
    assert.deepEqual([state(), said().at(-1).fault], ['closing', 'TIMEOUT']);
  });

  test('a peer that pauses has said all: without a newline first, then for good', () => {
    const { send, said, told, state } = connect(paused());
    assert.deepEqual([told(), state()], [['take'], 'talking.identifying']);
    send(echo, paused());
    assert.deepEqual([told(), said().length, state()], [['take', 'take'], 1, 'talking.echoing']);
    send(echo, paused(false));
    assert.deepEqual([told().at(-1), said().length, state()], ['end', 2, 'closing']);
  });

  test("an agency's pause tells nothing, but for exercise 5's bet", () => {
    const { send, told, state } = connect(hello, answered(opened), paused());
    assert.deepEqual([told().at(-1), state()], ['take', 'talking.receiving.reading']);
    send(done(), answered(finished), paused());
    assert.equal(state(), 'talking.awaitingDraw.listening');
  });

  test('an agency that waits for the draw may wait as long as it takes', () => {
    const { send, state, wait } = connect(hello, answered(opened), done(), answered(finished));
    wait(3_600_000);
    send({ type: 'socket.idled' });
    assert.equal(state(), 'talking.awaitingDraw.listening');
  });

  test('an agency that owes bets and says nothing is sent off', () => {
    const { send, said } = connect(hello, answered(opened), batch());
    send({ type: 'socket.idled' });
    assert.equal(said().at(-1).fault, 'TIMEOUT');
  });

  test('a peer that does not end is cut', () => {
    const { send, wait, told } = connect(hello, answered(opened));
    send(ended());
    wait(LIMITS.closeMs);
    assert.deepEqual(told().slice(-2), ['end', 'destroy']);
  });

  test('an echo goes back as it came', () => {
    const { said, logged, send, state } = connect(echo, echo);
    assert.deepEqual(said(), [
      { kind: 'echo', line: Buffer.from('hola\n') },
      { kind: 'echo', line: Buffer.from('hola\n') },
    ]);
    assert.deepEqual(logged(), [
      'accept_connections success',
      'accept_connections in_progress',
      'receive_message success',
      'receive_message success',
    ]);
    send({ type: 'socket.ended' });
    assert.equal(state(), 'closing');
  });

  test('a message at the wrong time ends the session', () => {
    const upload = [hello, batch(), badBatch(), bet, badBet, done(), tp0Bet, badTp0Bet, tp0Done()];
    for (const message of upload) {
      const { said, state } = connect(echo, message);
      assert.deepEqual([said().at(-1).fault, state()], ['OUT_OF_ORDER', 'closing'], message.type);
    }
    assert.equal(connect(bet).said().at(-1).fault, 'OUT_OF_ORDER', 'a bet before HELLO');
  });

  test('what is no message, a line without end, a peer that does not read: each ends the session', () => {
    for (const [event, fault] of [
      [{ type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' }, 'MALFORMED'],
      [{ type: 'frame.expired' }, 'TIMEOUT'],
      [{ type: 'socket.choked' }, 'TOO_SLOW'],
    ] as const) {
      const { said, state, told, logged } = connect(hello, answered(opened), event);
      assert.deepEqual([said().at(-1).fault, state(), told().at(-1)], [fault, 'closing', 'end']);
      assert.equal(logged().at(-1), 'session fail');
    }
  });

  test('a peer that reads nothing while it is being closed is cut', () => {
    const { told } = connect(hello, answered(opened), ended(), { type: 'socket.choked' });
    assert.equal(told().at(-1), 'destroy');
  });

  test('a peer that ends without a word, or with nothing owed, is closed at once', () => {
    for (const soFar of [[], [hello, answered(opened)]] as const) {
      const { told, said } = connect(...soFar, { type: 'socket.ended' });
      assert.equal(told().at(-1), 'end');
      assert.ok(said().every(({ kind }) => kind !== 'error'));
    }
  });

  test('a session that the server ends hears why, where there is something to say', () => {
    const errors = (...soFar: Parameters<typeof connect>) =>
      connect(...soFar)
        .said()
        .flatMap(({ kind, fault }) => (kind === 'error' ? [fault] : []));
    assert.deepEqual(errors(hello, answered(opened), ended('SUPERSEDED')), ['SUPERSEDED']);
    assert.deepEqual(errors(hello, answered(opened), ended('SHUTTING_DOWN')), ['SHUTTING_DOWN']);
    assert.deepEqual(errors(hello, answered(opened), ended()), []);
    assert.deepEqual(errors(ended('SHUTTING_DOWN')), [], 'it may speak another dialect');
  });

  test('a health check of the same machine is logged for debugging only, and nothing else', () => {
    const check = { ...echo, line: Buffer.from('quiniela health check\n') };
    const levels = (ip: string, ...soFar: Parameters<typeof connect>) =>
      connectFrom(ip, ...soFar, { type: 'socket.closed', reason: undefined }).entries.map(
        ({ action, level }) => `${action} ${level}`,
      );
    for (const ip of ['127.0.0.1', '::1']) {
      assert.ok(levels(ip, check).every((line) => line.endsWith('debug')));
      assert.ok(levels(ip, echo).every((line) => line.endsWith('info')));
      const hidden = levels(ip, check, echo);
      assert.deepEqual(hidden.slice(-3), ['receive_message debug', 'receive_message info', 'close info']);
    }
    assert.ok(levels('172.25.125.3', check).every((line) => line.endsWith('info')));
  });

  test('a session that only sends what is rejected is ended, and every batch is answered', () => {
    for (const dialect of ['quiniela', 'tp0'] as const) {
      const { send, state, said } = connectWith({ rejections: 3 }, ...opening(dialect));
      send(badBatch(dialect), badBatch(dialect));
      assert.equal(state(), 'talking.receiving.reading');
      send(badBatch(dialect));
      assert.equal(state(), 'closing');
      // The original only knows numbers: its first batch was good, and the refusal is a 0 as well.
      const kind = dialect === 'tp0' ? 'tp0Count' : 'rejected';
      assert.equal(said().filter((reply) => reply.kind === kind).length, dialect === 'tp0' ? 5 : 3);
    }
  });

  test('of many echoes some are logged, the others counted', () => {
    const { send, said, entries } = connectWith({ logLines: 2 }, echo, echo, echo, echo, echo);
    send({ type: 'socket.closed', reason: undefined });
    const lines = entries.filter(({ action }) => action === 'receive_message');
    assert.deepEqual([said().length, lines.length], [5, 3]);
    assert.deepEqual(lines.at(-1)?.details, { ip: '172.25.125.3', not_logged: 3 });
  });

  test('a long message is cut in the log, and goes back whole', () => {
    const line = Buffer.alloc(8_000, 'ñ');
    const { said, entries } = connect({ type: 'client.echo', line });
    assert.equal(said()[0].line, line);
    const { msg } = entries.find(({ action }) => action === 'receive_message')!.details!;
    assert.match(String(msg), /^ñ{256}…$/);
  });

  test('a defect costs this session: it is named, the peer is told, and what it had is closed', () => {
    for (const soFar of [[], [echo], [hello, answered(opened)]] as const) {
      const { said, state, entries } = connect(...soFar, broken);
      assert.deepEqual([said().at(-1).fault, state()], ['INTERNAL', 'closing']);
      assert.partialDeepStrictEqual(
        entries.find(({ level }) => level === 'critical'),
        { action: 'session', details: { error: 'Error: a bug' } },
      );
    }
    const { told } = connect(hello, answered(opened), ended(), broken);
    assert.equal(told().at(-1), 'destroy', 'one that cannot even be closed is cut');
  });

  test('the place of a stranger is given to another, that of an agency is not', () => {
    for (const soFar of [[], [echo]] as const) {
      const { said, state } = connect(...soFar, { type: 'socket.crowded' });
      assert.deepEqual([said().at(-1).fault, state()], ['BUSY', 'closing']);
    }
    const { state } = connect(hello, answered(opened), { type: 'socket.crowded' });
    assert.equal(state(), 'talking.receiving.reading');
  });

  test('an error never follows the winners', () => {
    for (const event of [
      ended('SHUTTING_DOWN'),
      { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' },
      ...[batch(), { type: 'frame.expired' }, { type: 'socket.idled' }],
      { type: 'socket.broken', error: new Error('a bug') },
    ] as const) {
      const { send, said, state } = connect(hello, answered(opened), done(), answered(finished), winners());
      send(event);
      assert.deepEqual([said().at(-1).kind, state()], ['winners', 'closing']);
    }
  });

  test('what was stored of a peer that is gone is logged, and nothing is said', () => {
    const gone = { type: 'socket.closed', reason: undefined } as const;
    for (const soFar of [[], [ended('SUPERSEDED')], [ended(), { type: 'socket.choked' }]] as const) {
      const { send, state, logged, said } = connectWith(
        { inFlight: 4 },
        ...[hello, answered(opened), batch(), batch()],
        ...soFar,
      );
      const before = said().length;
      send(answered(stored(6)), gone);
      assert.equal(state(), 'leaving');
      send(answered(stored(8)));
      assert.deepEqual([state(), said().length - before], ['closed', soFar.length === 0 ? 1 : 0]);
      assert.equal(logged().filter((line) => line === 'apuesta_recibida success').length, 2);
      assert.equal(logged().at(-1), 'close success');
    }
  });

  test('however slow the disk is, what a peer that is gone has sent is logged once it is stored', () => {
    const { send, state, wait, logged } = connect(hello, answered(opened), batch());
    send({ type: 'socket.closed', reason: undefined });
    wait(60_000);
    assert.equal(state(), 'leaving');
    send(answered(stored(2)));
    assert.equal(state(), 'closed');
    assert.equal(logged().filter((line) => line === 'apuesta_recibida success').length, 1);
  });

  test('a store that has failed keeps no peer that is gone', () => {
    for (const soFar of [[], [{ type: 'socket.closed', reason: undefined }]] as const) {
      const { send, state } = connect(hello, answered(opened), batch(), ...soFar);
      send(ended('SHUTTING_DOWN'), { type: 'store.lost' });
      if (soFar.length === 0) send({ type: 'socket.closed', reason: undefined });
      assert.equal(state(), 'closed');
    }
  });

  test('whatever ends the session, it ends once its socket is closed and nothing is owed, and says whose it was', () => {
    for (const [agency, ...soFar] of [
      [-1],
      [-1, echo],
      [1, hello, answered(opened), batch()],
      [1, hello, answered(opened), done(), answered(finished), winners()],
    ] as const) {
      for (const end of [ended(), ended('SUPERSEDED'), { type: 'socket.choked' } as const]) {
        const { send, output, state } = connect(...soFar, end, { type: 'socket.closed', reason: undefined });
        if (state() === 'leaving') send(answered(stored(6)));
        assert.equal(state(), 'closed');
        assert.deepEqual(output(), { agency });
      }
    }
  });
});
