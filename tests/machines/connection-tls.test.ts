import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  badBatch,
  badBet,
  badTp0Bet,
  batch,
  connect,
  connectAs,
  connectSecurely,
  done,
  echo,
  ended,
  foreign,
  hello,
  LIMITS,
  opened,
  SHAKING,
  stored,
  tp0Done,
} from './session-fixtures.ts';

const [awaited, begun] = SHAKING;
const errors = (entries: readonly { details?: object | undefined }[]) =>
  entries.flatMap(({ details }) => (details && 'error' in details ? [details.error] : []));

describe('a connection with TLS', () => {
  test('is heard once the peer has shown a good certificate, not before', () => {
    const { state, send, requests } = connectSecurely(hello, echo, batch());
    assert.deepEqual([state(), requests()], ['meeting.listening', []]);
    send(...SHAKING, hello);
    assert.deepEqual([state(), requests()], ['meeting.shakingHands', []]);
    send({ type: 'handshake.ended', identity: 1 });
    assert.equal(state(), 'talking.identifying');
  });

  test('without TLS a peer is heard at once', () => assert.equal(connect().state(), 'talking.identifying'));

  test('who says nothing is let go, who waits for its turn is not, and a handshake has a deadline', () => {
    const silent = connectSecurely();
    silent.wait(LIMITS.identifyMs);
    assert.deepEqual([silent.state(), silent.told(), silent.said()], ['closing', ['end'], []]);
    assert.deepEqual(errors(silent.entries), ['TIMEOUT, said nothing in time']);

    const { wait, state, send, said, entries } = connectSecurely(awaited);
    wait(100 * LIMITS.handshakeMs);
    assert.equal(state(), 'meeting.queuing');
    send(begun);
    wait(LIMITS.handshakeMs - 1);
    assert.equal(state(), 'meeting.shakingHands');
    wait(1);
    assert.deepEqual([state(), said()], ['closing', []]);
    assert.deepEqual(errors(entries), ['TIMEOUT, the TLS handshake was not ended in time']);
  });

  test('before there is TLS nothing is said, but for who speaks without it', () => {
    for (const event of [
      { type: 'handshake.failed', reason: 'no shared cipher' },
      { type: 'socket.crowded' },
      ended('SHUTTING_DOWN'),
    ] as const) {
      const { state, said, told } = connectSecurely(...SHAKING, event);
      assert.deepEqual([state(), said(), told()], ['closing', [], ['end']], event.type);
    }
    const { said } = connectSecurely({ type: 'peer.spokePlainly' });
    assert.partialDeepStrictEqual(said(), [{ kind: 'error', fault: 'IDENTITY' }]);
  });

  test('a bad certificate is told what is wrong with it, in one line on each side', () => {
    const reason = 'the certificate has expired';
    const { said, entries, state, asked } = connectSecurely(...SHAKING, {
      type: 'certificate.refused',
      reason,
    });
    assert.deepEqual(said(), [{ kind: 'error', fault: 'IDENTITY', text: reason }]);
    assert.deepEqual([errors(entries), state(), asked()], [[`IDENTITY, ${reason}`], 'closing', []]);
  });

  test('who has the certificate of another agency, or of none, never reaches server or store', () => {
    for (const identity of [2, 'nobody'] as const) {
      for (const said of [hello, batch('tp0'), badBatch('tp0'), tp0Done(1)]) {
        const { reported, asked, state } = connectAs(identity, said);
        assert.deepEqual([reported(), asked(), state()], [[], [], 'closing'], said.type);
      }
    }
    const refusal = {
      kind: 'error',
      fault: 'IDENTITY',
      text: 'the certificate is of agency 2, not of agency 1',
    };
    assert.deepEqual(connectAs(2, hello).said(), [refusal]);
    assert.deepEqual(connectAs(2, batch('tp0')).said(), [{ kind: 'tp0Count', count: 0 }]);
    assert.deepEqual(connectAs(2, tp0Done(1)).said(), []);
  });

  test('any good certificate is echoed', () => {
    for (const identity of [2, 'nobody'] as const)
      assert.deepEqual(connectAs(identity, echo).said(), [{ kind: 'echo', line: Buffer.from('hola\n') }]);
  });

  test('a bet or a DONE of another agency ends the session, after what it is owed', () => {
    for (const forged of [foreign(badBatch()), foreign(badBet), foreign(badTp0Bet), done(2)]) {
      const { send, said, state } = connectAs(1, hello, answered(opened), batch(), forged);
      assert.equal(state(), 'talking.receiving.atFault');
      send(answered(stored(6)));
      assert.deepEqual(
        said().map((reply) => ('fault' in reply ? reply.fault : reply.kind)),
        ['welcome', 'stored', 'IDENTITY'],
      );
    }
  });

  test('without TLS such a batch is rejected, as before', () => {
    const { said } = connect(hello, answered(opened), foreign(badBatch()));
    assert.partialDeepStrictEqual(said().at(-1), { kind: 'rejected', fault: 'AGENCY' });
  });
});
