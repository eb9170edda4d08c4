/** Where a chart is seen: fit shows all of it, a zoom keeps what is under the pointer, nothing can be lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  centredOn,
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
