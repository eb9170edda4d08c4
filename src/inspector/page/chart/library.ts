/** The charts that are known: each as SVG, and what stands in it by its ids. */
import { DEFINITIONS } from '../../limits.ts';
import type { Definitions } from '../../view/definitions.ts';
import { activeStates } from '../../view/naming.ts';
import type { ActorPicture } from '../../view/picture.ts';
import { setAttribute } from '../dom.ts';
import type { ChartSource, Drawn } from './source.ts';
import type { Place, Size } from './viewport.ts';

export type ChartTransition = {
  readonly id: string;
  /** `client.batch [fillsWindow]`, as it stands in the chart. */
  readonly text: string;
  readonly guard: string | undefined;
  /** Ids of states; no targets where it is answered without leaving its state. */
  readonly source: string;
  readonly targets: readonly string[];
};

export type ChartState = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly isComposite: boolean;
  /** It is a composite, and shown as one box. */
  readonly isFolded: boolean;
  /** Actors that live as long as it is active. */
  readonly actors: readonly string[];
  /** `machines/agency/agency.ts:120`, if it is told. */
  readonly source: string | undefined;
};

export type Chart = {
  readonly svg: SVGSVGElement;
  readonly size: Size;
  /** By state. */
  readonly places: ReadonlyMap<string, Place>;
  readonly transitions: ReadonlyMap<string, ChartTransition>;
  readonly states: ReadonlyMap<string, ChartState>;
};

/** A chart, or why there is none; `key` is another one for each, `of` the same for all drawings of one. */
export type Found = {
  readonly key: string;
  readonly of: string;
  readonly chart: Chart | undefined;
  readonly note: string;
};

export class ChartLibrary {
  readonly #source: ChartSource;
  readonly #definitions: () => Definitions;
  /** By key; a chart is read when it is asked for first. */
  readonly #read = new Map<string, Chart>();

  /** @param definitions those that are known */
  constructor(source: ChartSource, definitions: () => Definitions) {
    this.#source = source;
    this.#definitions = definitions;
  }

  /** @param closed composite states that are shown as one box each */
  find(actor: Drawn | undefined, closed: ReadonlySet<string> = NONE): Found {
    const { key, of = key, svg, note = '' } = this.#source.find(actor, this.#definitions(), closed);
    if (svg === undefined) return { key, of, chart: undefined, note };
    const chart = this.#read.get(key) ?? readChart(svg);
    this.#read.set(key, chart);
    const [oldest] = this.#read.keys();
    if (this.#read.size > DEFINITIONS && oldest !== undefined) this.#read.delete(oldest);
    return { key, of, chart, note };
  }

  /** Types of the events that wait for being taken in the states that are active. */
  takenBy(actor: ActorPicture): string[] {
    const { chart } = this.find(actor);
    const active = activeStates(actor.machine ?? '', actor.value);
    const types = [...(chart?.transitions.values() ?? [])].flatMap(({ id, source }) =>
      active.has(source) ? (id.split('|')[1] ?? []) : [],
    );
    return [...new Set(types)].filter((type) => type !== '' && isName(type)).sort();
  }
}

const NONE: ReadonlySet<string> = new Set();

/** `*` and `server.*` are no event's name. */
const isName = (type: string): boolean => !type.startsWith('xstate.') && !type.endsWith('*');

function readChart(source: string): Chart {
  const parsed = new DOMParser().parseFromString(source, 'image/svg+xml').documentElement;
  const svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
  const { width, height } = svg.viewBox.baseVal;
  const transitions = new Map<string, ChartTransition>();
  const arrows = [...svg.querySelectorAll<SVGElement>('[data-arrow]')];
  for (const line of svg.querySelectorAll<SVGElement>('[data-transition]')) {
    const id = line.dataset.transition ?? '';
    const text = line.textContent ?? '';
    const to = line.closest<SVGElement>('[data-arrow]')?.dataset.to;
    const targets = [...(transitions.get(id)?.targets ?? []), ...(to === undefined ? [] : [to])];
    const guard = /\[(.+)\]$/.exec(text)?.[1];
    const source = line.dataset.source ?? id.slice(0, id.indexOf('|'));
    transitions.set(id, { id, text, guard, source, targets });
  }
  const states = new Map<string, ChartState>();
  const places = new Map<string, Place>();
  for (const state of svg.querySelectorAll<SVGElement>('[data-state]')) {
    const known = readState(state);
    states.set(known.id, known);
    const box = state.querySelector('.box');
    if (box) places.set(known.id, placeOf(box));
  }
  for (const arrow of arrows) prepareArrow(arrow, states);
  // What is in it can be chosen, which nothing in a picture can be.
  svg.setAttribute('role', 'group');
  return { svg, size: { width, height }, places, transitions, states };
}

function readState(state: SVGElement): ChartState {
  const id = state.dataset.state ?? '';
  const title = state.querySelector('.title')?.textContent ?? '';
  const description = state.querySelector('title')?.textContent ?? '';
  const actors = [...state.querySelectorAll('.actor')].flatMap((actor) =>
    (actor.textContent ?? '').replace('▸ ', '').split(', '),
  );
  state.setAttribute('role', 'button');
  state.setAttribute('tabindex', '-1');
  for (const words of state.querySelectorAll('text, tspan')) words.after(' ');
  nameState(state);
  const isFolded = state.matches('.folded');
  const isComposite = state.matches('.compound, .parallel') && !isFolded;
  return { id, title, description, actors, isComposite, isFolded, source: state.dataset.source };
}

/** A wire is too thin to be hit. */
function prepareArrow(arrow: SVGElement, states: ReadonlyMap<string, ChartState>): void {
  const wire = arrow.querySelector('.wire');
  if (!wire) return;
  const hit = wire.cloneNode() as SVGElement;
  hit.setAttribute('class', 'hit');
  hit.removeAttribute('marker-end');
  wire.before(hit);
  const lines = arrow.querySelectorAll('[data-transition]');
  if (lines.length === 0) return;
  // One line is read after another, not as one word.
  for (const line of lines) line.after(' ');
  const called = (id: string | undefined) => states.get(id ?? '')?.title ?? id?.replace(':every', '') ?? '';
  const { from, to } = arrow.dataset;
  arrow.setAttribute('role', 'button');
  arrow.setAttribute('tabindex', '-1');
  arrow.dataset.ends = `from ${called(from)} to ${called(to)}`;
  nameArrow(arrow);
}

/** What is said of a state: all that is to be seen in it, and what it is for. */
export function nameState(state: SVGElement): void {
  const words = [...state.querySelectorAll('text')].map(({ textContent }) => textContent?.trim());
  const description = state.querySelector('title')?.textContent;
  setAttribute(state, 'aria-label', [...words, 'state', description].filter(Boolean).join(' '));
}

/** What is said of a wire: its words as they are to be seen, and its ends. */
export function nameArrow(arrow: SVGElement): void {
  const { ends } = arrow.dataset;
  if (ends === undefined) return;
  const lines = [...arrow.querySelectorAll('.summary, [data-transition]')].map((line) => line.textContent);
  setAttribute(arrow, 'aria-label', `${lines.join('\n')}\n${ends}`);
}

function placeOf(box: Element): Place {
  const number = (name: string) => Number(box.getAttribute(name) ?? 0);
  return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
}
