/** Strangers have few places, for each address and in all; the oldest makes room. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from '../../src/net/places.ts';

const gone: string[] = [];
const stranger = (name: string, address: string) => ({ address, makeRoom: () => gone.push(name) });

test('the oldest of an address, or of all, makes room', () => {
  const places = new Places({ most: 3, mostOfAddress: 2 });
  const b1 = stranger('b1', 'b');
  places.take(stranger('a1', 'a'));
  places.take(b1);
  places.take(stranger('a2', 'a'));
  assert.deepEqual(gone, []);
  places.take(stranger('a3', 'a'));
  assert.deepEqual(gone, ['a1'], 'of its own address');
  places.take(stranger('c1', 'c'));
  assert.deepEqual(gone, ['a1', 'b1'], 'of all');
  places.leave(b1);
  places.take(stranger('d1', 'd'));
  assert.deepEqual(gone, ['a1', 'b1', 'a2'], 'who has left does not count');
});
