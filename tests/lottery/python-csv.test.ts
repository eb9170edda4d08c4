import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyBet } from '../support/any-bet.ts';
import { csvRow } from '../support/bet-row.ts';
import { pythonReads, pythonWrites, withoutPython } from '../support/python-csv.ts';

const BETS = 10_000;

test(`${BETS} rows are byte for byte what Python's csv.writer writes, and its reader reads them back`, {
  skip: withoutPython,
}, () => {
  const bets = fc.sample(anyBet(), BETS);
  const fields = bets.map((b) => [b.agency, b.firstName, b.lastName, b.document, b.birthdate, b.number]);
  const rows = Buffer.concat(bets.map(csvRow));
  assert.ok(rows.equals(pythonWrites(fields)));
  assert.deepEqual(
    pythonReads(rows),
    fields.map((row) => row.map(String)),
  );
});
