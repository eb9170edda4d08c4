import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { checkDataArguments } from '../../src/data/arguments.ts';
import { generateAgencies } from '../../src/data/generate.ts';
import { UserError } from '../../src/errors.ts';
import { temporaryFolder } from './helpers.ts';

const GOOD = { agencies: '5', bets: '10000', seed: '1' };

test('arguments are read as they were typed', () => {
  assert.deepEqual(checkDataArguments(GOOD), { agencies: 5, bets: 10_000, seed: 1 });
  assert.deepEqual(checkDataArguments({ agencies: 10_000, bets: '100000000', seed: 2 ** 53 - 1 }), {
    agencies: 10_000,
    bets: 100_000_000,
    seed: Number.MAX_SAFE_INTEGER,
  });
  assert.deepEqual(checkDataArguments({ agencies: 1, bets: 0, seed: 0 }), { agencies: 1, bets: 0, seed: 0 });
});

test('a bad argument is named with its value and what is allowed', () => {
  const cases: [object, string][] = [
    [{ agencies: '0' }, 'agencies is "0", must be a whole number from 1 to 10000'],
    [{ agencies: 10_001 }, 'agencies is "10001", must be a whole number from 1 to 10000'],
    [{ agencies: '' }, 'agencies is "", must be a whole number from 1 to 10000'],
    [{ bets: '1.5' }, 'bets is "1.5", must be a whole number from 0 to 100000000'],
    [{ bets: '1e6' }, 'bets is "1e6", must be a whole number from 0 to 100000000'],
    [{ bets: 100_000_001 }, 'bets is "100000001", must be a whole number from 0 to 100000000'],
    [{ seed: '-1' }, 'seed is "-1", must be a whole number from 0 to 9007199254740991'],
    [{ seed: Number.NaN }, 'seed is "NaN", must be a whole number from 0 to 9007199254740991'],
    [{ seed: 'x\n' }, 'seed is "x\\n", must be a whole number from 0 to 9007199254740991'],
  ];
  for (const [bad, message] of cases) {
    assert.throws(
      () => checkDataArguments({ ...GOOD, ...bad }),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.code, 'ARGUMENT');
        assert.equal(error.message, `cannot make data: ${message}`);
        return true;
      },
    );
  }
});

test('all bad arguments are named at once', () => {
  assert.throws(
    () => checkDataArguments({ agencies: 'a', bets: 'b', seed: 'c' }),
    /agencies is "a".*; bets is "b".*; seed is "c"/,
  );
});

test('the generator itself refuses them, and writes nothing', async () => {
  using folder = temporaryFolder();
  await assert.rejects(generateAgencies({ agencies: 0, bets: 1, seed: 1, dir: folder.path }), {
    code: 'ARGUMENT',
  });
  assert.deepEqual(readdirSync(folder.path), []);
});
