/** Every word that can be typed after `make` is named as it was typed, with its value and what is allowed. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, temporaryFolder } from './shell.ts';

const NUMBER = /must be a whole number from/;

const CASES: readonly [typed: string, ...said: RegExp[]][] = [
  ['demo AGENCIES=x', /cannot run the demo: AGENCIES is "x"/, NUMBER],
  ['demo AGENCIES=--help', /AGENCIES is "--help"/, NUMBER],
  ['demo BETS=1.5', /BETS is "1\.5"/, NUMBER],
  ['demo FLEET=maybe', /FLEET is "maybe", must be one of yes, no, auto/],
  ['demo AGENCIES_FROM=0', /AGENCIES_FROM is "0", but make demo and make up number their agencies from 1/],
  ['data AGENCIES=x BETS=-1 SEED=y', /AGENCIES is "x"/, /BETS is "-1"/, /SEED is "y"/],
  ['data DATA=FILE', /to ".*FILE": what should be a folder is none/],
  ['certs OUT=FILE', /in ".*FILE": what should be a folder is none/],
  ['data-check DATA=nowhere', /cannot read "nowhere": it does not exist/],
  ['data-check DATA=-x', /cannot read "-x": it does not exist/],
  ['verify DIR=nowhere', /no draw in "nowhere"/],
  ['verify DIR=-x', /no draw in "-x"/],
  ['verify HEAD=x', /HEAD is "x", expected a SHA-256/],
  ['verify RECEIPT=nowhere', /cannot read the receipt "nowhere": it does not exist/],
  ['recover DIR=nowhere', /"nowhere": it does not exist/],
  ['recover DIR=FILE', /FILE": what should be a folder is none/],
  ['reset', /AGENCY is missing/, NUMBER],
  ['reset AGENCY=x', /AGENCY is "x"/, NUMBER],
  ['reset AGENCY=1 DIR=nowhere', /"nowhere": it does not exist/],
  ['compose FILE=x CLIENTS=y', /CLIENTS is "y"/, NUMBER],
  ['compose FILE=x CLIENTS=1 MODE=y', /MODE is "y", must be one of/],
  ['compose FILE=x CLIENTS=1 DATA=nowhere', /nowhere" as the folder .*: it does not exist/],
];

for (const [typed, ...said] of CASES) {
  test(`make ${typed}`, (t) => {
    const file = join(temporaryFolder(t), 'FILE');
    writeFileSync(file, '');
    const words = typed.replace('=FILE', `=${file}`).split(' ');
    const { status, stdout, stderr } = run('make', ['-s', ...words]);
    assert.equal(status, 2);
    for (const pattern of said) assert.match(stdout + stderr, pattern);
    assert.doesNotMatch(
      stdout + stderr,
      /E[A-Z]{4,}:|option '--|--agenc|\n {4}at /,
      'no code, no option that nobody typed',
    );
  });
}

test('a word that says no is no, and an empty one is none', (t) => {
  const folder = join(temporaryFolder(t), 'own');
  mkdirSync(folder);
  assert.equal(run('make', ['-s', 'data', 'AGENCIES=1', 'BETS=', 'SEED=', `DATA=${folder}`]).status, 0);
  const printed = (...words: string[]) => run('make', ['-n', ...words]).stdout;
  for (const no of ['0', 'no', 'NO', 'false', 'off', '']) {
    assert.doesNotMatch(printed('demo', `INSPECT=${no}`), /--inspect/);
    assert.doesNotMatch(printed('recover', `FORCE=${no}`), /--force/);
  }
  assert.match(printed('recover', 'FORCE=1'), /--force/);
  assert.doesNotMatch(printed('demo', 'AGENCIES='), /--agencies/);
});
