/** Clones as people have them: made by a git that writes CRLF, or in a folder with any name. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { clone } from '../support/clone.ts';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

test('a clone with core.autocrlf=true has the same bytes: every script runs', (t) => {
  const cwd = temporaryFolder(t);
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = run('git', args, { cwd });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  for (const path of [
    '.gitattributes',
    'Makefile',
    '.ci',
    'docker',
    'compose-templates',
    'tests/guards/bugs',
  ]) {
    cpSync(join(REPOSITORY, path), join(cwd, path), { recursive: true });
  }
  for (const name of readdirSync(REPOSITORY).filter((name) => /\.(sh|ts|json|yaml|md)$/.test(name))) {
    cpSync(join(REPOSITORY, name), join(cwd, name));
  }
  git('init', '-q');
  git('config', 'core.autocrlf', 'true');
  git('config', 'core.eol', 'crlf');
  git('add', '.');
  const names = git('ls-files').trim().split('\n');
  for (const name of names) rmSync(join(cwd, name));
  git('checkout-index', '-a');
  assert.ok(names.length > 20);
  for (const name of names) {
    assert.deepEqual(readFileSync(join(cwd, name)), readFileSync(join(REPOSITORY, name)), name);
  }
});

test('data files keep their bytes: rows end in CRLF, and a hash is over them', () => {
  const { stdout } = run('git', ['check-attr', 'text', 'x/bets.csv', 'x/journal.ndjson', 'x.sh']);
  assert.match(stdout, /bets\.csv: text: unset\n.*journal\.ndjson: text: unset\n.*x\.sh: text: auto\n/);
});

test('make and the scripts work in a folder with any name', (t) => {
  const cwd = clone(t, 'it\'s (a) "quoted" $HOME `x` & ñandú; 100% #1, [b] {c} d*?');
  const make = (...args: string[]) => {
    const { status, stdout, stderr } = run('make', ['-s', ...args], { cwd });
    assert.equal(status, 0, `make ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  assert.match(make('help'), /make up/);
  assert.match(make('data', 'AGENCIES=2', 'BETS=3'), /2 files, 6 bets/);
  assert.match(make('data', 'AGENCIES=1', 'BETS=3', "DATA=it's $here"), /1 file, 3 bets/);
  assert.ok(existsSync(join(cwd, "it's $here", 'agency-1.csv')));
  assert.match(make('compose', 'FILE=a b.yaml', 'CLIENTS=2'), /the server and 2 agencies/);
  const script = run('sh', [join(cwd, 'generar-compose.sh'), 'c.yaml', '1'], { cwd });
  assert.deepEqual([script.status, script.stdout], [0, 'c.yaml: the server and 1 agency\n'], script.stderr);
  // It finds the folder and reads it under Node's permission model: there is nothing in it to verify.
  assert.match(run('make', ['-s', 'verify', 'DIR=docker'], { cwd }).stderr, /"docker"/);
});
