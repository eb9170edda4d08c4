/** What is pointed at, or has the focus, is lit with all that it is tied to; everything else steps back. */
import { byId, setText } from '../dom.ts';

/** Pixels between the pointer and what is said of the wire under it. */
const TIP_PIXELS = 14;

export class Spotlight {
  #svg: SVGSVGElement | undefined;
  #states = new Map<string, SVGElement>();
  #arrows: readonly SVGElement[] = [];
  #pinned: Element | undefined;
  readonly #tip = byId('wire-tip');

  /** @param frame what holds the chart */
  constructor(frame: HTMLElement) {
    const lightAt = (target: EventTarget | null): Element | undefined => {
      const part = target instanceof Element ? partOf(target) : undefined;
      this.#light(part ?? this.#pinned);
      return part;
    };
    const leave = (): void => {
      this.#light(this.#pinned);
      this.#tip.hidden = true;
    };
    frame.addEventListener('pointerover', ({ target, pointerType, buttons }) => {
      if (pointerType === 'touch' || buttons > 0) return;
      this.#say(lightAt(target));
    });
    frame.addEventListener('pointermove', ({ clientX, clientY }) => {
      const { left, top, width } = frame.getBoundingClientRect();
      const x = Math.min(clientX - left + TIP_PIXELS, width - this.#tip.offsetWidth);
      this.#tip.style.transform = `translate(${x}px, ${clientY - top + TIP_PIXELS}px)`;
    });
    frame.addEventListener('pointerleave', leave);
    frame.addEventListener('focusin', ({ target }) => lightAt(target));
    frame.addEventListener('focusout', leave);
  }

  use(svg: SVGSVGElement | undefined): void {
    this.#svg = svg;
    this.#pinned = undefined;
    const all = [...(svg?.querySelectorAll<SVGElement>('[data-state]') ?? [])];
    this.#states = new Map(all.map((state) => [state.dataset.state ?? '', state]));
    this.#arrows = [...(svg?.querySelectorAll<SVGElement>('[data-arrow]') ?? [])];
    this.#light(undefined);
  }

  /** Stays lit while nothing else is pointed at. */
  pin(part: Element | undefined): void {
    this.#pinned = part;
    this.#light(part);
  }

  /** Of a wire its events and ends, which may be out of sight. */
  #say(part: Element | undefined): void {
    const text = part?.matches('[data-arrow]') ? part.getAttribute('aria-label') : undefined;
    setText(this.#tip, text ?? '');
    this.#tip.hidden = !text;
  }

  #light(part: Element | undefined): void {
    const lit = part ? this.#tiedTo(part) : new Set<Element>();
    this.#svg?.classList.toggle('dim', lit.size > 0);
    for (const item of [...this.#states.values(), ...this.#arrows])
      item.classList.toggle('lit', lit.has(item));
  }

  #tiedTo(part: Element): Set<Element> {
    const { arrow, state } = (part as SVGElement).dataset;
    const lit = new Set<Element>([part]);
    const arrows =
      arrow === undefined
        ? this.#arrows.filter(({ dataset }) => dataset.from === state || dataset.to === state)
        : [part as SVGElement];
    for (const tied of arrows) {
      lit.add(tied);
      for (const end of [tied.dataset.from, tied.dataset.to]) {
        const found = this.#states.get(end ?? '');
        if (found) lit.add(found);
      }
    }
    return lit;
  }
}

/** The state or the arrow that something is a part of; a composite only by its name and frame, not all of its inside. */
export function partOf(target: Element): Element | undefined {
  return target.closest('[data-arrow], [data-state]') ?? undefined;
}
