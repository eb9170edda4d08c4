import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Row } from '../../src/net/row.ts';

const all = (row: Row<{ address: string; name: string }>): string => {
  let names = '';
  while (!row.isEmpty) names += row.shift()?.name;
  return names;
};

test('each address has its turn, and of one address who came first', () => {
  const row = new Row<{ address: string; name: string }>();
  for (const name of 'abcde') row.push({ address: '10.0.0.1', name });
  for (const name of 'xy') row.push({ address: '10.0.0.2', name });
  row.push({ address: '10.0.0.3', name: '!' });
  assert.equal(all(row), 'ax!bycde');
});

test('an address that comes again waits behind the others, and nobody is left when all had their turn', () => {
  const row = new Row<{ address: string; name: string }>();
  row.push({ address: '10.0.0.1', name: 'a' });
  row.push({ address: '10.0.0.2', name: 'x' });
  assert.equal(row.shift()?.name, 'a');
  row.push({ address: '10.0.0.1', name: 'b' });
  assert.equal(all(row), 'xb');
  assert.equal(row.shift(), undefined);
});
