/** Who hands the bundle on hands the licences on: each package's, with where its sources are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { licences } from '../../tools/licences.ts';
import { REPOSITORY } from '../compose/shell.ts';

test('the npm package holds the licence of all that its bundle holds', () => {
  const parts = licences(REPOSITORY).split(`\n${'-'.repeat(80)}\n\n`);
  const names = parts.map((part) => part.split(' ')[0]);
  // Imported, imported late, in the inspector's page, and what a package brings along.
  for (const name of ['xstate', 'undici', 'elkjs', '@nats-io/jetstream', '@nats-io/nkeys', 'tslib']) {
    assert.ok(names.includes(name), `${name} is missing`);
  }
  for (const part of parts) {
    assert.match(part, /^\S+ \d+\.\d+\.\d+ \([^)]+\), sources: \S+\n\n/);
    assert.ok(part.length > 200, `no licence: ${part}`);
  }
});
