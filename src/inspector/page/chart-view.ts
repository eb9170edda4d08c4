/** The chosen actor's statechart: its active states lit, what moved it last animated, everything counted. */
import { activeStates, countText, labelOf, stateText } from '../view/naming.ts';
import type { ActorPicture, Picture } from '../view/picture.ts';
import type { ChartLibrary } from './chart/library.ts';
import { byId, element, isNew, setAttribute, setText } from './dom.ts';
import { JsonTree } from './json-tree.ts';

const ZOOM_STEP = 1.25;
const SMALLEST = 0.2;
const LARGEST = 3;
/** Below this, a chart that fits is not readable: it is scrolled instead. */
const READABLE = 0.75;

export class ChartView {
  readonly #canvas = byId('canvas');
  readonly #charts: ChartLibrary;
  readonly #context = new JsonTree('the context');
  #machine: string | undefined;
  #svg: SVGSVGElement | undefined;
  #states: readonly SVGElement[] = [];
  #arrows: readonly SVGElement[] = [];
  #lines: readonly SVGElement[] = [];
  #zoom = 1;
  #shown = '';
  #seen = '';

  constructor(charts: ChartLibrary) {
    this.#charts = charts;
    byId('context').append(this.#context.element);
    byId('zoom-in').addEventListener('click', () => this.zoom(ZOOM_STEP));
    byId('zoom-out').addEventListener('click', () => this.zoom(1 / ZOOM_STEP));
    byId('zoom-fit').addEventListener('click', () => this.fit());
    this.#canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
      },
      { passive: false },
    );
    new ResizeObserver(() => this.fit()).observe(this.#canvas);
  }

  show(picture: Picture, chosen: string | undefined): void {
    const actor = chosen === undefined ? undefined : picture.actors.get(chosen);
    setText(byId('chart-title'), actor ? labelOf(actor) : 'Statechart');
    setText(
      byId('chart-state'),
      actor ? `${stateText(actor.value)}${actor.status === 'active' ? '' : ` (${actor.status})`}` : '',
    );
    this.#showContext(actor);
    this.#draw(actor?.machine);
    if (actor?.machine && this.#svg) this.#light(actor, actor.machine);
  }

  zoom(factor: number): void {
    this.#scale(Math.max(SMALLEST, Math.min(LARGEST, this.#zoom * factor)));
  }

  /** As large as fits, yet readable. */
  fit(): void {
    const box = this.#svg?.viewBox.baseVal;
    if (!box || this.#canvas.clientWidth === 0) return;
    const whole = Math.min(
      (this.#canvas.clientWidth - 16) / box.width,
      (this.#canvas.clientHeight - 16) / box.height,
    );
    this.#scale(Math.max(READABLE, Math.min(1, whole)));
    this.#seen = '';
    this.#follow();
  }

  #scale(zoom: number): void {
    if (!this.#svg) return;
    this.#zoom = zoom;
    const { width, height } = this.#svg.viewBox.baseVal;
    this.#svg.setAttribute('width', String(width * zoom));
    this.#svg.setAttribute('height', String(height * zoom));
  }

  #draw(machine: string | undefined): void {
    if (machine === this.#machine && this.#canvas.childElementCount > 0) return;
    const known = this.#charts.get(machine);
    this.#machine = machine;
    this.#shown = '';
    this.#svg = undefined;
    if (!known) {
      this.#canvas.replaceChildren(
        element(
          'p',
          {},
          machine ? `No chart is known of "${machine}".` : 'Choose an actor that is a machine.',
        ),
      );
      return;
    }
    this.#svg = known.svg;
    this.#canvas.replaceChildren(this.#svg);
    this.#states = [...this.#svg.querySelectorAll<SVGElement>('[data-state]')];
    this.#arrows = [...this.#svg.querySelectorAll<SVGElement>('[data-arrow]')];
    this.#lines = [...this.#svg.querySelectorAll<SVGElement>('[data-transition]')];
    this.fit();
  }

  #light(actor: ActorPicture, machine: string): void {
    const key = `${actor.id} ${actor.lastAt} ${actor.status}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const active = activeStates(machine, actor.value);
    for (const state of this.#states) state.classList.toggle('active', active.has(state.dataset.state!));
    const last = new Set(actor.lastTransitions);
    for (const line of this.#lines) {
      const id = line.dataset.transition!;
      const count = countIn(actor, id);
      setAttribute(line, 'data-count', count > 0 ? String(count) : undefined);
      line.classList.toggle('last', last.has(id));
      let counter = line.querySelector('.counter');
      if (!counter && count > 0) {
        counter = document.createElementNS('http://www.w3.org/2000/svg', 'tspan');
        counter.setAttribute('class', 'counter');
        line.append(counter);
      }
      if (counter) setText(counter, count > 0 ? ` ×${countText(count)}` : '');
    }
    for (const arrow of this.#arrows) {
      const ids = arrow.dataset.transitions!.split(' ');
      const isLast = arrow.dataset.transitions !== '' && actor.lastTransitions.some((id) => ids.includes(id));
      arrow.classList.toggle(
        'taken',
        ids.some((id) => countIn(actor, id) > 0),
      );
      // Begun anew, where the same arrow is taken again.
      if (isLast) for (const animation of arrow.getAnimations({ subtree: true })) animation.play();
      arrow.classList.toggle('last', isLast);
    }
    this.#follow();
  }

  /** Brings the innermost active state into sight, where it is out of it. */
  #follow(): void {
    const state = this.#states.findLast((candidate) => candidate.classList.contains('active'));
    if (!state || state.dataset.state === this.#seen) return;
    this.#seen = state.dataset.state!;
    const box = state.getBoundingClientRect();
    const frame = this.#canvas.getBoundingClientRect();
    const isInSight =
      box.top >= frame.top &&
      box.bottom <= frame.bottom &&
      box.left >= frame.left &&
      box.right <= frame.right;
    if (isInSight) return;
    this.#canvas.scrollBy({
      left: box.left + box.width / 2 - frame.left - frame.width / 2,
      top: box.top + box.height / 2 - frame.top - frame.height / 2,
    });
  }

  #showContext(actor: ActorPicture | undefined): void {
    if (!byId<HTMLDetailsElement>('details').open) return;
    if (!isNew(byId('context'), [actor?.context, actor?.output])) return;
    const output = actor?.output === undefined ? {} : { output: actor.output };
    const told = Object.entries(actor?.context ?? {}).filter(([, value]) => value !== null);
    this.#context.show({ ...output, ...Object.fromEntries(told) });
  }
}

/** How often a transition was taken. */
const countIn = ({ taken }: ActorPicture, id: string): number => (Object.hasOwn(taken, id) ? taken[id]! : 0);
