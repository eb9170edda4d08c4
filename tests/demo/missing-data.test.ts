import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateAgencies, missingAgencies } from '../../src/data/generate.ts';
import { prepareData } from '../../src/demo/data.ts';
import { demoFolder, MAIN, ROOT } from './helpers.ts';

const never = new AbortController().signal;

const missing = (dir: string, onProgress = () => {}, signal = never) =>
  generateAgencies({ dir, agencies: 3, bets: 20_000, seed: 7, onlyMissing: true, onProgress, signal });

test('the same bytes as when all are made, and what is there stays', async () => {
  using folder = demoFolder();
  const [one, other] = [join(folder.path, 'one'), join(folder.path, 'other')];
  await generateAgencies({ agencies: 3, bets: 20_000, seed: 7, dir: one });
  mkdirSync(other);
  writeFileSync(join(other, 'agency-2.csv'), 'theirs');
  assert.deepEqual(missingAgencies(other, 3), [1, 3]);
  const { files, rows } = await missing(other);
  assert.deepEqual([files, rows], [[1, 3].map((agency) => join(other, `agency-${agency}.csv`)), 40_000]);
  assert.deepEqual(readdirSync(other).sort(), ['agency-1.csv', 'agency-2.csv', 'agency-3.csv']);
  assert.equal(readFileSync(join(other, 'agency-2.csv'), 'utf8'), 'theirs');
  for (const name of ['agency-1.csv', 'agency-3.csv'])
    assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(other, name))));
});

test('a file that somebody else put there meanwhile stays', async () => {
  using folder = demoFolder();
  await missing(folder.path, () => writeFileSync(join(folder.path, 'agency-1.csv'), 'theirs'));
  assert.equal(readFileSync(join(folder.path, 'agency-1.csv'), 'utf8'), 'theirs');
});

test('stopped, it leaves whole files only', async () => {
  using folder = demoFolder();
  const abort = new AbortController();
  const making = missing(folder.path, () => abort.abort(), abort.signal);
  await assert.rejects(making, { name: 'AbortError' });
  assert.deepEqual(readdirSync(folder.path), []);
});

test('quiniela data --missing, with no more rights than to the folder', () => {
  using folder = demoFolder();
  writeFileSync(join(folder.path, 'agency-1.csv'), 'theirs');
  const own = `${folder.path}/`;
  const rights = [
    '--permission',
    ...[`read=${ROOT}/`, `read=${own}`, `write=${own}`].map((right) => `--allow-fs-${right}`),
  ];
  const args = [...rights, MAIN, 'data', '--missing', '--out', own, '--agencies', '2', '--bets', '10'];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.match(stdout, /: 1 file, 10 bets, 1 kB\n$/);
  assert.equal(status, 0);
  assert.equal(readFileSync(join(folder.path, 'agency-1.csv'), 'utf8'), 'theirs');
});

test('bets are counted as their agencies will find them', async () => {
  using folder = demoFolder();
  const rows = 'Ana,Paz,12345678,2000-01-01,7\r\n'.repeat(3);
  writeFileSync(join(folder.path, 'agency-1.csv'), rows.trimEnd());
  writeFileSync(join(folder.path, 'agency-2.csv'), '');
  const other = `nombre,apellido,documento,nacimiento,numero\r\n${rows}x\r\n`.replaceAll(',', ';');
  writeFileSync(join(folder.path, 'agency-3.csv'), Buffer.from(`\ufeff${other}`, 'utf16le'));
  const options = { agencies: 3, bets: 1, folder: folder.path, isGiven: true, onMaking() {} };
  const { rows: bets, made, asked } = await prepareData(options, never);
  assert.deepEqual([bets, made, asked], [[3, 0, 3], [], undefined]);
});
