/** A composite that is closed is one box, with every arrow that comes to it or leaves it; a wall of words is a number. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folded } from '../../src/inspector/charts/fold.ts';
import { type ChartBox, graphOf, summarised } from '../../src/inspector/charts/graph.ts';
import { describeMachine } from '../../tools/diagrams/describe.ts';
import { machines } from '../../tools/diagrams/machines.ts';

const boxesIn = (box: ChartBox): ChartBox[] => [box, ...box.boxes.flatMap(boxesIn)];

for (const machine of Object.values(machines)) {
  const graph = graphOf(describeMachine(machine));
  const composites = boxesIn(graph.root).filter(({ boxes }) => boxes.length > 0);

  test(`${machine.id}: each composite can be closed, and no arrow loses an end`, () => {
    for (const { id } of composites) {
      const closed = folded(graph, new Set([id]));
      const ids = new Set(boxesIn(closed.root).map((box) => box.id));
      const inside = boxesIn(composites.find((box) => box.id === id)!).map((box) => box.id);
      for (const inner of inside) assert.equal(ids.has(inner), inner === id, inner);
      for (const { from, to } of closed.arrows) assert.ok(ids.has(from) && ids.has(to), `${from} -> ${to}`);
      // Every transition that crosses its border is still at one arrow with its ends.
      const linesOf = ({ arrows }: typeof graph, isKept = (_from: string, _to: string) => true) =>
        arrows
          .filter(({ from, to }) => isKept(from, to))
          .flatMap(({ lines }) => lines.map(({ transition }) => transition))
          .sort();
      const crosses = (from: string, to: string) =>
        !(inside.includes(from) && inside.includes(to)) || (from === id && to === id);
      assert.deepEqual(linesOf(closed), linesOf(graph, crosses), id);
    }
  });

  test(`${machine.id}: what is open is as it was, and all closed is one box`, () => {
    assert.deepEqual(folded(graph, new Set()), graph);
    assert.deepEqual(folded(graph, new Set(['no such state'])), graph);
    const all = folded(graph, new Set(composites.map(({ id }) => id)));
    assert.deepEqual([all.root.boxes, all.arrows.filter(({ from, to }) => from !== to)], [[], []]);
  });

  test(`${machine.id}: at no arrow stand more than four lines, and every one can be asked for`, () => {
    for (const [index, { lines, summary }] of summarised(graph).arrows.entries()) {
      assert.deepEqual(lines, graph.arrows[index]!.lines);
      assert.equal(summary, lines.length > 4 ? `${lines.length} events` : undefined);
    }
  });
}
