import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectionMachine } from '../../machines/connection/connection.ts';
import type { StoreOutcome } from '../../machines/vocabulary/store.ts';
import {
  answered,
  badBatch,
  badBet,
  badTp0Bet,
  batch,
  bet,
  betStored,
  connect,
  connectWith,
  done,
  echo,
  emptied,
  ended,
  finished,
  foreign,
  hello,
  helloAgain,
  LIMITS,
  newInput,
  opened,
  over,
  paused,
  refused,
  SHAKING,
  stored,
  together,
  tp0Bet,
  tp0Done,
  winners,
} from './session-fixtures.ts';
import { testEveryPath } from './suite.ts';

testEveryPath({
  machine: connectionMachine,
  inputs: [newInput(), newInput('nobody')],
  events: [
    helloAgain,
    ...[echo, hello, batch(), batch('tp0'), badBatch(), badBatch('tp0'), bet, badBet, done(), done(2)],
    ...[tp0Done(), tp0Done(2), tp0Bet, badTp0Bet, ended('SUPERSEDED'), ended(), winners('30904465')],
    { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' },
    answered(over),
    ...[answered(opened), answered(stored(4)), answered(stored(4), stored(6)), answered(betStored)],
    ...[answered(finished), answered(refused), answered(stored(4), refused)],
    emptied,
    ...[{ type: 'socket.ended' }, { type: 'socket.closed', reason: undefined }, { type: 'socket.idled' }],
    ...[{ type: 'socket.crowded' }, { type: 'socket.broken', error: new Error('a bug') }],
    ...[{ type: 'socket.choked' }, { type: 'frame.expired' }, paused(), paused(false)],
    ...[{ type: 'flow.pause' }, { type: 'flow.resume' }, { type: 'store.lost' }],
    ...[...SHAKING, { type: 'handshake.ended', identity: 1 } as const, { type: 'peer.spokePlainly' }],
    { type: 'handshake.ended', identity: 'nobody' },
    { type: 'handshake.failed', reason: 'no shared cipher' },
    { type: 'certificate.refused', reason: 'the certificate has expired' },
    ...[foreign(badBatch()), foreign(badBet), foreign(badTp0Bet)],
  ] as const,
  fatal: ['socket'],
  remember: ({ agency, identity, recalled, dialect, owed, opening, kept, rejections, echoes }) => [
    agency,
    identity,
    Math.min(rejections, 2),
    Math.min(echoes, 3),
    recalled !== undefined,
    dialect,
    Math.min(owed.length, 3),
    opening?.type,
    kept.replies.map(({ kind }) => kind),
  ],
});

const kindsOf = (said: readonly { kind: string }[]) => said.map(({ kind }) => kind);

describe('connection', () => {
  test('a batch is acknowledged once the store has it, not before', () => {
    const { send, said } = connect(hello, answered(opened), batch());
    assert.partialDeepStrictEqual(said(), [{ kind: 'welcome', stored: 4, crc: 9 }]);
    assert.equal(said().length, 1);
    send(answered(stored(6)));
    assert.deepEqual(said().at(-1), { kind: 'stored', nexts: [6] });
  });

  test('HELLO is answered once the server and the store know the agency; until then nothing is read', () => {
    const { send, state, told, said, reported } = connect(hello);
    assert.deepEqual([told(), said(), reported()], [['pause'], [], ['session.opened']]);
    send(answered(opened));
    assert.deepEqual([state(), told()], ['talking.receiving.reading', ['pause', 'resume']]);
  });

  test('what an agency has signed goes to the store with its DONE', () => {
    const proof = { sha: 'c0de', signature: 'AAEC', certificate: 'AAEC' };
    const signed = { type: 'client.done', agency: 1, count: 2, crc: 7, proof } as const;
    const { requests } = connect(hello, answered(opened), signed);
    assert.deepEqual(requests().at(-1), { kind: 'finish', agency: 1, count: 2, crc: 7, proof });
    const { requests: plain } = connect(hello, answered(opened), done());
    assert.deepEqual(plain().at(-1), { kind: 'finish', agency: 1, count: 2, crc: 7 });
  });

  test('batches of one commit are answered in one write', () => {
    const { send, said } = connect(hello, answered(opened), batch(), batch());
    send(answered(stored(6), stored(8)));
    assert.deepEqual(said().at(-1), { kind: 'stored', nexts: [6, 8] });
  });

  test('batches that arrived together are one request, and are answered and logged one by one', () => {
    const { send, said, asked, weighed, entries } = connectWith({ inFlight: 4 }, hello, answered(opened));
    send(together(2, 4, 6), bet, together(8, 10), batch());
    assert.deepEqual(
      [asked(), weighed()],
      [
        ['bets', 'bet', 'bets', 'bets'],
        [3, 1, 2, 1],
      ],
    );
    // The first batch and half of the second had been stored before.
    send(answered({ kind: 'stored', next: 6, count: 6, fresh: 3 }));
    assert.deepEqual(said().at(-1), { kind: 'stored', nexts: [3, 4, 6] });
    send(answered(betStored, { kind: 'stored', next: 10, count: 4, fresh: 4 }, stored(12)));
    assert.deepEqual(said().slice(-2), [
      { kind: 'stored', nexts: [8, 10, 12] },
      { kind: 'betStored', id: 'x1', number: 7574 },
    ]);
    const batches = entries.filter(({ action }) => action === 'apuesta_recibida');
    assert.deepEqual(
      batches.map(({ details }) => details?.cantidad),
      [1, 2, 2, 2, 2],
    );
  });

  test('a full window stops the reading, an answer starts it again', () => {
    const { send, state, told, asked } = connect(hello, answered(opened), batch());
    assert.equal(state(), 'talking.receiving.reading');
    send(batch());
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.pausing', 'pause']);
    assert.deepEqual(asked(), ['bets', 'bets']);
    send({ type: 'flow.resume' });
    assert.equal(state(), 'talking.receiving.pausing', 'its own window is still full');
    send(answered(stored(6)));
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.reading', 'resume']);
    send(answered(stored(8)), batch());
    assert.equal(state(), 'talking.receiving.reading', 'the whole window is free again');
  });

  test('while the store has too much, nothing is read', () => {
    const { send, state, told, said } = connect(hello, answered(opened), batch(), { type: 'flow.pause' });
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.holdingBack', 'pause']);
    send(answered(stored(2)));
    assert.deepEqual(said().at(-1), { kind: 'stored', nexts: [2] });
    assert.deepEqual(
      [state(), told().at(-1)],
      ['talking.receiving.holdingBack', 'pause'],
      'the others wait as well',
    );
    send({ type: 'flow.resume' });
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.reading', 'resume']);
  });

  test('what was held back goes on as far as its own window has room', () => {
    const full = [batch(), batch(), { type: 'flow.pause' }] as const;
    const { send, state } = connect(hello, answered(opened), ...full, { type: 'flow.resume' });
    assert.equal(state(), 'talking.receiving.pausing');
    send(answered(stored(6)));
    assert.equal(state(), 'talking.receiving.reading');
  });

  test('a batch is logged by its new bets, where it has any', () => {
    const { send, entries } = connect(hello, answered(opened), batch(), batch());
    send(answered(stored(6, 1), stored(6, 0)));
    const batches = entries.filter(({ action }) => action === 'apuesta_recibida');
    assert.deepEqual(
      batches.map(({ result, details }) => [result, details?.cantidad]),
      [['success', 1]],
    );
  });

  test('a batch with a bad bet stores nothing of it, and the session goes on', () => {
    const { said, asked, state, logged } = connect(hello, answered(opened), badBatch());
    assert.equal(logged().at(-1), 'apuesta_recibida fail');
    assert.deepEqual(said().at(-1), { kind: 'rejected', offset: 4, position: 1, fault: 'DOCUMENT' });
    assert.deepEqual([asked(), state()], [[], 'talking.receiving.reading']);
  });

  test('answers keep the order of what was said: a bad batch, a bad bet, a DONE of another', () => {
    const bad = connect(hello, answered(opened), batch(), badBatch());
    assert.equal(bad.said().length, 1);
    bad.send(answered(stored(6)));
    assert.deepEqual(kindsOf(bad.said()), ['welcome', 'stored', 'rejected']);
    for (const wrong of [badBet, done(2), hello] as const) {
      const { send, said, state } = connect(hello, answered(opened), batch(), wrong);
      assert.deepEqual([said().length, state()], [1, 'talking.receiving.atFault'], wrong.type);
      send(answered(stored(6)));
      assert.deepEqual(kindsOf(said()), ['welcome', 'stored', 'error'], wrong.type);
    }
  });

  test('what the store refuses ends the session, after the answers that came before', () => {
    const { send, said, state } = connect(hello, answered(opened), batch(), batch());
    send(answered(stored(6), refused));
    assert.deepEqual(said().slice(1), [
      { kind: 'stored', nexts: [6] },
      { kind: 'error', fault: 'GAP', text: 'offset 6, expected 4' },
    ]);
    assert.equal(state(), 'closing');
  });

  test('a single bet is answered by its id, and logged once however often it is sent', () => {
    const { send, said, logged } = connect(hello, answered(opened), bet);
    send(answered(betStored), bet, answered({ ...betStored, fresh: false } as StoreOutcome));
    assert.deepEqual(said().slice(1), [
      { kind: 'betStored', id: 'x1', number: 7574 },
      { kind: 'betStored', id: 'x1', number: 7574 },
    ]);
    assert.deepEqual(logged().slice(2), ['apuesta_almacenada success']);
  });

  test('a single bet that is not valid ends the session and is not stored', () => {
    const { said, asked, logged } = connect(hello, answered(opened), badBet);
    assert.deepEqual(asked(), []);
    assert.ok(logged().includes('apuesta_almacenada fail'));
    assert.equal(said().at(-1).fault, 'MALFORMED');
  });

  test('the winners go out when they are announced, not when the agency says DONE', () => {
    const { send, said, reported, state } = connect(hello, answered(opened), done());
    send(answered(finished));
    assert.deepEqual([state(), said().length], ['talking.awaitingDraw.listening', 1]);
    assert.equal(reported().at(-1), 'session.waiting');
    send(winners('30904465', '24807259'));
    assert.deepEqual(said().at(-1), {
      kind: 'winners',
      documents: ['30904465', '24807259'],
      head: 'c0ffee',
    });
  });

  test('winners that are announced before DONE is on disk are not said', () => {
    const { send, said } = connect(hello, answered(opened), done());
    send(winners('30904465'));
    assert.deepEqual(
      said().map(({ kind }) => kind),
      ['welcome'],
    );
  });

  test('DONE said twice is answered once', () => {
    const { send, said } = connect(hello, answered(opened), done(), answered(finished), done());
    send(winners(), done());
    assert.deepEqual(
      said().map(({ kind }) => kind),
      ['welcome', 'winners'],
    );
  });

  test('DONE for another agency ends the session', () => {
    const { said, asked } = connect(hello, answered(opened), done(2));
    assert.deepEqual([said().at(-1).fault, asked()], ['AGENCY', []]);
  });

  test('an agency has its winners when it ends after them, unless they were refused', () => {
    const toWinners = [hello, answered(opened), done(), answered(finished), winners('30904465')] as const;
    const read = connect(...toWinners, emptied);
    assert.equal(read.reported().at(-1), 'session.written', 'nobody waits any more until it has taken them');
    read.send({ type: 'socket.ended' });
    read.wait(LIMITS.lingerMs);
    assert.ok(read.reported().includes('session.told'));
    const broken = { type: 'socket.closed', reason: 'ECONNRESET' } as const;
    for (const end of [[broken], [{ type: 'socket.ended' }, broken], [{ type: 'socket.ended' }]] as const)
      assert.ok(
        !connect(...toWinners, ...end)
          .reported()
          .includes('session.told'),
      );
  });

  test('who has come back to a draw that is over, and only ends, is closed', () => {
    const { state } = connect(helloAgain, answered(over), { type: 'socket.ended' });
    assert.equal(state(), 'closing');
  });

  test('an agency that has ended its side still gets its winners, if it is there', () => {
    const { send, said, reported, wait } = connect(hello, answered(opened), done(), answered(finished));
    send({ type: 'socket.ended' }, winners('30904465'));
    assert.equal(said().at(-1).kind, 'winners');
    assert.ok(!reported().includes('session.written'), 'they are being written');
    send(emptied);
    assert.ok(!reported().includes('session.told'), 'the write may still be refused');
    wait(LIMITS.lingerMs);
    assert.ok(reported().includes('session.told'));
  });

  test('an answer that comes while DONE is checked is still passed on', () => {
    const { send, said, state } = connect(hello, answered(opened), batch(), done());
    send(answered(stored(6)));
    assert.deepEqual([said().at(-1), state()], [{ kind: 'stored', nexts: [6] }, 'talking.confirming']);
    const together = connect(hello, answered(opened), batch(), done());
    together.send(answered(stored(6), finished));
    assert.deepEqual(together.said().at(-1), { kind: 'stored', nexts: [6] });
  });

  test('a DONE that the store refuses ends the session with the reason', () => {
    const { said, state } = connect(hello, answered(opened), done(), answered(refused));
    assert.deepEqual([said().at(-1).kind, state()], ['error', 'closing']);
  });
});
