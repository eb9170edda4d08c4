/** The lanes of the sequence: who an actor is to the draw, and the arrow from one to another. */
import type { CastMember } from './moments.ts';

export const LANES = ['agency', 'socket', 'session', 'server', 'store', 'disk'] as const;

const BY_MACHINE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    agency: 0,
    echoClient: 0,
    connection: 2,
    server: 3,
    betStore: 4,
  }),
);

const LANE_WIDTH = 16;
const HEIGHT = 34;

export function laneOf(cast: ReadonlyMap<string, CastMember>, id: string): number {
  const actor = cast.get(id);
  if (!actor) return 1;
  if (actor.machine !== undefined) return BY_MACHINE.get(actor.machine) ?? 3;
  const parent = actor.parentId === undefined ? undefined : cast.get(actor.parentId);
  if (parent?.machine === 'betStore') return 5;
  return actor.name === 'connections' ? 3 : 1;
}

const middleOf = (lane: number): number => lane * LANE_WIDTH + LANE_WIDTH / 2;

/** An arrow between two lanes; a dot where an actor speaks to itself, or nobody is known to have spoken. */
export function arrowBetween(from: number | undefined, to: number): SVGSVGElement {
  const svg = make('svg', {
    width: LANES.length * LANE_WIDTH,
    height: HEIGHT,
    class: 'arrow',
  }) as SVGSVGElement;
  for (let lane = 0; lane < LANES.length; lane += 1)
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
