/** The whole chart, small: what part of it is seen, and where it is active. A press on it goes there. */
import { setAttribute } from '../dom.ts';
import type { Chart } from './library.ts';
import { type Point, type Size, seenOf, type View } from './viewport.ts';

export class Minimap {
  readonly #svg: SVGSVGElement;
  readonly #seen: SVGRectElement;
  #boxes = new Map<string, SVGElement>();

  /** @param go brings a point of the chart into the middle */
  constructor(parent: HTMLElement, go: (point: Point) => void) {
    this.#svg = make('svg', { class: 'minimap', 'data-control': '', 'aria-hidden': 'true' }) as SVGSVGElement;
    this.#seen = make('rect', { class: 'seen' }) as SVGRectElement;
    parent.append(this.#svg);
    const press = (event: PointerEvent): void => {
      if (event.buttons === 0) return;
      const matrix = this.#svg.getScreenCTM()?.inverse();
      if (matrix) go(new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix));
    };
    this.#svg.addEventListener('pointerdown', (event) => {
      this.#svg.setPointerCapture(event.pointerId);
      press(event);
    });
    this.#svg.addEventListener('pointermove', press);
  }

  draw({ size: { width, height }, places, states }: Chart): void {
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.style.aspectRatio = `${width} / ${height}`;
    this.#boxes = new Map(
      [...places].map(([id, place]) => {
        const kind = states.get(id)?.isComposite ? 'mini' : 'mini leaf';
        return [id, make('rect', { class: kind, ...place })];
      }),
    );
    this.#svg.replaceChildren(...this.#boxes.values(), this.#seen);
  }

  light(active: ReadonlySet<string>): void {
    for (const [id, box] of this.#boxes) box.classList.toggle('active', active.has(id));
  }

  /** It is there as long as not all is seen. */
  show(view: View, chart: Size, frame: Size): void {
    const seen = seenOf(view, frame);
    const isWhole = seen.x <= 0 && seen.y <= 0 && seen.width >= chart.width && seen.height >= chart.height;
    this.#svg.classList.toggle('hidden', isWhole);
    for (const [name, value] of Object.entries(seen)) setAttribute(this.#seen, name, value.toFixed(1));
  }

  hide(): void {
    this.#svg.classList.add('hidden');
  }
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
