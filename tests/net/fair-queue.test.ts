import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from '../../src/net/fair-queue.ts';

const all = (queue: FairQueue<{ address: string; name: string }>): string => {
  let names = '';
  while (!queue.isEmpty) names += queue.shift()?.name;
  return names;
};

test('each address has its turn, and of one address who came first', () => {
  const queue = new FairQueue<{ address: string; name: string }>();
  for (const name of 'abcde') queue.push({ address: '10.0.0.1', name });
  for (const name of 'xy') queue.push({ address: '10.0.0.2', name });
  queue.push({ address: '10.0.0.3', name: '!' });
  assert.equal(all(queue), 'ax!bycde');
});

test('an address that comes again waits behind the others, and nobody is left when all had their turn', () => {
  const queue = new FairQueue<{ address: string; name: string }>();
  queue.push({ address: '10.0.0.1', name: 'a' });
  queue.push({ address: '10.0.0.2', name: 'x' });
  assert.equal(queue.shift()?.name, 'a');
  queue.push({ address: '10.0.0.1', name: 'b' });
  assert.equal(all(queue), 'xb');
  assert.equal(queue.shift(), undefined);
});
