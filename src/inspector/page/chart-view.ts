/** The chosen actor's statechart, to be moved and asked: a click on a state tells of it, one on a wire filters the events. */

import type { Moments } from '../view/moments.ts';
import { labelOf, stateText } from '../view/naming.ts';
import type { ActorPicture } from '../view/picture.ts';
import type { ChartLibrary, Found } from './chart/library.ts';
import { type Lit, lightUp } from './chart/lights.ts';
import { partOf, Spotlight } from './chart/spotlight.ts';
import { Stage } from './chart/stage.ts';
import { StateCard } from './chart/state-card.ts';
import { byId, isNew, setAttribute, setText } from './dom.ts';
import type { Shown } from './events/sequence-view.ts';
import { JsonTree } from './json-tree.ts';

export type ChartViewOptions = {
  charts: ChartLibrary;
  moments: Moments;
  /** Shows only the events that caused one of these transitions. */
  filter: (transitions: readonly string[]) => void;
  changed: () => void;
};

export class ChartView {
  readonly #options: ChartViewOptions;
  readonly #canvas = byId('canvas');
  readonly #stage = new Stage();
  readonly #spotlight = new Spotlight(byId('stage'));
  readonly #card: StateCard;
  readonly #context = new JsonTree('the context');
  /** By machine: the composite states that the user has closed. */
  readonly #closed = new Map<string, ReadonlySet<string>>();
  #machine = '';
  #found: Found | undefined;
  #svg: SVGSVGElement | undefined;
  /** The chart that was drawn last shows its actor. */
  #isLit = false;

  constructor(options: ChartViewOptions) {
    this.#options = options;
    this.#card = new StateCard({
      filter: (transition) => options.filter([transition]),
      fold: (state) => this.#fold(state),
      closed: () => {
        this.#spotlight.pin(undefined);
        this.#stage.hold(undefined);
        this.#canvas.focus();
      },
    });
    byId('context').append(this.#context.element);
    // It is filled only where it is open.
    byId('details').addEventListener('toggle', () => options.changed());
    byId('stage').addEventListener('click', ({ target }) => this.#ask(target as Element));
    byId('stage').addEventListener('keydown', (event) => this.#move(event));
  }

  /** The chart that is to be seen, and its machine. */
  get shown(): { svg: SVGSVGElement; machine: string } | undefined {
    return (
      this.#svg && { svg: this.#svg, machine: this.#svg.querySelector('.title')?.textContent ?? 'chart' }
    );
  }

  zoom(factor: number): void {
    this.#stage.zoom(factor);
  }

  fit(): void {
    this.#stage.fit();
  }

  show({ picture, chosen, at }: Shown): void {
    const { moments } = this.#options;
    const actor = chosen === undefined ? undefined : picture.actors.get(chosen);
    // Before it is made and after it is forgotten, its chart is shown without a light.
    const known = actor ?? (chosen === undefined ? undefined : moments.cast.get(chosen));
    const title = known ? labelOf(known) : 'Statechart';
    const state = actor ? stateText(actor.value) : known ? 'not there at this moment' : '';
    const status = !actor || actor.status === 'active' ? '' : ` (${actor.status})`;
    setText(byId('chart-title'), title);
    setText(byId('chart-state'), `${state}${status}`);
    setAttribute(
      this.#canvas,
      'aria-label',
      known ? `Statechart of ${title}, now ${state || status}` : 'No chart',
    );
    this.#showContext(actor);
    this.#machine = known?.machine ?? '';
    const isUnknown = chosen !== undefined && !known;
    this.#draw(
      isUnknown ? unknown(chosen) : this.#options.charts.find(known, this.#closed.get(this.#machine)),
    );
    if (!this.#svg) return;
    this.#light(actor ?? NOBODY, known?.machine ?? '');
    if (this.#card.isOpen && actor)
      // The clocks of programs differ: the last event before this moment may not be the newest.
      this.#card.show(actor, moments.toldBy(actor.id, at), picture.time);
  }

  #fold(state: string): void {
    const closed = new Set(this.#closed.get(this.#machine));
    if (!closed.delete(state)) closed.add(state);
    this.#closed.set(this.#machine, closed);
    this.#card.close();
    this.#stage.hold(state);
    this.#options.changed();
  }

  #draw(found: Found): void {
    if (found.key === this.#found?.key) return;
    const { of, chart, note } = found;
    const isRedrawn = of === this.#found?.of;
    const focused = isRedrawn && this.#svg?.contains(document.activeElement) && document.activeElement;
    this.#found = found;
    this.#isLit = false;
    if (!isRedrawn) this.#card.hide();
    this.#svg = chart?.svg;
    this.#stage.draw(of, chart);
    this.#spotlight.use(this.#svg);
    // Who asks a simple chart still does so when it is laid out.
    this.#spotlight.pin(this.#partFor(this.#card.state));
    setText(byId('no-chart'), note);
    setAttribute(byId('no-chart'), 'data-beside', chart && 'a chart');
    // One stop of the tab key, and from there the arrow keys.
    const kept = focused ? this.#partFor((focused as SVGElement).dataset.state) : undefined;
    (kept ?? this.#svg?.querySelector('[data-state]'))?.setAttribute('tabindex', '0');
    kept?.focus({ preventScroll: true });
  }

  #partFor(state: string | undefined): SVGElement | undefined {
    const parts = this.#svg?.querySelectorAll<SVGElement>('[data-state]') ?? [];
    return [...parts].find(({ dataset }) => dataset.state === state);
  }

  #light(actor: Lit, machine: string): void {
    // By what is lit, not by its time: a program may take many steps in one millisecond.
    const { id, status, value, lastAt, lastTransitions, taken } = actor;
    if (!this.#svg) return;
    const isOther = isNew(this.#svg, [id, status, value, lastAt, lastTransitions, taken]);
    if (!isOther && this.#isLit) return;
    this.#isLit = true;
    this.#stage.light(lightUp(this.#svg, actor, machine));
  }

  #ask(target: Element): void {
    const part = partOf(target) as SVGElement | undefined;
    const chart = this.#found?.chart;
    if (!part || !chart) return;
    const line = target.closest<SVGElement>('[data-transition]')?.dataset.transition;
    const { state } = part.dataset;
    if (line !== undefined) this.#options.filter([line]);
    else if (state !== undefined) {
      this.#card.open(state, chart);
      this.#spotlight.pin(part);
      this.#stage.hold(state);
      this.#options.changed();
    } else this.#options.filter(transitionsAt(part));
  }

  /** From one state or wire to the next, as with a toolbar. */
  #move(event: KeyboardEvent): void {
    const part = partOf(event.target as Element) as SVGElement | undefined;
    if (!part || !this.#svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const parts = [...this.#svg.querySelectorAll<SVGElement>('[tabindex]')];
    const index = parts.indexOf(part);
    const targets: Readonly<Record<string, SVGElement | undefined>> = {
      ArrowRight: parts[index + 1],
      ArrowDown: parts[index + 1],
      ArrowLeft: parts[index - 1],
      ArrowUp: parts[index - 1],
      Home: parts[0],
      End: parts.at(-1),
    };
    if (event.key === 'Enter' || event.key === ' ') this.#ask(part);
    else if (event.key in targets) {
      const next = targets[event.key];
      if (next) {
        part.setAttribute('tabindex', '-1');
        next.setAttribute('tabindex', '0');
        this.#stage.reveal(next.dataset.state ?? next.dataset.from);
        next.focus({ preventScroll: true });
      }
    } else if (event.key === 'Escape') this.#canvas.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #showContext(actor: ActorPicture | undefined): void {
    if (!byId<HTMLDetailsElement>('details').open) return;
    if (!isNew(byId('context'), [actor?.context, actor?.output])) return;
    const output = actor?.output === undefined ? {} : { output: actor.output };
    const told = Object.entries(actor?.context ?? {}).filter(([, value]) => value !== null);
    this.#context.show({ ...output, ...Object.fromEntries(told) });
  }
}

/** A link, perhaps, is to somebody whom the run does not know. */
const unknown = (id: string): Found => ({
  key: `unknown ${id}`,
  of: `unknown ${id}`,
  chart: undefined,
  note: `${id} is not in this run: it is still to come, or kept no longer.`,
});

/** Of an actor that is not there, nothing is lit. */
const NOBODY: Lit = { id: '', value: undefined, status: 'gone', lastAt: 0, lastTransitions: [], taken: {} };

const transitionsAt = (arrow: Element): string[] =>
  [...arrow.querySelectorAll<SVGElement>('[data-transition]')].map(({ dataset }) => dataset.transition ?? '');
