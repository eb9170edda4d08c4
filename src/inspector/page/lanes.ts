/** An arrow of the sequence, from one lane to another: as few elements as can be, as there is one in each row. */
import { setAttribute } from './dom.ts';

export const LANE_WIDTH = 16;
const HEIGHT = 34;
/** Radius of the dot at which an arrow begins, and of the one that stands alone. */
const START = 2;
const DOT = 3.5;
const HEAD = 5;

const middleOf = (lane: number): number => lane * LANE_WIDTH + LANE_WIDTH / 2;

/** One that goes nowhere yet; its lanes are its row's background. */
export function makeArrow(): SVGElement {
  const svg = make('svg', { class: 'arrow', height: String(HEIGHT) });
  svg.append(make('path', { class: 'shaft' }), make('path', { class: 'head' }));
  return svg;
}

/** A dot where an actor speaks to itself, or nobody is known to have spoken. */
export function drawArrow(row: Element, from: number | undefined, to: number): void {
  const [shaft, head] = row.querySelectorAll('path');
  if (!shaft || !head) return;
  const y = HEIGHT / 2;
  const end = middleOf(to);
  if (from === undefined || from === to) {
    setAttribute(shaft, 'd', circle(end, y, DOT));
    setAttribute(head, 'd', undefined);
    return;
  }
  const start = middleOf(from);
  const back = start < end ? -HEAD : HEAD;
  setAttribute(shaft, 'd', `M${start} ${y}H${end + back}`);
  setAttribute(head, 'd', `M${end} ${y}l${back} -3.5v7z${circle(start, y, START)}`);
}

const circle = (x: number, y: number, radius: number): string =>
  `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;

function make(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
