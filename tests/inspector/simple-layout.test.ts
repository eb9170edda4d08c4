/** Charts that are drawn without elkjs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from 'xstate';
import { graphOf } from '../../src/inspector/charts/graph.ts';
import type { Place, Point } from '../../src/inspector/charts/layout.ts';
import { layOutSimply } from '../../src/inspector/charts/simple-layout.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';
import { deep, player } from './foreign-machines.ts';

const isInside = (one: Place, other: Place): boolean =>
  one.x >= other.x &&
  one.y >= other.y &&
  one.x + one.width <= other.x + other.width &&
  one.y + one.height <= other.y + other.height;

const meet = (one: Place, other: Place): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const isAt = ({ x, y }: Point, place: Place): boolean =>
  x >= place.x - 0.1 &&
  x <= place.x + place.width + 0.1 &&
  y >= place.y - 0.1 &&
  y <= place.y + place.height + 0.1;

test('drawn simply, no box lies on another one but in it, and every wire has its ends', () => {
  for (const machine of [player, deep, ...Object.values(machines)]) {
    const graph = graphOf(describeMachine(machine));
    const { boxes, arrows, width, height } = layOutSimply(graph);
    const whole = { x: 0, y: 0, width, height };
    for (const [index, box] of boxes.entries()) {
      assert.ok(isInside(box, whole), box.id);
      for (const later of boxes.slice(index + 1))
        assert.ok(isInside(later, box) || !meet(later, box), `${box.id} and ${later.id}`);
    }
    assert.equal(arrows.length, graph.arrows.length);
    const places = new Map(boxes.map((box) => [box.id, box]));
    for (const { id, from, to, points } of arrows) {
      assert.ok((points[0]?.length ?? 0) >= 2, id);
      assert.ok(isAt(points[0]!.at(0)!, places.get(from)!), `${id} begins at ${from}`);
      assert.ok(isAt(points[0]!.at(-1)!, places.get(to)!), `${id} ends at ${to}`);
      for (const point of points.flat()) assert.ok(Number.isFinite(point.x + point.y), id);
    }
  }
});

test('states that come by the alphabet are put as a person counts; others stay as they were declared', () => {
  const order = (...names: string[]): string[] => {
    const states = Object.fromEntries(names.map((name) => [name, {}]));
    const machine = createMachine({ id: 'm', initial: names[0] ?? '', states });
    const { boxes } = layOutSimply(graphOf(describeMachine(machine)));
    return boxes.flatMap(({ title }) => (names.includes(title) ? [title] : []));
  };
  assert.deepEqual(order('s1', 's10', 's2', 's20'), ['s1', 's2', 's10', 's20']);
  assert.deepEqual(order('waiting', 'open', 'closed'), ['waiting', 'open', 'closed']);
});
