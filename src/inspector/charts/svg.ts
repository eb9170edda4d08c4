/** A chart as SVG text: the page puts it in its middle, and `make diagrams` into a file of its own. */
import { straight } from '../view/naming.ts';
import type { ChartLine } from './graph.ts';
import type { Chart, Point } from './layout.ts';

/** Pixels; as layout.ts measures them. */
const LINE = 15;
const CORNER = 6;

/** What no XML may hold is shown as unknown. */
const asText = (text: string): string =>
  text
    .toWellFormed()
    .replace(NO_XML, '\ufffd')
    .replace(/[&<>"\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);

const asShown = (text: string): string => asText(straight(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const NO_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * @param options.style CSS that the SVG brings with it, if it stands alone
 * @param options.title what a reader that cannot see it is told
 */
export function toSvg(chart: Chart, options: { title: string; style?: string }): string {
  const { width, height, isSimple } = chart;
  // Straight wires run below the names that are in their way.
  const isOver = ({ kind }: Chart['boxes'][number]) => isSimple && kind !== 'compound' && kind !== 'parallel';
  const [under, over] = [chart.boxes.filter((box) => !isOver(box)), chart.boxes.filter(isOver)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart${isSimple ? ' simple' : ''}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${asText(options.title)}">`,
    `<title>${asShown(options.title)}</title>`,
    ...(options.style ? [`<style>${options.style}</style>`] : []),
    '<defs><marker id="tip" markerUnits="userSpaceOnUse" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0.5 L8 4 L0 7.5 Z"/></marker></defs>',
    ...under.map(boxOf),
    ...chart.arrows.map(arrowOf),
    ...over.map(boxOf),
    '</svg>',
  ].join('\n');
}

function boxOf({
  id,
  kind,
  title,
  description,
  actors,
  answers,
  x,
  y,
  width,
  height,
  isRegion,
  isFolded,
  titleShift = 0,
  source,
}: Chart['boxes'][number]) {
  if (kind === 'initial') return `<circle class="initial" cx="${x + 5}" cy="${y + 5}" r="5"/>`;
  const isComposite = kind === 'compound' || kind === 'parallel';
  const rectangle = (inset: number, name: string) =>
    `<rect class="${name}" x="${x + inset}" y="${y + inset}" width="${width - 2 * inset}" height="${height - 2 * inset}" rx="${isComposite ? 10 : 8}"/>`;
  const lines = [
    ...actors.map((actor) => `<tspan class="actor" x="${x + 12}" dy="${LINE}">▸ ${asShown(actor)}</tspan>`),
    ...answers.map(
      (line) => `<tspan class="line"${dataOf(line)} x="${x + 12}" dy="${LINE}">${asShown(line.text)}</tspan>`,
    ),
  ];
  return [
    `<g class="state ${kind}${isRegion && isComposite ? ' region' : ''}${isFolded ? ' folded' : ''}" data-state="${asText(id)}"${source ? ` data-source="${asText(source)}"` : ''}>`,
    description ? `<title>${asShown(description)}</title>` : '',
    rectangle(0, 'box'),
    kind === 'final' ? rectangle(3, 'inner') : '',
    `<text class="title" x="${x + 12 + titleShift}" y="${y + 17}">${asShown(title)}</text>`,
    // A composite's actors stand beside its name: what is below belongs to its states.
    isComposite
      ? actors.length > 0
        ? `<text class="actor" x="${x + 20 + titleShift + title.length * 8.2}" y="${y + 17}">▸ ${asShown(actors.join(', '))}</text>`
        : ''
      : lines.length > 0
        ? `<text x="${x + 12}" y="${y + 22}">${lines.join('')}</text>`
        : '',
    '</g>',
  ]
    .filter(Boolean)
    .join('');
}

/** The state is told where the transition's id does not begin with it. */
function dataOf({ transition, source }: ChartLine): string {
  const ids = [` data-transition="${asText(transition)}"`];
  if (!transition.startsWith(`${source}|`)) ids.push(`data-source="${asText(source)}"`);
  return ids.join(' ');
}

function arrowOf({ id, from, to, lines, summary, points, label }: Chart['arrows'][number]): string {
  const path = points.map(roundedPath).join(' ');
  const x = label ? label.x + label.width / 2 : 0;
  const short = summary && `<tspan class="summary" x="${x}" dy="${LINE}">${asShown(summary)}</tspan>`;
  const told = lines.map(
    (line) => `<tspan class="line"${dataOf(line)} x="${x}" dy="${LINE}">${asShown(line.text)}</tspan>`,
  );
  const all = short ? `${short}<tspan class="more">${told.join('')}</tspan>` : told.join('');
  const words = label ? `<text class="words" x="${x}" y="${label.y - 4}">${all}</text>` : '';
  const transitions = lines.map(({ transition }) => transition).join(' ');
  return `<g class="arrow" data-arrow="${id}" data-from="${asText(from)}" data-to="${asText(to)}" data-transitions="${asText(transitions)}"><path class="wire" d="${path}" marker-end="url(#tip)"/>${words}</g>`;
}

/** Straight pieces with round corners. */
function roundedPath(points: readonly Point[]): string {
  const [start, ...rest] = points as [Point, ...Point[]];
  let path = `M${start.x} ${start.y}`;
  let before = start;
  rest.forEach((point, index) => {
    const after = rest[index + 1];
    if (!after) {
      path += ` L${point.x} ${point.y}`;
      return;
    }
    const entry = towards(point, before);
    const exit = towards(point, after);
    path += ` L${entry.x} ${entry.y} Q${point.x} ${point.y} ${exit.x} ${exit.y}`;
    before = point;
  });
  return path;
}

/** A little way from a corner towards a neighbour, at most half of it. */
function towards(corner: Point, neighbour: Point): Point {
  const length = Math.hypot(neighbour.x - corner.x, neighbour.y - corner.y) || 1;
  const share = Math.min(CORNER, length / 2) / length;
  const part = (from: number, to: number) => Math.round((from + (to - from) * share) * 10) / 10;
  return { x: part(corner.x, neighbour.x), y: part(corner.y, neighbour.y) };
}
