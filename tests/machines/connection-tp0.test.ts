import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answered,
  badBatch,
  batch,
  connect,
  ended,
  finished,
  LIMITS,
  opened,
  stored,
  tp0Done,
  winners,
} from './session-fixtures.ts';

describe('connection in the TP0 dialect', () => {
  const open = [batch('tp0'), answered(opened)] as const;

  test('a batch is answered with its count once it is stored', () => {
    const { send, said, asked } = connect(...open);
    assert.deepEqual([asked(), said()], [['bets'], []]);
    send(answered(stored(2)));
    assert.deepEqual(said(), [{ kind: 'tp0Count', count: 2 }]);
  });

  test('each batch has an answer of its own, also when one commit stores two', () => {
    const { send, said } = connect(...open, batch('tp0'));
    send(answered(stored(2), stored(4)));
    assert.equal(said().length, 2);
  });

  test('a bad batch is answered with 0, also when it is the first', () => {
    const { said, asked, state } = connect(badBatch('tp0'), answered(opened));
    assert.deepEqual([said(), asked()], [[{ kind: 'tp0Count', count: 0 }], []]);
    assert.equal(state(), 'talking.receiving.reading');
  });

  test('DONE:1 may be the beginning of DONE:12: more digits are awaited', () => {
    const { send, wait, state, reported, agency } = connect(tp0Done(1, false));
    wait(LIMITS.settleMs - 1);
    send(tp0Done(12, false));
    wait(LIMITS.settleMs - 1);
    assert.deepEqual([state(), reported()], ['talking.settling', []]);
    wait(1);
    assert.deepEqual([state(), reported()], ['talking.registering', ['session.opened']]);
    send(answered(opened));
    assert.equal(agency(), 12);
    const whole = connect(tp0Done(1, false), tp0Done(12), answered(opened));
    assert.equal(whole.agency(), 12);
    const silent = connect(tp0Done(7, false));
    silent.wait(LIMITS.settleMs);
    silent.send(answered(opened));
    assert.equal(silent.agency(), 7);
  });

  test('DONE without bets is written down, once its silence or its end completes it', () => {
    const silent = connect(tp0Done(1, false));
    silent.wait(LIMITS.settleMs);
    const over = connect(tp0Done(1, false), { type: 'socket.ended' });
    for (const { send, asked, state } of [silent, over, connect(tp0Done(1, true))]) {
      send(answered(opened));
      assert.deepEqual([asked(), state()], [['finish'], 'talking.confirming']);
    }
  });

  test('after bets, DONE:1 of agency 12 waits for its other digit', () => {
    const { send, asked } = connect(...open, tp0Done(1, false));
    assert.deepEqual(asked(), ['bets']);
    send(tp0Done(1, true));
    assert.deepEqual(asked(), ['bets', 'finish']);
  });

  test('the winners are their number', () => {
    const { send, said } = connect(...open, answered(stored(2)), tp0Done(), answered(finished));
    send(winners('30904465', '24807259'));
    assert.deepEqual(said().at(-1), { kind: 'tp0Count', count: 2 });
  });

  test('an agency that waits for its winners is never told a number that is not theirs', () => {
    for (const fault of ['SUPERSEDED', 'SHUTTING_DOWN'] as const) {
      const { send, said } = connect(...open, answered(stored(2)), tp0Done(), answered(finished));
      send(ended(fault));
      assert.deepEqual(said(), [{ kind: 'tp0Count', count: 2 }]);
    }
    for (const late of [
      batch('tp0'),
      badBatch('tp0'),
      { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' } as const,
    ]) {
      const { send, said, state } = connect(...open, answered(stored(2)), tp0Done(), answered(finished));
      send(late);
      assert.deepEqual(said(), [{ kind: 'tp0Count', count: 2 }]);
      assert.equal(state(), 'closing');
    }
  });
});
