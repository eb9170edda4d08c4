/** The promise of DESIGN section 6: whatever form a file has, its bets arrive as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { anyBet } from '../support/any-bet.ts';
import { csvRow } from '../support/bet-row.ts';
import { pythonReads, withoutPython } from '../support/python-csv.ts';
import { fuzzSeed, mutate, randomFrom } from '../support/random.ts';
import { assertRows } from '../support/row-rules.ts';
import { form, name, written } from './forms.ts';
import { examined, uploaded } from './support.ts';

test('the bets of a file in any form are those that are checked, uploaded and read from bets.csv', async () => {
  const stored: Buffer[] = [];
  const expected: string[][] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(anyBet(name), { minLength: 3, maxLength: 40 }), form, async (bets, given) => {
      const content = written(bets, given);
      const rows = Buffer.concat(bets.map(csvRow));
      const check = await examined({ content });
      assert.deepEqual([check.tally, check.invalidRows], [{ bets: bets.length, invalid: 0 }, []]);
      const { rows: sent, last } = await uploaded({ content });
      assert.ok(sent.equals(rows), `${JSON.stringify(sent.toString())}\n${JSON.stringify(rows.toString())}`);
      assert.ok(last.type === 'file.exhausted' && last.count === bets.length && last.invalid === 0);
      assert.equal(last.crc, check.crc);
      stored.push(sent);
      for (const bet of bets) {
        const { agency, firstName, lastName, document, birthdate, number } = bet;
        expected.push([`${agency}`, firstName, lastName, document, birthdate, `${number}`]);
      }
    }),
    { numRuns: 400 },
  );
  if (!withoutPython) assert.deepEqual(pythonReads(Buffer.concat(stored)), expected);
});

test('whatever became of a file, a check says what an upload would do, and no row breaks a rule', async (t) => {
  const seed = fuzzSeed();
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const random = randomFrom(seed);
  const plain = Buffer.from('Ana,Paz,12345678,2000-01-01,7\n'.repeat(200));
  const found = { read: 0, refused: 0, odd: 0 };
  for (let at = 0; at < 600; at++) {
    const [bets] = fc.sample(fc.array(anyBet(name), { minLength: 1, maxLength: 12 }), {
      numRuns: 1,
      seed: seed + at,
    });
    const [given] = fc.sample(form, { numRuns: 1, seed: seed + at });
    const odd = mutate(mutate(written(bets!, given!), random), random);
    const content = random.int(3) === 0 ? Buffer.concat([plain, odd]) : odd;
    const check = await examined({ content }).catch((error: Error) => error);
    const { rows, last } = await uploaded({ content });
    const shown = `FUZZ_SEED=${seed}, file ${at}: ${JSON.stringify(content.toString('latin1'))}`;
    if (check instanceof Error) {
      found.refused++;
      assert.ok(check instanceof UserError, `${shown}\n${check.stack}`);
      assert.ok(last.type === 'file.failed' && last.reason.endsWith(check.message), shown);
      continue;
    }
    assert.ok(last.type === 'file.exhausted', `${shown}\n${JSON.stringify(last)}`);
    assert.deepEqual(
      [last.count, last.invalid, last.crc],
      [check.tally.bets, check.tally.invalid, check.crc],
      shown,
    );
    assertRows(rows, 7, last.count);
    if (last.invalid > 0) found.odd++;
    else found.read++;
  }
  t.diagnostic(JSON.stringify(found));
});
