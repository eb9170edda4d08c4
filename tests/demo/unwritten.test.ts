import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLinux } from '../support/kernel.ts';
import { makeFifo } from '../support/plant.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

test('a demo whose result does not fit on the disk does its work, and ends with 1', {
  skip: !isLinux,
}, async (t) => {
  const DIR = temporaryFolder(t);
  for (const more of [[], ['--json']]) {
    const shell = 'cd "$DIR"; exec "$0" "$@" >/dev/full';
    const demo = new Program(['demo', '--agencies', '1', '--bets', '10', ...more], { DIR }, { shell });
    t.after(() => demo.kill());
    assert.equal((await demo.exited).code, 1, more.join());
    const told = demo.stderr.match(/^quiniela: cannot write the answer: no space left$/gm);
    assert.equal(told?.length, 1, demo.stderr);
    assert.doesNotMatch(demo.stderr, /a defect/);
    assert.ok(readdirSync(join(DIR, '.data/demo')).includes('bets.csv'));
  }
});

test('a demo of which nobody reads the rest, as behind `| head`, does its work, and that is no failure', {
  skip: !isLinux,
}, async (t) => {
  const DIR = temporaryFolder(t);
  const PIPE = makeFifo(join(DIR, 'pipe'));
  const shell = 'cd "$DIR"; exec 8<>"$PIPE" 9>"$PIPE" 8<&-; exec "$0" "$@" >&9';
  const demo = new Program(['demo', '--agencies', '1', '--bets', '10'], { DIR, PIPE }, { shell });
  t.after(() => demo.kill());
  await demo.expectExit(0);
  assert.ok(readdirSync(join(DIR, '.data/demo')).includes('bets.csv'));
});
