/** What a chart says of where a state is written is true, and it says it of nearly all. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { StateDescription } from '../../src/inspector/charts/description.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { sourceLines } from '../../tools/source-lines.ts';

const statesIn = (state: StateDescription): StateDescription[] => [state, ...state.states.flatMap(statesIn)];

test('a state is where its description stands', () => {
  const lines = sourceLines();
  const states = Object.values(machines).flatMap((machine) => statesIn(describeMachine(machine).root));
  const described = states.filter(({ description }) => description !== undefined);
  let found = 0;
  for (const { description = '', key } of described) {
    const place = lines.get(description);
    if (place === undefined) continue;
    found += 1;
    const [file = '', line] = place.split(':');
    const near = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
      .split('\n')
      .slice(Number(line) - 3, Number(line) + 2);
    assert.ok(near.join('\n').includes('description:'), `${key} ${place}`);
  }
  assert.ok(found > described.length * 0.9, `${found} of ${described.length}`);
});
