import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generateAgencies } from '../../src/data/generate.ts';
import { Random } from '../../src/data/random.ts';
import { temporaryFolder } from './helpers.ts';

async function generated(agencies: number, bets: number, seed: number): Promise<Buffer[]> {
  using folder = temporaryFolder();
  const { files, rows, bytes } = await generateAgencies({ agencies, bets, seed, dir: folder.path });
  assert.deepEqual(
    files,
    Array.from({ length: agencies }, (_, i) => join(folder.path, `agency-${i + 1}.csv`)),
  );
  assert.equal(readdirSync(folder.path).length, agencies);
  const contents = files.map((file) => readFileSync(file));
  assert.equal(rows, agencies * bets);
  assert.equal(
    bytes,
    contents.reduce((sum, { length }) => sum + length, 0),
  );
  for (const content of contents) assert.equal(content.toString().split('\r\n').length - 1, bets);
  return contents;
}

test('the same seed gives the same bytes', async () => {
  assert.deepEqual(await generated(3, 20_000, 42), await generated(3, 20_000, 42));
});

test('the same seed gives the same bytes as it always has', async () => {
  const [first] = await generated(1, 10_000, 1);
  const hash = createHash('sha256')
    .update(first as Buffer)
    .digest('hex');
  assert.equal(hash, 'a362f6f9502286bbb45bd76036680323c43119fc25df859838531141cfada5f5');
});

test("an agency's bytes do not depend on how many others there are", async () => {
  const [alone] = await generated(1, 500, 9);
  const [first, second] = await generated(4, 500, 9);
  assert.deepEqual(first, alone);
  assert.notDeepEqual(second, alone);
});

test('more bets begin with the same ones, across the limits of chunks', async () => {
  const [few] = await generated(1, 6_000, 3);
  const [many] = await generated(1, 12_000, 3);
  assert.ok(many?.subarray(0, few?.length).equals(few as Buffer));
});

test('other seeds give other bytes, large ones too', async () => {
  const contents = await Promise.all([0, 1, 2, 2 ** 32, 2 ** 53 - 1].map((seed) => generated(1, 100, seed)));
  assert.equal(new Set(contents.map(([content]) => content?.toString())).size, 5);
});

test('no bets make an empty file', async () => {
  assert.deepEqual(await generated(1, 0, 1), [Buffer.alloc(0)]);
});

test('the generator is sfc32', () => {
  // Computed with the reference algorithm in 32-bit arithmetic of another language.
  const random = new Random([1, 2, 3]);
  assert.deepEqual([random.next(), random.next(), random.next()], [3_987_121_759, 92_551_270, 1_122_162_139]);
});

test('below() stays below', () => {
  const random = new Random([1, 2, 3]);
  for (let i = 0; i < 10_000; i += 1) {
    const value = random.below(7);
    assert.ok(Number.isInteger(value) && value >= 0 && value < 7);
  }
});
