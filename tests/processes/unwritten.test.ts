/** Nobody takes half an answer for a whole one: what cannot be written is said, and the exit code is 1. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeBets, writeAgencyFile } from '../support/bets.ts';
import { isLinux } from '../support/kernel.ts';
import { makeFifo } from '../support/plant.ts';
import { Program } from '../support/program.ts';
import { temporaryFolder } from '../support/system.ts';

const NO_SPACE = 'quiniela: cannot write the answer: no space left\n';

test('an answer that nobody reads on, as behind `| head`, is no defect; one that does not fit on the disk is named', {
  skip: !isLinux,
}, async (t) => {
  const data = temporaryFolder(t);
  for (const id of [1, 2, 3, 4]) writeAgencyFile(data, id, makeBets(id, 10));
  const PIPE = makeFifo(join(data, 'pipe'));
  for (const [shell, said] of [
    ['exec 8<>"$PIPE" 9>"$PIPE" 8<&-; exec "$0" "$@" >&9', ''],
    ['exec "$0" "$@" >/dev/full', NO_SPACE],
  ]) {
    for (const args of [
      ['check-data', data],
      ['echo', '--print-port'],
      ['--help'],
      ['help', 'server'],
      ['-V'],
    ]) {
      const program = new Program(args, { PIPE }, { shell });
      t.after(() => program.kill());
      assert.equal((await program.exited).code, 1, args.join(' '));
      assert.equal(program.stderr, said);
    }
  }
});

test('what a disk takes only in part is no answer', { skip: !isLinux }, async (t) => {
  const out = join(temporaryFolder(t), 'out');
  // In a shell's blocks of 512 bytes: the write that reaches the limit is cut there, as on a disk that gets full.
  const shell = 'ulimit -f 2; exec "$0" "$@" >"$OUT"';
  const program = new Program(['help', 'server'], { OUT: out, NODE_COMPILE_CACHE: '' }, { shell });
  t.after(() => program.kill());
  assert.equal((await program.exited).code, 1);
  assert.equal(program.stderr, 'quiniela: cannot write the answer: a file may not be so large here\n');
  assert.equal(statSync(out).size, 1_024);
});
