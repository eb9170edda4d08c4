import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { statesOf } from '../../src/inspector/charts/description.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { toDrawing } from '../../tools/diagrams/drawing.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { chartOf } from '../../tools/inspector-assets.ts';

describe('the drawings in docs/diagrams', () => {
  for (const [name, machine] of Object.entries(machines)) {
    test(`${name}.svg is as the machine is, with each of its states and transitions`, async () => {
      const chart = await chartOf(machine);
      const drawing = readFileSync(new URL(`../../docs/diagrams/${name}.svg`, import.meta.url), 'utf8');
      assert.equal(drawing, toDrawing(name, chart), 'run "make diagrams"');
      const states = [...statesOf(describeMachine(machine).root)];
      const drawn = new Set(chart.boxes.map(({ id }) => id));
      const lines = [
        ...chart.boxes.flatMap(({ answers }) => answers),
        ...chart.arrows.flatMap((arrow) => arrow.lines),
      ];
      const told = new Set(lines.map(({ transition }) => transition));
      for (const { id, transitions } of states) {
        assert.ok(drawn.has(id), id);
        for (const transition of transitions) assert.ok(told.has(transition.id), transition.id);
      }
      for (const { id, points } of chart.arrows) assert.ok(points.length > 0, `${id} has a way`);
    });
  }
});
