/** A list of any length of which only the rows in sight exist, each as high as the others. */

export type VirtualListOptions<T> = {
  /** What scrolls, and the element inside of it that is as high as all rows. */
  frame: HTMLElement;
  list: HTMLElement;
  /** Pixels. */
  rowHeight: () => number;
  make: () => HTMLElement;
  update: (row: HTMLElement, item: T, index: number) => void;
  /** So many rows are all there, also those out of sight: a search by the browser finds them. */
  wholeUpTo?: number;
};

/** Rows above and below what is in sight, so that a scroll shows no gap. */
const SPARE = 4;

/** Pixels from the end within which new rows are followed. */
const NEAR_END = 40;

export class VirtualList<T> {
  readonly #options: VirtualListOptions<T>;
  #items: readonly T[] = [];
  #isAtEnd = true;

  constructor(options: VirtualListOptions<T>) {
    this.#options = options;
    const { frame } = options;
    frame.addEventListener('scroll', () => {
      this.#isAtEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < NEAR_END;
      this.paint();
    });
    new ResizeObserver(() => this.paint()).observe(frame);
  }

  /** @param keep what stays in sight: the newest row, if it was before; or nothing in particular */
  show(items: readonly T[], keep: 'end' | 'nothing' = 'nothing'): void {
    this.#items = items;
    const { frame, list, rowHeight } = this.#options;
    const height = `${items.length * rowHeight()}px`;
    if (list.style.height !== height) list.style.height = height;
    if (keep === 'end' && this.#isAtEnd) frame.scrollTop = frame.scrollHeight;
    this.paint();
  }

  /** From now on the newest is followed. */
  toEnd(): void {
    this.#isAtEnd = true;
  }

  /** Scrolls as little as brings a row into sight; into the middle, where it was far out of it. */
  reveal(index: number): void {
    const { frame, rowHeight } = this.#options;
    const height = rowHeight();
    const top = Math.max(0, index) * height;
    const { scrollTop, clientHeight } = frame;
    if (top < scrollTop - height || top > scrollTop + clientHeight) frame.scrollTop = top - clientHeight / 2;
    else if (top < scrollTop) frame.scrollTop = top;
    else if (top + height > scrollTop + clientHeight) frame.scrollTop = top + height - clientHeight;
  }

  paint(): void {
    const { frame, list, rowHeight, make, update, wholeUpTo = 0 } = this.#options;
    const height = rowHeight();
    const isWhole = this.#items.length <= wholeUpTo;
    const from = isWhole ? 0 : Math.max(0, Math.floor(frame.scrollTop / height) - SPARE);
    const inSight = isWhole ? wholeUpTo : Math.ceil(frame.clientHeight / height) + 2 * SPARE;
    const to = Math.min(this.#items.length, from + inSight);
    const count = Math.max(0, to - from);
    while (list.children.length > count) list.lastElementChild?.remove();
    while (list.children.length < count) list.append(make());
    for (let index = from; index < to; index += 1) {
      const row = list.children[index - from] as HTMLElement;
      const place = `translateY(${index * height}px)`;
      if (row.style.transform !== place) row.style.transform = place;
      update(row, this.#items[index] as T, index);
    }
  }
}

const COARSE = matchMedia('(pointer: coarse)');

/** Pixels of a row: a finger needs 44 of them. */
export const rowPixels = (pixels: number): number => (COARSE.matches ? Math.max(44, pixels) : pixels);
