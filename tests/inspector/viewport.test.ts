/** Where a chart is seen: fit shows all of it, a zoom keeps what is under the pointer, nothing can be lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  carried,
  centredOn,
  filling,
  fitted,
  isSeen,
  kept,
  LARGEST,
  movedBy,
  SMALLEST,
  seenOf,
  type View,
  zoomedAt,
} from '../../src/inspector/page/chart/viewport.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const sizes = (min: number, max: number) => fc.record({ width: number(min, max), height: number(min, max) });
const frames = sizes(200, 3_000);
const charts = sizes(100, 3_000);
const views = fc.record({ x: number(-5_000, 5_000), y: number(-5_000, 5_000), scale: number(0.1, 3) });
const points = fc.record({ x: number(0, 3_000), y: number(0, 3_000) });

const near = (one: number, other: number): boolean => Math.abs(one - other) < 1e-6 * (1 + Math.abs(one));
const chartPoint = ({ x, y, scale }: View, at: { x: number; y: number }) => ({
  x: (at.x - x) / scale,
  y: (at.y - y) / scale,
});

test('fit shows the whole chart, and never larger than it is', () => {
  fc.assert(
    fc.property(charts, frames, (chart, frame) => {
      const view = fitted(chart, frame);
      assert.ok(isSeen(view, { x: 0, y: 0, ...chart }, frame));
      assert.ok(view.scale <= 1);
    }),
  );
});

test('the point that one zooms at stays under the pointer', () => {
  fc.assert(
    fc.property(views, number(0.2, 5), points, (view, factor, at) => {
      const after = zoomedAt(view, factor, at);
      const [before, now] = [chartPoint(view, at), chartPoint(after, at)];
      assert.ok(near(before.x, now.x) && near(before.y, now.y));
      assert.ok(after.scale >= SMALLEST && after.scale <= LARGEST);
    }),
  );
});

test('however it is moved, some of the chart stays in its frame', () => {
  fc.assert(
    fc.property(views, charts, frames, (view, chart, frame) => {
      const seen = seenOf(kept(movedBy(view, 9_999, -9_999), chart, frame), frame);
      assert.ok(seen.x < chart.width && seen.x + seen.width > 0);
      assert.ok(seen.y < chart.height && seen.y + seen.height > 0);
    }),
  );
});

test('what is centred is in the middle', () => {
  fc.assert(
    fc.property(views, charts, frames, (view, place, frame) => {
      const seen = seenOf(centredOn(view, { x: 7, y: 9, ...place }, frame), frame);
      assert.ok(near(seen.x + seen.width / 2, 7 + place.width / 2));
      assert.ok(near(seen.y + seen.height / 2, 9 + place.height / 2));
    }),
  );
});

test('a state that is followed is in sight, and beside it no room is left that the chart could fill', () => {
  fc.assert(
    fc.property(
      charts,
      frames,
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      number(0, 1),
      number(0, 1),
      (chart, frame, scale, right, down) => {
        const place = { x: right * chart.width, y: down * chart.height, width: 0, height: 0 };
        const view = filling(centredOn({ x: 0, y: 0, scale }, place, frame), chart, frame);
        assert.ok(isSeen(view, place, frame));
        for (const [offset, size, room] of [
          [view.x, chart.width * scale, frame.width],
          [view.y, chart.height * scale, frame.height],
        ] as const) {
          const [before, after] = [offset, room - offset - size];
          if (size <= room) assert.ok(near(before, after), 'in the middle');
          else assert.ok(before <= 12.001 && after <= 12.001, 'up to its edge');
        }
      },
    ),
  );
});

test('a state of both drawings stays where it was seen, as large as it was: the one that is held, if it is in sight, else that in the middle', () => {
  const place = (x: number, y: number, size = 40) => ({ x, y, width: size, height: size });
  const before = new Map([
    ['all', place(0, 0, 600)],
    ['left', place(20, 20)],
    ['middle', place(300, 300)],
    ['folded', place(310, 200)],
  ]);
  const after = new Map([
    ['all', place(0, 0, 900)],
    ['left', place(700, 20)],
    ['middle', place(50, 800)],
  ]);
  const frame = { width: 400, height: 400 };
  const seenAt = (view: View, { x, y, width, height }: ReturnType<typeof place>) => ({
    x: view.x + (x + width / 2) * view.scale,
    y: view.y + (y + height / 2) * view.scale,
  });
  const check = (view: View, held: string | undefined, kept: string): void => {
    const carriedView = carried(view, [before, after], frame, held);
    assert.equal(carriedView.scale, view.scale);
    const [was, is] = [seenAt(view, before.get(kept)!), seenAt(carriedView, after.get(kept)!)];
    assert.ok(
      near(was.x, is.x) && near(was.y, is.y),
      `${kept} is at ${is.x}, ${is.y}, was at ${was.x}, ${was.y}`,
    );
  };
  const whole = { x: 10, y: 5, scale: 0.6 };
  check(whole, undefined, 'middle');
  check(whole, 'left', 'left');
  check(whole, 'folded', 'middle');
  check({ x: -700, y: -700, scale: 3 }, 'left', 'middle');
  const view = { x: 1, y: 2, scale: 3 };
  assert.deepEqual(carried(view, [before, new Map()], frame), view, 'nothing is in both');
});
