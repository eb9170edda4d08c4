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

/** Pixels of a chart that is moved away that stay. */
const EDGE = 40;

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

/** Moved so that the frame is as full of the chart as can be; where the chart is smaller, it is in the middle. */
export function filling(view: View, chart: Size, frame: Size): View {
  const along = (offset: number, size: number, room: number): number => {
    const spare = room - size * view.scale;
    return spare >= 0 ? spare / 2 : Math.max(spare - MARGIN, Math.min(offset, MARGIN));
  };
  return {
    scale: view.scale,
    x: along(view.x, chart.width, frame.width),
    y: along(view.y, chart.height, frame.height),
  };
}

/** The part of the chart that is seen. */
export const seenOf = ({ x, y, scale }: View, frame: Size): Place => ({
  x: -x / scale,
  y: -y / scale,
  width: frame.width / scale,
  height: frame.height / scale,
});

export function isSeen(view: View, place: Place, frame: Size): boolean {
  return isInside(place, seenOf(view, frame));
}

const isInside = (inner: Place, outer: Place): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/**
 * What was seen is drawn anew, in another layout: a state of both drawings stays where it is seen, as large as it is.
 *
 * @param held which state that is, if it is in sight; else the one in the middle
 */
export function carried(
  view: View,
  [before, after]: readonly [Places, Places],
  frame: Size,
  held?: string,
): View {
  const seen = seenOf(view, frame);
  const common = new Map([...before].filter(([id]) => after.has(id)));
  const known = held === undefined ? undefined : common.get(held);
  const state = known && overlap(known, seen) ? held : innermostNear(middleOf(seen), common);
  const [from, to] = [before.get(state ?? ''), after.get(state ?? '')];
  if (!from || !to) return view;
  // Of one that is seen in part, it is that part that stays.
  const point = middleOf(overlap(from, seen) ?? from);
  const same = {
    x: to.x + (to.width * (point.x - from.x)) / from.width,
    y: to.y + (to.height * (point.y - from.y)) / from.height,
  };
  return movedBy(view, (point.x - same.x) * view.scale, (point.y - same.y) * view.scale);
}

type Places = ReadonlyMap<string, Place>;

const middleOf = ({ x, y, width, height }: Place): Point => ({ x: x + width / 2, y: y + height / 2 });

function overlap(one: Place, other: Place): Place | undefined {
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)];
  const width = Math.min(one.x + one.width, other.x + other.width) - x;
  const height = Math.min(one.y + one.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/** The place without others inside whose middle is nearest. */
function innermostNear(point: Point, places: Places): string | undefined {
  const all = [...places.values()];
  let nearest: { id: string; distance: number } | undefined;
  for (const [id, place] of places) {
    if (all.some((other) => other !== place && isInside(other, place))) continue;
    const { x, y } = middleOf(place);
    const distance = Math.hypot(x - point.x, y - point.y);
    if (!nearest || distance < nearest.distance) nearest = { id, distance };
  }
  return nearest?.id;
}

/** A chart cannot be moved out of its frame: some pixels of it stay, so that whatever is in sight can be anywhere. */
export function kept(view: View, chart: Size, frame: Size): View {
  const within = (offset: number, size: number, room: number) => {
    const edge = Math.min(EDGE, room / 2);
    return Math.max(edge - size * view.scale, Math.min(offset, room - edge));
  };
  return {
    scale: view.scale,
    x: within(view.x, chart.width, frame.width),
    y: within(view.y, chart.height, frame.height),
  };
}

const clamp = (scale: number): number => Math.max(SMALLEST, Math.min(LARGEST, scale));
