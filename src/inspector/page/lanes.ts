/** An arrow of the sequence, from one lane to another. */

export const LANE_WIDTH = 16;
const HEIGHT = 34;

const middleOf = (lane: number): number => lane * LANE_WIDTH + LANE_WIDTH / 2;

/** A dot where an actor speaks to itself, or nobody is known to have spoken. */
export function arrowBetween(lanes: number, from: number | undefined, to: number): SVGSVGElement {
  const svg = make('svg', { width: lanes * LANE_WIDTH, height: HEIGHT, class: 'arrow' }) as SVGSVGElement;
  for (let lane = 0; lane < lanes; lane += 1)
    svg.append(make('line', { class: 'lane', x1: middleOf(lane), x2: middleOf(lane), y1: 0, y2: HEIGHT }));
  const y = HEIGHT / 2;
  const end = middleOf(to);
  if (from === undefined || from === to) {
    svg.append(make('circle', { class: 'dot', cx: end, cy: y, r: 3.5 }));
    return svg;
  }
  const start = middleOf(from);
  const back = start < end ? -5 : 5;
  svg.append(
    make('circle', { class: 'start', cx: start, cy: y, r: 2 }),
    make('line', { class: 'shaft', x1: start, x2: end + back, y1: y, y2: y }),
    make('path', { class: 'head', d: `M${end} ${y} l${back} -3.5 v7 Z` }),
  );
  return svg;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
