/** Who sends little and stays pays nothing; what a peer cost is told from what it sent, and for how long it was there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DISCARDED_BYTES,
  LIGHT_BYTES,
  SHORT_LIFE_COST_MS,
  SHORT_LIFE_MS,
  SHORT_SESSION_COST_MS,
} from '../../src/limits.ts';
import { Bill } from '../../src/net/bill.ts';

test('a stranger that comes and goes pays little if it has sent little, before or after its session; who stays pays nothing', (t) => {
  let at = 0;
  t.mock.method(process.hrtime, 'bigint', () => BigInt(at * 1e6));
  const pays = (heard: number, discarded: number, stayed: number, isStranger = true): number => {
    at = 0;
    const bill = new Bill();
    bill.hear(heard);
    bill.discard(discarded);
    at = stayed;
    return bill.total(isStranger);
  };
  assert.equal(pays(LIGHT_BYTES, 0, 0), SHORT_LIFE_COST_MS);
  assert.equal(pays(LIGHT_BYTES + 1, 0, 0), SHORT_SESSION_COST_MS);
  assert.equal(pays(LIGHT_BYTES, 1, 0), SHORT_SESSION_COST_MS);
  assert.equal(pays(0, 0, 0, false), SHORT_SESSION_COST_MS);
  assert.equal(pays(0, 0, SHORT_LIFE_MS - 1), SHORT_LIFE_COST_MS);
  assert.equal(pays(LIGHT_BYTES + 1, 0, SHORT_LIFE_MS), 0);
});

test('a line or two is light, and so much may come after a session, all in all', () => {
  const bill = new Bill();
  for (let half = 0; half < 2; half++) {
    assert.deepEqual([bill.isHeavy, bill.isOverdrawn], [false, false]);
    bill.hear(LIGHT_BYTES / 2);
    bill.discard(DISCARDED_BYTES / 2);
  }
  assert.deepEqual([bill.isHeavy, bill.isOverdrawn], [false, false]);
  bill.hear(1);
  bill.discard(1);
  assert.deepEqual([bill.isHeavy, bill.isOverdrawn], [true, true]);
});
