/** A run that was asked for something that is no number proves nothing: it does not begin, and is not green. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const TESTS = join(import.meta.dirname, '..');

for (const [file, name, value] of [
  ['simulation/sim.ts', 'SEEDS', 'x'],
  ['simulation/sim.ts', 'SEEDS', '0'],
  ['simulation/sim.ts', 'SEED', '-1'],
  ['simulation/sim.ts', 'SEEDS', '1.5'],
  ['processes/killer.ts', 'KILLS', 'many'],
  ['network/fuzz.long.test.ts', 'FUZZ_FRAMES', '1e6x'],
  ['cluster/chaos.long.test.ts', 'CLUSTER_KILLS', '200,'],
  ['processes/killing.long.test.ts', 'KILL_SEED', 'x'],
  ['input/python-dialects.test.ts', 'FUZZ_SEED', 'x'],
] as const) {
  test(`${file} with ${name}=${value}`, () => {
    const env = { ...process.env, [name]: value };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(TESTS, file)], {
      env,
      encoding: 'utf8',
    });
    assert.notEqual(status, 0, stdout);
    assert.match(
      `${stdout}${stderr}`,
      new RegExp(`cannot begin: ${name} is "${value}", must be a whole number from [01] to `),
    );
  });
}
