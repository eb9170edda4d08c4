import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawName } from '../../src/config/values.ts';
import { newDrawName } from '../../src/lottery/draw-name.ts';

test('no two draws have one name, whatever the clock says', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 27, 9, 30) });
  const names = Array.from({ length: 1_000 }, newDrawName);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) {
    assert.match(name, /^2026-11-27-09-30-00-/);
    assert.equal(drawName.parse(`demo-${name}`), `demo-${name}`);
  }
});
