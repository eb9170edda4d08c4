import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateAgencies } from '../../src/data/generate.ts';
import { makeMissing, missingAgencies } from '../../src/data/missing.ts';
import { prepareData } from '../../src/demo/data.ts';
import { demoFolder } from './helpers.ts';

const never = new AbortController().signal;

test('the same bytes as the generator makes', async () => {
  using folder = demoFolder();
  const [one, other] = [join(folder.path, 'one'), join(folder.path, 'other')];
  await generateAgencies({ agencies: 3, bets: 20_000, seed: 7, dir: one });
  await makeMissing({ folder: other, missing: [1, 3], bets: 20_000, seed: 7, signal: never });
  assert.deepEqual(missingAgencies(other, 3), [2]);
  assert.deepEqual(readdirSync(other).sort(), ['agency-1.csv', 'agency-3.csv']);
  for (const name of readdirSync(other))
    assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(other, name))));
});

test('a file that somebody else put there meanwhile stays', async () => {
  using folder = demoFolder();
  writeFileSync(join(folder.path, 'agency-1.csv'), 'theirs');
  await makeMissing({ folder: folder.path, missing: [1], bets: 10, seed: 1, signal: never });
  assert.equal(readFileSync(join(folder.path, 'agency-1.csv'), 'utf8'), 'theirs');
});

test('stopped, it leaves whole files only', async () => {
  using folder = demoFolder();
  const abort = new AbortController();
  const making = makeMissing({
    folder: folder.path,
    missing: [1],
    bets: 50_000_000,
    seed: 1,
    signal: abort.signal,
  });
  setTimeout(() => abort.abort(), 200);
  await assert.rejects(making, { name: 'AbortError' });
  assert.deepEqual(readdirSync(folder.path), []);
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
