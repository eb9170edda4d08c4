import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLinux } from '../support/kernel.ts';
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
    assert.match(demo.stderr, /^quiniela: cannot write the answer: no space left$/m);
    assert.doesNotMatch(demo.stderr, /a defect/);
    assert.ok(readdirSync(join(DIR, '.data/demo')).includes('bets.csv'));
  }
});
