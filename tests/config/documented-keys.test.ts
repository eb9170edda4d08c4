import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
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

/** What the compose files' own configuration says otherwise, and why stands in it. */
const OTHERWISE = { ANNOUNCE_DELAY: '250ms' };

for (const [file, table] of Object.entries({ 'server.yaml': SERVER_KEYS, 'agency.yaml': AGENCY_KEYS })) {
  test(`docker/${file} sets what is the default anyway, for people to change`, () => {
    const text = readFileSync(join(import.meta.dirname, '../../docker', file), 'utf8');
    const values = new Map<string, unknown>();
    const collect = (node: object, path: string): void => {
      for (const [name, value] of Object.entries(node)) {
        if (typeof value === 'object') collect(value, `${path}${name}.`);
        else values.set(normalisePath(`${path}${name}`), value);
      }
    };
    collect(parse(text), '');
    assert.ok(values.size >= 4);
    for (const key of Object.values<(typeof KEYS)[number]>(table)) {
      const path = key.path === undefined ? undefined : normalisePath(key.path);
      if (path === undefined || !values.has(path)) continue;
      const standard = { ...OTHERWISE }[key.variable] ?? key.default;
      assert.equal(String(values.get(path)), standard, key.variable);
      values.delete(path);
    }
    assert.deepEqual([...values.keys()], []);
  });
}

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
