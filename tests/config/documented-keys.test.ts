import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENCY_KEYS } from '../../src/config/agency.ts';
import { normalisePath } from '../../src/config/keys.ts';
import { SERVER_KEYS } from '../../src/config/server.ts';
import { configTable } from '../../tools/diagrams/config-table.ts';

const KEYS = [...Object.values(SERVER_KEYS), ...Object.values(AGENCY_KEYS)];

test('the table of docs/configuration.md has a row of five cells for every key', () => {
  const rows = configTable()
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| in the'));
  assert.equal(rows.length, KEYS.length);
  KEYS.forEach((key, i) => {
    const cells = (rows[i] ?? '').split(' | ');
    assert.equal(cells.length, 5);
    assert.equal(cells[1], `\`${key.variable}\``);
    if (key.path !== undefined) assert.equal(cells[0], `| \`${key.path}\``);
  });
});

test('every default is itself allowed', () => {
  for (const key of KEYS) {
    if (typeof key.default === 'string')
      assert.notEqual(key.type.parse(key.default), undefined, key.variable);
  }
});

test('no two keys of a program have the same variable or the same path', () => {
  for (const table of [SERVER_KEYS, AGENCY_KEYS]) {
    const keys = Object.values(table);
    const paths = keys.flatMap(({ path }) => (path === undefined ? [] : [normalisePath(path)]));
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(new Set(keys.map(({ variable }) => variable)).size, keys.length);
  }
});
