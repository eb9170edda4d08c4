import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';

const ROOT = join(import.meta.dirname, '../..');

test('the bench runs: every part measures something; how fast is not judged here', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['tests/bench/bench.ts'], {
    cwd: ROOT,
    env: { ...process.env, SMALL: '1', ONLY: '' },
  });
  const results = JSON.parse(await readFile(join(ROOT, '.data/bench-small.json'), 'utf8'));
  const figures = results.figures as Figure[];
  for (const { what, values } of figures) {
    assert.ok(values.length > 0 && values.every(Number.isFinite), `${what}: ${values}`);
    assert.match(stdout, new RegExp(`^\\| ${what.replace(/[()]/g, '\\$&')} \\|`, 'm'));
  }
  const parts = [
    'start to last winner',
    'yardstick',
    'p99',
    'agencies, 100 bets each',
    'restart',
    'draw',
    'node -e 0',
  ];
  for (const part of parts)
    assert.ok(
      figures.some(({ what }) => what.includes(part)),
      part,
    );
});
