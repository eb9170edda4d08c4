/** What an agency signs of its file is the hash of the rows that the server stores. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../src/store/journal.ts';
import { anyBet } from '../support/any-bet.ts';
import { csvRow } from '../support/bet-row.ts';
import { form, name, written } from './forms.ts';
import { uploaded } from './support.ts';

test('in any form, with bad rows among them, and from wherever the upload goes on', async () => {
  const bets = fc.array(anyBet(name), { minLength: 3, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(bets, form, fc.nat(200), async (bets, given, from) => {
      const content = written(bets, given);
      const stored = bets.map(csvRow);
      const resumed = Math.min(from, bets.length);
      const { rows, last } = await uploaded({ content, signed: true, from: resumed });
      assert.ok(rows.equals(Buffer.concat(stored.slice(resumed))));
      assert.ok(last.type === 'file.exhausted' && last.count === bets.length);
      assert.equal(last.sha, sha256(Buffer.concat(stored)));
    }),
    { numRuns: 200 },
  );
});

test('an upload that goes on far into its file signs what was sent before as well', async () => {
  const rows = Array.from({ length: 2_000 }, (_, at) => `Ana,Paz,${10_000_000 + at},2000-01-01,${at}`);
  const stored = Buffer.from(rows.map((row) => `7,${row}\r\n`).join(''));
  for (const from of [0, 1_500, 2_000]) {
    const { last } = await uploaded({ content: Buffer.from(rows.join('\n')), signed: true, from });
    assert.ok(last.type === 'file.exhausted' && last.count === 2_000);
    assert.equal(last.sha, sha256(stored), `from ${from}`);
  }
});

test('a file whose form is seen only later is hashed from its beginning, once', async () => {
  const plain = 'Ana,Paz,12345678,2000-01-01,7\n';
  const content = Buffer.from(`${plain.repeat(5_000)}Ana,Paz,12.345.678,1/2/2000,8\nx\n${plain}`);
  const { rows, last } = await uploaded({ content, signed: true });
  assert.ok(last.type === 'file.exhausted', last.type);
  assert.ok(last.count > 5_000 && last.invalid > 0);
  assert.equal(last.sha, sha256(rows));
});

test('where nothing is to be signed nothing is hashed', async () => {
  const { last } = await uploaded({ content: Buffer.from('Ana,Paz,12345678,2000-01-01,7\n') });
  assert.ok(last.type === 'file.exhausted' && !('sha' in last));
});
