/** Which part of a chart is seen, and how large: a point of the chart times the scale, plus the offset, is where it is seen. */

export type Point = { readonly x: number; readonly y: number };
export type Size = { readonly width: number; readonly height: number };
export type Place = Point & Size;
export type View = Point & { readonly scale: number };

export const SMALLEST = 0.05;
export const LARGEST = 4;

/** Below this, words are not readable: a chart that does not fit at it is seen in part. */
export const READABLE = 0.75;

/** Pixels between the chart and its frame. */
const MARGIN = 12;

/** The whole chart, in the middle; never larger than it is. */
export function fitted(chart: Size, frame: Size): View {
  const room = { width: frame.width - 2 * MARGIN, height: frame.height - 2 * MARGIN };
  const scale = clamp(Math.min(1, room.width / chart.width, room.height / chart.height));
  return {
    scale,
    x: (frame.width - chart.width * scale) / 2,
    y: (frame.height - chart.height * scale) / 2,
  };
}

/** The point that is seen at `at` stays where it is. */
export function zoomedAt(view: View, factor: number, at: Point): View {
  const scale = clamp(view.scale * factor);
  const by = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

export const movedBy = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
});

/** With the middle of a place in the middle of the frame. */
export const centredOn = ({ scale }: View, place: Place, frame: Size): View => ({
  scale,
  x: frame.width / 2 - (place.x + place.width / 2) * scale,
  y: frame.height / 2 - (place.y + place.height / 2) * scale,
});

/** The part of the chart that is seen. */
export const seenOf = ({ x, y, scale }: View, frame: Size): Place => ({
  x: -x / scale,
  y: -y / scale,
  width: frame.width / scale,
  height: frame.height / scale,
});

export function isSeen(view: View, place: Place, frame: Size): boolean {
  const seen = seenOf(view, frame);
  return (
    place.x >= seen.x &&
    place.y >= seen.y &&
    place.x + place.width <= seen.x + seen.width &&
    place.y + place.height <= seen.y + seen.height
  );
}

/** A chart cannot be moved out of its frame: its edge goes to the middle at most. */
export function kept(view: View, chart: Size, frame: Size): View {
  const within = (offset: number, size: number, room: number) =>
    Math.max(room / 2 - size * view.scale, Math.min(offset, room / 2));
  return {
    scale: view.scale,
    x: within(view.x, chart.width, frame.width),
    y: within(view.y, chart.height, frame.height),
  };
}

const clamp = (scale: number): number => Math.max(SMALLEST, Math.min(LARGEST, scale));
