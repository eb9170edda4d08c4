import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DataProgress, generateAgencies } from '../../src/data/generate.ts';
import { UserError } from '../../src/errors.ts';
import { temporaryFolder } from './helpers.ts';

/** A run that is far from its end; resolves once it has written something. */
async function longRun(dir: string): Promise<ChildProcess> {
  const script = `
    import { generateAgencies } from './src/data/generate.ts';
    await generateAgencies({
      agencies: 1, bets: 100_000_000, seed: 1, dir: process.argv[1],
      onProgress: ({ written }) => { if (written > 0) process.stdout.write('.'); },
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
    cwd: new URL('../..', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('a killed run leaves no half file, and the next run removes what it left', async () => {
  using folder = temporaryFolder();
  const child = await longRun(folder.path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(!existsSync(join(folder.path, 'agency-1.csv')));
  assert.equal(readdirSync(folder.path).length, 1);

  await generateAgencies({ agencies: 1, bets: 10, seed: 1, dir: folder.path });
  assert.deepEqual(readdirSync(folder.path), ['agency-1.csv']);
});

test('a run leaves alone what another one is writing', async () => {
  using folder = temporaryFolder();
  const child = await longRun(folder.path);
  try {
    await generateAgencies({ agencies: 1, bets: 10, seed: 1, dir: folder.path });
    assert.equal(readdirSync(folder.path).length, 2);
    assert.equal(readFileSync(join(folder.path, 'agency-1.csv'), 'utf8').split('\r\n').length, 11);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('a killed run leaves the file of the run before it', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'agency-1.csv');
  writeFileSync(file, 'the earlier one');
  const child = await longRun(folder.path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(readFileSync(file, 'utf8'), 'the earlier one');
});

test('an aborted run stops soon, removes its half file and keeps the whole ones', async () => {
  using folder = temporaryFolder();
  const abort = new AbortController();
  const run = generateAgencies({
    agencies: 3,
    bets: 50_000,
    seed: 1,
    dir: folder.path,
    signal: abort.signal,
    onProgress: ({ agency, written }) => {
      if (agency === 2 && written > 0) abort.abort(new Error('enough'));
    },
  });
  await assert.rejects(run, { message: 'enough' });
  assert.deepEqual(readdirSync(folder.path), ['agency-1.csv']);
});

test('progress goes up to the number of bets, for each agency', async () => {
  using folder = temporaryFolder();
  const seen: DataProgress[] = [];
  await generateAgencies({
    agencies: 2,
    bets: 30_000,
    seed: 1,
    dir: folder.path,
    onProgress: (progress) => seen.push(progress),
  });
  for (const agency of [1, 2]) {
    const written = seen.filter((progress) => progress.agency === agency).map((progress) => progress.written);
    assert.ok(written.length > 2);
    assert.deepEqual(
      written,
      written.toSorted((a, b) => a - b),
    );
    assert.equal(written.at(-1), 30_000);
  }
  assert.ok(seen.every(({ agencies, bets }) => agencies === 2 && bets === 30_000));
});

test('a folder is made where there is none', async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, 'a', 'b');
  await generateAgencies({ agencies: 1, bets: 1, seed: 1, dir });
  assert.ok(statSync(join(dir, 'agency-1.csv')).size > 0);
});

test("a folder that cannot be written is the user's mistake, and is named", async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, 'file');
  writeFileSync(dir, '');
  await assert.rejects(generateAgencies({ agencies: 1, bets: 1, seed: 1, dir }), (error) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.code, 'DATA_DIR');
    assert.ok(error.message.startsWith(`cannot write the agencies' files to "${dir}": `));
    return true;
  });
});
