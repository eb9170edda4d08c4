/**
 * A machine's boxes on shelves, as they were declared, with straight wires: for a machine with so many wires that elkjs
 * does not come to an end. Their words are no part of the picture: the page tells them of the wire that is pointed at.
 */
import type { ChartArrow, ChartBox, ChartGraph } from './graph.ts';
import { type Chart, PADDING, type Place, type Point, sizeOf, TITLE_HEIGHT } from './layout.ts';

/** Pixels between boxes: wires have to be seen there. */
const GAP = 40;

/** How much wider than high a composite is made. */
const SHAPE = 1.6;

/** Pixels between a wire and the one that leads back. */
const APART = 6;

type Placed = { box: ChartBox; size: Size; inner: readonly (Placed & Point)[] };
type Size = { width: number; height: number };

export function layOutSimply({ root, arrows }: ChartGraph): Chart {
  const whole = arrange(root);
  const boxes: Chart['boxes'][number][] = [];
  const places = new Map<string, Place>();
  const place = ({ box, size, inner }: Placed, x: number, y: number, isRegion: boolean): void => {
    const { boxes: _, ...own } = box;
    places.set(box.id, { x, y, ...size });
    boxes.push({ ...own, x, y, ...size, isRegion });
    for (const child of inner) place(child, x + child.x, y + child.y, box.kind === 'parallel');
  };
  place(whole, PADDING, PADDING, false);
  return {
    width: whole.size.width + 2 * PADDING,
    height: whole.size.height + 2 * PADDING,
    isSimple: true,
    boxes,
    arrows: arrows.map((arrow) => wired(arrow, places)),
  };
}

const natural = new Intl.Collator('en', { numeric: true });

/** As declared. Stately's client tells states by the alphabet, so s10 before s2: those are put as a person counts. */
function inOrder(boxes: readonly ChartBox[]): readonly ChartBox[] {
  const states = boxes.filter(({ kind }) => kind !== 'initial' && kind !== 'every');
  if (states.some(({ id }, index) => id < (states[index - 1]?.id ?? ''))) return boxes;
  const others = boxes.filter((box) => !states.includes(box));
  return [...others, ...states.toSorted((one, other) => natural.compare(one.id, other.id))];
}

function arrange(box: ChartBox): Placed {
  const own = sizeOf(box);
  if (box.boxes.length === 0) return { box, size: own, inner: [] };
  const children = inOrder(box.boxes).map(arrange);
  const area = children.reduce((sum, { size }) => sum + (size.width + GAP) * (size.height + GAP), 0);
  const widest = Math.max(...children.map(({ size }) => size.width), Math.sqrt(area * SHAPE));
  const inner: (Placed & Point)[] = [];
  let [x, y, shelf, right] = [0, 0, 0, 0];
  for (const child of children) {
    if (x > 0 && x + child.size.width > widest) [x, y, shelf] = [0, y + shelf + GAP, 0];
    inner.push({ ...child, x: x + GAP / 2, y: y + TITLE_HEIGHT + PADDING });
    shelf = Math.max(shelf, child.size.height);
    right = Math.max(right, x + child.size.width);
    x += child.size.width + GAP;
  }
  const size = {
    width: Math.max(own.width, right + GAP),
    height: y + shelf + TITLE_HEIGHT + 2 * PADDING,
  };
  return { box, size, inner };
}

function wired(arrow: ChartArrow, places: ReadonlyMap<string, Place>): Chart['arrows'][number] {
  const from = places.get(arrow.from);
  const to = places.get(arrow.to);
  // None leads back to a dot, which is smaller than that.
  const aside = arrow.lines.length > 0 ? APART : 0;
  const points = !from || !to ? [] : arrow.from === arrow.to ? loop(from) : line(from, to, aside);
  const [start, ...rest] = points;
  const end = rest.at(-1);
  const middle = start && end ? { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } : undefined;
  const hasWords = arrow.lines.length > 0;
  return {
    ...arrow,
    points: points.length > 0 ? [points] : [],
    label: middle && hasWords ? { ...middle, width: 0, height: 0 } : undefined,
  };
}

/** Around the right end of its box. */
function loop({ x, y, width, height }: Place): Point[] {
  const [right, middle, out] = [x + width, y + height / 2, GAP / 3];
  return [
    { x: right, y: middle - 5 },
    { x: right + out, y: middle - 5 },
    { x: right + out, y: middle + 5 },
    { x: right, y: middle + 5 },
  ].map(rounded);
}

/** From border to border on the way between both middles; one that leads back has its own way beside it. */
function line(from: Place, to: Place, apart: number): Point[] {
  const [start, end] = [middleOf(from), middleOf(to)];
  const length = Math.hypot(end.x - start.x, end.y - start.y) || 1;
  const [aside, along] = [(-(end.y - start.y) / length) * apart, ((end.x - start.x) / length) * apart];
  const shifted = ({ x, y }: Point): Point => ({ x: x + aside, y: y + along });
  return [border(from, shifted(start), shifted(end)), border(to, shifted(end), shifted(start))].map(rounded);
}

const middleOf = ({ x, y, width, height }: Place): Point => ({ x: x + width / 2, y: y + height / 2 });

/** Where the way from a point in a box to another point, perhaps inside the box too, meets the box's border. */
function border({ x, y, width, height }: Place, inside: Point, other: Point): Point {
  const share = (at: number, towards: number, low: number, high: number): number =>
    towards === at ? Number.POSITIVE_INFINITY : ((towards > at ? high : low) - at) / (towards - at);
  const part = Math.min(share(inside.x, other.x, x, x + width), share(inside.y, other.y, y, y + height));
  if (!Number.isFinite(part)) return inside;
  return { x: inside.x + (other.x - inside.x) * part, y: inside.y + (other.y - inside.y) * part };
}

const rounded = ({ x, y }: Point): Point => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 });
