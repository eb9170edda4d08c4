import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { temporaryFolder } from './helpers.ts';

/** Megabytes that a process of its own took at most to make so many rows. */
function peakMemory(bets: number): number {
  using folder = temporaryFolder();
  const script = `
    import { generateAgencies } from './src/data/generate.ts';
    const [, dir, bets] = process.argv;
    await generateAgencies({ agencies: 1, bets: Number(bets), seed: 1, dir });
    process.stdout.write(String(process.resourceUsage().maxRSS / 1024));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script, folder.path, String(bets)],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
  );
  assert.deepEqual([status, stderr], [0, '']);
  return Number(stdout);
}

test('2,000,000 rows take no more memory than 20,000', () => {
  const [few, many] = [peakMemory(20_000), peakMemory(2_000_000)];
  assert.ok(many < few + 16, `${many} MB for 2,000,000 rows, ${few} MB for 20,000`);
});
