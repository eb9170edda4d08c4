import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeDisk } from '../../src/store/disk.ts';
import { demoFolder, makeData, runDemo } from './helpers.ts';

const failure = async (cwd: string, ...args: string[]) => {
  const { code, out, err } = await runDemo(cwd, ...args);
  assert.equal(code, 2);
  return { out, err };
};

test("in the user's own folder nothing is made: what is missing there is named", async () => {
  using folder = demoFolder();
  await makeData(join(folder.path, 'own'), 2, 10);
  const { out, err } = await failure(folder.path, '--agencies', '4', '--data', 'own');
  assert.equal(err, 'quiniela: cannot run the demo: "own" has no agency-3.csv, agency-4.csv\n');
  assert.equal(out, '');
  const empty = await failure(folder.path, '--data', '.', '--agencies', '9');
  assert.match(empty.err, /"\." has no agency-1\.csv, .*, agency-5\.csv and 4 more\n$/);
  const nowhere = await failure(folder.path, '--data', 'nowhere', '--agencies', '9');
  assert.equal(nowhere.err, 'quiniela: cannot run the demo: the folder "nowhere" does not exist\n');
  const file = await failure(folder.path, '--data', join('own', 'agency-1.csv'), '--agencies', '1');
  assert.match(file.err, /: "own\/agency-1\.csv" is no folder, expected that of the agencies' files\n$/);
});

test('a file that cannot be read is named', async () => {
  using folder = demoFolder();
  mkdirSync(join(folder.path, 'own', 'agency-1.csv'), { recursive: true });
  const { err } = await failure(folder.path, '--data', 'own', '--agencies', '1');
  assert.match(err, /^quiniela: cannot read "own\/agency-1\.csv": it is a folder\n$/);
});

test('no agency, or more than fit into the memory', async () => {
  using folder = demoFolder();
  const { err } = await failure(folder.path, '--agencies', '0');
  assert.match(
    err,
    /^quiniela: cannot run the demo: --agencies is "0", must be a whole number from 1 to \d+: /,
  );
  const many = await failure(folder.path, '--agencies', '1000000', '--fleet', 'no');
  assert.match(many.err, /--agencies is "1000000", must be .* this machine has memory for that many\n$/);
});

test('more agencies than a fleet may have', async () => {
  using folder = demoFolder();
  for (const fleet of ['yes', 'auto']) {
    const { err } = await failure(folder.path, '--agencies', '10001', '--fleet', fleet);
    assert.equal(
      err,
      'quiniela: cannot run the demo: --agencies is "10001", must be a whole number from 1 to 10000\n',
    );
  }
});

test('a choice of a fleet that there is not', async () => {
  using folder = demoFolder();
  const { out, err } = await failure(folder.path, '--fleet', 'maybe');
  assert.equal(err, 'quiniela: cannot run the demo: --fleet is "maybe", must be one of yes, no, auto\n');
  assert.equal(out, '');
});

test('another server is running in its folder', async () => {
  using folder = demoFolder();
  const store = join(folder.path, '.data', 'demo');
  mkdirSync(store, { recursive: true });
  const unlock = await nodeDisk().lock(store);
  try {
    const { err } = await failure(folder.path, '--agencies', '1', '--bets', '10');
    assert.match(err, /^quiniela: "\.data\/demo" is in use by another server: /);
  } finally {
    await unlock();
  }
});
