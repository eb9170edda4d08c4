/** Places a machine's boxes and arrows, by elkjs: in Node as it is built, or in a Worker of the page's. */
import type { ELK, ElkExtendedEdge, ElkNode } from 'elkjs';
import type { ChartArrow, ChartBox, ChartGraph } from './graph.ts';
import { titleShift } from './titles.ts';

export type Point = { x: number; y: number };
export type Place = Point & { width: number; height: number };

/** Everything that is drawn, with its place from the chart's upper left corner, parents before children. */
export type Chart = {
  width: number;
  height: number;
  /** Made by simple-layout.ts. */
  isSimple?: true;
  boxes: readonly (Omit<ChartBox, 'boxes'> & Place & { isRegion: boolean; titleShift?: number })[];
  arrows: readonly (ChartArrow & { points: readonly (readonly Point[])[]; label: Place | undefined })[];
};

/** Pixels; the page's and the SVG's fonts are set to them. */
const LINE_HEIGHT = 15;
export const TITLE_HEIGHT = 24;
const TITLE_CHAR = 8.2;
const TEXT_CHAR = 6.4;
export const PADDING = 12;
/** Room for ` ×12,345` behind a transition's words. */
const COUNTER_CHARS = 5;

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.edgeLabels.inline': 'false',
  'elk.edgeLabels.placement': 'CENTER',
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '10',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '10',
  'elk.spacing.edgeLabel': '3',
  'elk.spacing.labelLabel': '4',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
};

/** The whole: no machine's id. */
const ALL = '(all)';

export async function layOut({ root, arrows }: ChartGraph, elk: Pick<ELK, 'layout'>): Promise<Chart> {
  const laid: ElkNode = await elk.layout({
    id: ALL,
    layoutOptions: OPTIONS,
    children: [nodeOf(root)],
    edges: arrows.map(edgeOf),
  });
  const boxes: Chart['boxes'][number][] = [];
  const origins = new Map<string, Point>([[ALL, { x: 0, y: 0 }]]);
  const place = (box: ChartBox, node: ElkNode, origin: Point, isRegion: boolean): void => {
    const x = round(origin.x + (node.x ?? 0));
    const y = round(origin.y + (node.y ?? 0));
    origins.set(box.id, { x, y });
    const { boxes: inner, ...own } = box;
    boxes.push({ ...own, x, y, width: round(node.width ?? 0), height: round(node.height ?? 0), isRegion });
    for (const child of inner)
      place(child, node.children!.find(({ id }) => id === child.id)!, { x, y }, box.kind === 'parallel');
  };
  place(root, laid.children![0]!, { x: 0, y: 0 }, false);
  const byId = new Map((laid.edges ?? []).map((edge) => [edge.id, edge]));
  const placedArrows = arrows.map((arrow) => placed(arrow, byId.get(arrow.id)!, origins));
  const wires = placedArrows.flatMap(({ points }) => points);
  return {
    width: Math.ceil(laid.width ?? 0),
    height: Math.ceil(laid.height ?? 0),
    boxes: boxes.map((box) => beside(wires, box)),
    arrows: placedArrows,
  };
}

/** Boxes without others inside are crossed by no wire. */
function beside(wires: readonly (readonly Point[])[], box: Chart['boxes'][number]): Chart['boxes'][number] {
  if (box.isFolded || (box.kind !== 'compound' && box.kind !== 'parallel')) return box;
  const shift = titleShift(box, { width: nameWidth(box), height: TITLE_HEIGHT }, wires);
  return shift === 0 ? box : { ...box, titleShift: shift };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function placed(arrow: ChartArrow, edge: ElkExtendedEdge, origins: ReadonlyMap<string, Point>) {
  // Coordinates of an edge start at the innermost box that holds both its ends.
  const { x, y } = origins.get((edge as { container?: string }).container ?? ALL) ?? { x: 0, y: 0 };
  const at = (point: Point): Point => ({ x: round(x + point.x), y: round(y + point.y) });
  const [label] = edge.labels ?? [];
  return {
    ...arrow,
    points: (edge.sections ?? []).map(({ startPoint, bendPoints = [], endPoint }) =>
      [startPoint, ...bendPoints, endPoint].map(at),
    ),
    label: label && {
      ...at({ x: label.x ?? 0, y: label.y ?? 0 }),
      width: label.width ?? 0,
      height: label.height ?? 0,
    },
  };
}

/** Of its own words. */
export function sizeOf(box: ChartBox): { width: number; height: number } {
  if (box.kind === 'initial') return { width: 10, height: 10 };
  const [width, height] = textSize(box);
  return { width, height };
}

function nodeOf(box: ChartBox): ElkNode {
  const { width, height } = sizeOf(box);
  if (box.boxes.length === 0) return { id: box.id, width, height };
  return {
    id: box.id,
    layoutOptions: {
      ...OPTIONS,
      'elk.padding': `[top=${TITLE_HEIGHT + PADDING},left=${PADDING},bottom=${PADDING},right=${PADDING}]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      // Of what is drawn downwards, ELK takes the height first.
      'elk.nodeSize.minimum': `(${height},${width})`,
    },
    children: box.boxes.map(nodeOf),
  };
}

/** Characters that have the width of two are two. */
const widthOf = (text: string): number => text.length + (text.match(/[\u1100-\uffdc]/g)?.length ?? 0) * 0.7;

/** Of a composite's name, and its actors, which stand beside it. */
const nameWidth = ({ title, actors }: Pick<ChartBox, 'title' | 'actors'>): number =>
  widthOf(title) * TITLE_CHAR + (actors.length > 0 ? 8 + (widthOf(actors.join(', ')) + 3) * TEXT_CHAR : 0);

function textSize({ title, answers, actors, boxes }: ChartBox): [number, number] {
  const widths = [
    nameWidth({ title, actors: boxes.length > 0 ? actors : [] }),
    ...answers.map(({ text }) => (widthOf(text) + COUNTER_CHARS) * TEXT_CHAR),
    ...actors.map((actor) => (widthOf(actor) + 3) * TEXT_CHAR),
  ];
  const lines = answers.length + actors.length;
  const height = TITLE_HEIGHT + (lines > 0 ? lines * LINE_HEIGHT + 8 : 4);
  return [Math.max(60, Math.ceil(Math.max(...widths) + 2 * PADDING)), height];
}

function edgeOf({ id, from, to, lines, summary }: ChartArrow): ElkExtendedEdge {
  if (lines.length === 0) return { id, sources: [from], targets: [to] };
  const words = summary === undefined ? lines.map(({ text }) => text) : [summary];
  const chars = Math.max(...words.map(widthOf)) + COUNTER_CHARS;
  const label = {
    id: `${id}-label`,
    text: words.join('\n'),
    width: Math.ceil(chars * TEXT_CHAR),
    height: words.length * LINE_HEIGHT,
  };
  return { id, sources: [from], targets: [to], labels: [label] };
}
