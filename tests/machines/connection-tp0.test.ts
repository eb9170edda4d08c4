import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StoreOutcome } from '../../machines/vocabulary/store.ts';
import {
  answered,
  badBatch,
  badTp0Bet,
  batch,
  betStored,
  connect,
  connectWith,
  ended,
  finished,
  opened,
  refused,
  stored,
  tp0Bet,
  tp0Done,
  winners,
} from './session-fixtures.ts';

const counts = (said: readonly { count: number }[]) => said.map(({ count }) => count);

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

  test('DONE without bets is written down', () => {
    const { asked, state } = connect(tp0Done(), answered(opened));
    assert.deepEqual([asked(), state()], [['finish'], 'talking.confirming']);
  });

  test('answers keep the order of what was said, whatever is wrong with it', () => {
    const { send, said, state, told } = connect(...open, badBatch('tp0'));
    assert.deepEqual([said(), state(), told().at(-1)], [[], 'talking.receiving.rejecting', 'pause']);
    send(answered(stored(2)));
    assert.deepEqual([state(), told().at(-1)], ['talking.receiving.reading', 'resume']);
    send(batch('tp0'), answered(stored(4)));
    assert.deepEqual(counts(said()), [2, 0, 2]);
  });

  test('a session that is refused hears of what it sent before first', () => {
    const violated = { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' } as const;
    for (const wrong of [tp0Done(2), violated]) {
      const { send, said, state } = connect(...open, wrong);
      assert.deepEqual([said(), state()], [[], 'talking.receiving.atFault']);
      send(answered(stored(2)));
      assert.deepEqual([counts(said()), state()], [[2, 0], 'closing']);
    }
  });

  test("exercise 5's bet is answered with its number, and logged as exercise 5 has it", () => {
    const { send, said, asked, state, logged } = connect(tp0Bet, answered(opened));
    assert.deepEqual([asked(), state()], [['tp0Bet'], 'talking.betting']);
    send(answered({ ...betStored, id: '' } as StoreOutcome));
    assert.deepEqual([counts(said()), state()], [[7574], 'talking.receiving.reading']);
    assert.equal(logged().at(-1), 'apuesta_almacenada success');
  });

  test("exercise 5's bet that is bad, or refused, has no number for an answer", () => {
    const bad = connect(...open, badTp0Bet);
    assert.equal(bad.logged().at(-1), 'apuesta_almacenada fail');
    bad.send(answered(stored(2)));
    assert.deepEqual([counts(bad.said()), bad.state()], [[2], 'closing']);
    const late = connect(tp0Bet, answered(opened), answered(refused));
    assert.deepEqual([late.said(), late.state(), late.logged().at(-1)], [[], 'closing', 'session fail']);
  });

  test('what follows a batch on its way is answered after it', () => {
    const { send, said } = connect(...open, tp0Bet);
    send(answered(stored(2)));
    send(answered({ ...betStored, id: '' } as StoreOutcome));
    assert.deepEqual(counts(said()), [2, 7574]);
  });

  test('the winners are a list, or their number for the version before', () => {
    const toDraw = [...open, answered(stored(2)), tp0Done(), answered(finished)] as const;
    const documents = ['30904465', '24807259'];
    const last = connect(...toDraw, winners(...documents));
    assert.deepEqual(last.said().at(-1), { kind: 'tp0Winners', documents });
    const before = connectWith({ tp0Winners: 'count' }, ...toDraw, winners(...documents));
    assert.deepEqual(before.said().at(-1), { kind: 'tp0Count', count: 2 });
  });

  test('who is refused for its dialect is told nothing: it may wait for winners', () => {
    const { send, said, state } = connect(tp0Done());
    send(ended('DIALECT'));
    assert.deepEqual([said(), state()], [[], 'closing']);
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
      tp0Bet,
      badTp0Bet,
      { type: 'protocol.violated', fault: 'MALFORMED', text: 'no message' } as const,
    ]) {
      const { send, said, state } = connect(...open, answered(stored(2)), tp0Done(), answered(finished));
      send(late);
      assert.deepEqual(said(), [{ kind: 'tp0Count', count: 2 }]);
      assert.equal(state(), 'closing');
    }
  });
});
