/** Where a chart is seen: moved, zoomed, fitted, and following what is active. */
import { DEFINITIONS } from '../../limits.ts';
import { byId, setAttribute } from '../dom.ts';
import { listenToGestures } from './gestures.ts';
import type { Chart } from './library.ts';
import { Minimap } from './minimap.ts';
import {
  carried,
  centredOn,
  filling,
  fitted,
  isSeen,
  kept,
  movedBy,
  type Point,
  READABLE,
  type Size,
  type View,
  zoomedAt,
} from './viewport.ts';

/** Below this scale words at arrows are no use: the states' names are raised instead. */
const FAR = 0.6;
/** Pixels of a name that is seen from afar, as a share of its characters' width. */
const NAME_PIXELS = 11;
const CHAR_SHARE = 0.62;

/** As tools lay a chart out: a name's distance from its box, and the room above what is inside of a composite. */
const NAME_INDENT = 12;
const COMPOSITE_NAME = 24;

type Sight = {
  view: View;
  /** It is to be seen whole, whatever the frame's size. */
  isFitted: boolean;
  /** Somebody has moved it there, or asked for all of it. */
  isAsked: boolean;
  /** The frame that it was seen in. */
  frame: Size;
  /** Where its states were. */
  places: Chart['places'];
};

export class Stage {
  readonly #frame = byId('canvas');
  readonly #stage = byId('stage');
  readonly #follow = byId('follow');
  readonly #minimap: Minimap;
  /** By chart: how it was looked at last. */
  readonly #sights = new Map<string, Sight>();
  #chart: Chart | undefined;
  #of = '';
  /** A state that somebody looks at, as far as that is known. */
  #held: string | undefined;
  #size: Size = { width: 0, height: 0 };
  #followed: string | undefined;

  constructor() {
    listenToGestures(this.#frame, {
      moved: (dx, dy) => this.#look((view) => movedBy(view, dx, dy)),
      zoomed: (factor, at) => this.#look((view) => zoomedAt(view, factor, at)),
    });
    this.#minimap = new Minimap(this.#frame, (point) => this.#look((view) => this.#centred(view, point)));
    byId('zoom-in').addEventListener('click', () => this.zoom(ZOOM));
    byId('zoom-out').addEventListener('click', () => this.zoom(1 / ZOOM));
    byId('zoom-fit').addEventListener('click', () => this.fit());
    byId('zoom-full').addEventListener('click', () =>
      this.#look((view) => this.#zoomed(view, 1 / view.scale)),
    );
    this.#follow.addEventListener('click', () => this.#setFollowing(!this.#isFollowing));
    new ResizeObserver(() => this.#resized()).observe(this.#frame);
  }

  /** @param of the same for all drawings of one chart: what is looked at stays where it is */
  draw(of: string, chart: Chart | undefined): void {
    if (of !== this.#of) this.#held = undefined;
    this.#of = of;
    this.#chart = chart;
    this.#followed = undefined;
    if (!chart) {
      this.#stage.replaceChildren();
      this.#minimap.hide();
      return;
    }
    this.#stage.replaceChildren(chart.svg);
    this.#minimap.draw(chart);
    raiseNames(chart);
    this.#resized();
  }

  /** The state that is asked, or folded: as long as it is in sight it is what is looked at. */
  hold(state: string | undefined): void {
    this.#held = state;
  }

  zoom(factor: number): void {
    this.#look((view) => this.#zoomed(view, factor));
  }

  /** Everything at once, however small. */
  fit(): void {
    if (!this.#chart || this.#size.width === 0) return;
    this.#set(fitted(this.#chart.size, this.#size), { isFitted: true, isAsked: true });
  }

  /** What is active now: the minimap shows it, and it is followed if it leaves what is seen. */
  light(active: ReadonlySet<string>): void {
    this.#minimap.light(active);
    const innermost = [...(this.#chart?.places.keys() ?? [])].findLast((id) => active.has(id));
    if (innermost === this.#followed) return;
    this.#followed = innermost;
    if (this.#isFollowing) this.reveal(innermost);
  }

  /** Brings a state into sight, if it is out of it. */
  reveal(state: string | undefined): void {
    const { places, size } = this.#chart ?? {};
    const place = places?.get(state ?? '');
    const sight = this.#sights.get(this.#of);
    if (!size || !place || !sight || this.#size.width === 0 || isSeen(sight.view, place, this.#size)) return;
    const view = filling(centredOn(sight.view, place, this.#size), size, this.#size);
    this.#set(view, { isAsked: sight.isAsked });
  }

  get #isFollowing(): boolean {
    return this.#follow.getAttribute('aria-pressed') === 'true';
  }

  #setFollowing(is: boolean): void {
    setAttribute(this.#follow, 'aria-pressed', String(is));
    if (is) this.reveal(this.#followed);
  }

  /** Who moves the chart wants to see that part of it: nothing takes it away from under the pointer. */
  #look(change: (view: View) => View): void {
    const sight = this.#sights.get(this.#of);
    if (!sight || !this.#chart) return;
    this.#set(change(sight.view), { isAsked: true });
    this.#setFollowing(false);
  }

  #zoomed(view: View, factor: number): View {
    return zoomedAt(view, factor, { x: this.#size.width / 2, y: this.#size.height / 2 });
  }

  #centred(view: View, { x, y }: Point): View {
    return centredOn(view, { x, y, width: 0, height: 0 }, this.#size);
  }

  #resized(): void {
    this.#size = { width: this.#frame.clientWidth, height: this.#frame.clientHeight };
    const { width, height } = this.#size;
    if (!this.#chart || width === 0 || height === 0) return;
    const sight = this.#sights.get(this.#of);
    const { places, size } = this.#chart;
    const isRedrawn = sight !== undefined && sight.places !== places;
    if (!sight || (isRedrawn && !sight.isAsked)) this.#begin(this.#chart);
    else if (sight.isFitted) this.#set(fitted(size, this.#size), sight);
    else {
      // What was in the middle stays there.
      const { view, frame } = sight;
      const middle = movedBy(view, (width - frame.width) / 2, (height - frame.height) / 2);
      const wanted = isRedrawn ? carried(middle, [sight.places, places], this.#size, this.#held) : middle;
      this.#set(wanted, sight);
    }
    // What became active while it was hidden was not followed.
    if (this.#isFollowing) this.reveal(this.#followed);
  }

  /** The whole chart if its words are readable then; else the part that is active. */
  #begin({ size }: Chart): void {
    const whole = fitted(size, this.#size);
    if (whole.scale >= FAR) {
      this.#set(whole, { isFitted: true });
      return;
    }
    const view = this.#centred({ ...whole, scale: READABLE }, { x: size.width / 2, y: 0 });
    this.#set(filling({ ...view, y: 0 }, size, this.#size));
  }

  #set(wanted: View, { isFitted = false, isAsked = false }: Partial<Sight> = {}): void {
    if (!this.#chart) return;
    const { svg, size, places } = this.#chart;
    const view = kept(wanted, size, this.#size);
    this.#sights.delete(this.#of);
    this.#sights.set(this.#of, { view, isFitted, isAsked, frame: this.#size, places });
    const [oldest] = this.#sights.keys();
    if (this.#sights.size > DEFINITIONS && oldest !== undefined) this.#sights.delete(oldest);
    const { x, y, scale } = view;
    svg.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    svg.style.setProperty('--name', `${NAME_PIXELS / scale}px`);
    svg.classList.toggle('far', scale < FAR);
    this.#minimap.show(view, size, this.#size);
  }
}

const ZOOM = 1.25;

/** How large a state's name can be made in its box. */
function raiseNames({ svg, states, places }: Chart): void {
  for (const element of svg.querySelectorAll<SVGElement>('[data-state]')) {
    const state = states.get(element.dataset.state ?? '');
    const place = places.get(element.dataset.state ?? '');
    if (!state || !place) continue;
    // A name of a state without others inside may stand out of its box: there is room between them.
    const indent = Number(element.querySelector('.title')?.getAttribute('x')) - place.x;
    const room = state.isComposite ? place.width - indent - 8 : 1.6 * place.width;
    const width = room / Math.max(1, state.title.length * CHAR_SHARE);
    const height = state.isComposite ? COMPOSITE_NAME : width;
    element.style.setProperty('--room', `${Math.max(13, Math.min(width, height))}px`);
    element.style.setProperty('--middle', `${place.width / 2 - NAME_INDENT}px`);
  }
}
