/** What processes tell of one run is put in order by their clocks: those must agree, whatever kept a process waiting. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import fc from 'fast-check';
import { originOf } from '../../src/inspector/clock.ts';

const CLOSE_MS = 0.02;

test('a clock begins when it did, to a hundredth of a millisecond, wherever its process loses the processor', () => {
  const delays = fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 300, noNaN: true }) },
    ),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), delays, (fraction, delays) => {
      const origin = 1_700_000_000_000 + fraction;
      let passed = 0;
      let read = 0;
      const look = () => {
        passed += 0.001 + (delays[read] ?? 0);
        read += 1;
        return passed;
      };
      const found = originOf(
        () => Math.floor(origin + look()),
        () => look(),
      );
      assert.ok(Math.abs(found - origin) <= CLOSE_MS, `${found - origin} ms off`);
    }),
  );
});

test('processes of one machine agree, though many start at once', async () => {
  const clock = new URL('../../src/inspector/clock.ts', import.meta.url);
  // What both clocks say at once: the pair that was read most quickly of many.
  const code = `const { now } = await import('${clock}');
    let [quickest, apart] = [Number.POSITIVE_INFINITY, 0];
    for (let look = 0; look < 1_000; look++) {
      const [before, time, after] = [process.hrtime.bigint(), now(), process.hrtime.bigint()];
      if (Number(after - before) < quickest) [quickest, apart] = [Number(after - before), time - Number(before) / 1e6];
    }
    console.log(apart);`;
  const started = Array.from({ length: 12 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const apart = (await Promise.all(started.map(({ stdout }) => text(stdout)))).map(Number);
  const spread = Math.max(...apart) - Math.min(...apart);
  assert.ok(spread < 5, `${spread} ms`);
});
